import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { classify, digestOf } from "../../classifier/index.ts";
import { refreshVerdicts } from "../../cli/_refresh-verdicts.ts";
import { type Database, getTool, listTools, storeCrawl } from "../../db/index.ts";
import { type CorrectedVerdict, correctionsOf, parseCorrections } from "../../policy/index.ts";
import { openTestCatalog } from "../database.ts";
import { crawlOf } from "../db/_catalog.ts";
import { always, standIn } from "../review/_endpoint.ts";
import { startPlacard } from "./_placard.ts";
import { placard, type Ran } from "./_run.ts";

const DELETE = { name: "delete_bed", description: "Deletes a bed for good." };
const LIST = { name: "list_beds", description: "Lists the beds." };
const ENTRY = {
  digest: digestOf(DELETE),
  server: "npm/@example/garden",
  tool: "delete_bed",
  who: "Jo Example",
  when: "2026-11-20",
  why: "It only hides the bed.",
  category: "Write",
  risk: "low",
};
const WORDS =
  "Corrected by Jo Example on 2026-11-20: It only hides the bed. The classifier said Destructive, high risk.";

const folder = mkdtempSync(join(tmpdir(), "placard-corrections-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
writeFileSync(at("garden.json"), JSON.stringify([DELETE, LIST]));

/** A file of corrections: an entry, changed, or any text. */
function fileOf(given: object | string): string {
  const file = at("corrections.yaml");
  writeFileSync(file, typeof given === "string" ? given : JSON.stringify([{ ...ENTRY, ...given }]));
  return file;
}
const run = (args: string[], given: object | string = {}, env: Record<string, string> = {}): Promise<Ran> =>
  placard(args, { env: { PLACARD_CORRECTIONS: fileOf(given), ...env } });
const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");

describe("of definitions in a file", () => {
  test("classify prints the corrected verdict, and what it was", async () => {
    const { stdout } = await run(["classify", at("garden.json"), "--format", "ndjson"]);
    const [first, second] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { evidence, findings, ...classified } = classify(DELETE);
    expect(first).toMatchObject({
      category: "Write",
      risk: "low",
      because: WORDS,
      evidence,
      correction: { who: "Jo Example", when: "2026-11-20", why: "It only hides the bed." },
    });
    const { name: _, digest: __, rules: ___, ...judged } = classified;
    expect(first.correction.classified).toEqual(judged);
    expect(second).toEqual(classify(LIST));
  });

  test("the table's reader is told, and a gate looks at what is corrected", async () => {
    const mild = await run(["classify", at("garden.json"), "--fail-on", "medium"]);
    expect(mild.code).toBe(0);
    expect(mild.stderr).toContain(
      '"delete_bed" corrected from Destructive (high) to Write (low) by Jo Example',
    );
    const { digest } = classify(LIST);
    const worse = { digest, tool: "list_beds", category: "Execute", risk: "critical" };
    expect((await run(["classify", at("garden.json"), "--fail-on", "critical"], worse)).code).toBe(1);
  });

  test("explain says who, why, when and what it was, and policies follow", async () => {
    const explained = await run(["explain", "--file", at("garden.json"), "delete_bed"]);
    expect(oneLine(explained.stdout)).toContain(WORDS);
    expect(oneLine(explained.stdout)).toContain(
      `Before the correction Destructive, high risk. ${classify(DELETE).summary}`,
    );
    const json = await run(["explain", "--file", at("garden.json"), "delete_bed", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ risk: "low", correction: { who: "Jo Example" } });
    const args = ["policy", "--file", at("garden.json"), "--tool", "delete_bed", "--compact"];
    const [before, after] = [await run(args, "[]"), await run(args)];
    expect(JSON.parse(before.stdout).tools.delete_bed).not.toEqual(JSON.parse(after.stdout).tools.delete_bed);
    expect(JSON.parse(after.stdout).tools.delete_bed.deny_if).toBeUndefined();
  });

  describe("an entry of another definition", () => {
    const OTHER = { server: "file/garden", digest: `sha256:${"0".repeat(64)}` };
    const explain = ["explain", "--file", at("garden.json"), "delete_bed"];
    const policy = ["policy", "--file", at("garden.json")];
    const words = `"delete_bed" of file/garden is about another definition, ${OTHER.digest}, so it does nothing. The one here is ${ENTRY.digest}`;

    test.each([
      ["explain", explain],
      ["policy", policy],
    ])("is told by %s", async (_, args) => {
      expect(await run(args, OTHER)).toMatchObject({ code: 0, stderr: expect.stringContaining(words) });
    });

    test.each<[string, object | string]>([
      ["that counts", { server: "file/garden" }],
      ["of another server", { ...OTHER, server: "file/gardens" }],
      ["of a tool that is not here", { ...OTHER, tool: "delete_beds" }],
      [
        "of before one that counts",
        JSON.stringify([
          { ...ENTRY, ...OTHER },
          { ...ENTRY, server: "file/garden" },
        ]),
      ],
    ])("is not told of one %s", async (_, given) => {
      expect(await run(explain, given)).toMatchObject({ code: 0, stderr: "" });
      expect(await run(policy, given)).toMatchObject({ code: 0, stderr: "" });
    });
  });

  test("no model is asked about one that is corrected", async () => {
    const endpoint = await standIn(always({ category: "Financial", risk: "critical", quotes: ["bed"] }));
    const env = { OPENAI_BASE_URL: endpoint.url, OPENAI_MODEL: "m", PLACARD_HOME: at("home") };
    const args = ["classify", at("garden.json"), "--review", "--review-all", "--format", "ndjson"];
    const { stdout } = await run(args, {}, env);
    expect(endpoint.asked).toHaveLength(1);
    const [first, second] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ category: "Write", correction: { who: "Jo Example" } });
    expect(first).not.toHaveProperty("review");
    expect(second).toHaveProperty("review");
  });
});

describe("a file that is wrong is told with its place, with exit code 2", () => {
  test.each<[string, object | string, string]>([
    ["no YAML", "- {", "corrections.yaml as YAML: "],
    ["no list", "corrections: []", "At the top: "],
    ["a word that we do not have", { risk: "tiny" }, "At /0/risk: "],
    ["no reviewer", { who: "" }, "At /0/who: "],
    ["no digest", { digest: "delete_bed" }, "At /0/digest: sha256: and 64 lower-case hexadecimal digits."],
    ["risk without category", { category: undefined }, "At /0: category and risk go together"],
  ])("%s", async (_, given, words) => {
    const ran = await run(["classify", at("garden.json")], given);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(oneLine(ran.stderr)).toContain("reading the corrections");
    expect(oneLine(ran.stderr)).toContain(words);
  });

  test("a file that is not there", async () => {
    const env = { PLACARD_CORRECTIONS: at("nowhere.yaml") };
    const ran = await placard(["explain", "npm/nobody", "x"], { env });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("Is the file there?") });
  });

  test("many wrong entries are told as far as anybody reads", async () => {
    const ran = await run(["classify", at("garden.json")], JSON.stringify(Array(40).fill(1)));
    expect(ran.stderr).toContain("and 30 more");
  });
});

describe("of the catalog", () => {
  async function openCatalog() {
    const { database, url } = await openTestCatalog();
    return { database, env: { DATABASE_URL: url } };
  }
  const shown = async (database: Database): Promise<CorrectedVerdict | undefined> =>
    (await getTool(database, "file/garden", "delete_bed"))?.verdict;

  test("a crawl stores it, lists and filters have it, and explain and policy read the file as it is now", async () => {
    const { database, env } = await openCatalog();
    expect((await run(["crawl", `file:${at("garden.json")}`], {}, env)).code).toBe(0);
    expect(await shown(database)).toMatchObject({ category: "Write", correction: { who: "Jo Example" } });
    expect((await listTools(database, { category: "Write" })).items).toHaveLength(1);
    expect((await listTools(database, { category: "Destructive" })).items).toEqual([]);

    const explain = ["explain", "file/garden", "delete_bed"];
    expect(oneLine((await run(explain, {}, env)).stdout)).toContain(WORDS);
    // Stored verdicts wait for `placard serve`; these commands do not.
    expect((await run(explain, "[]", env)).stdout).not.toContain("Corrected");
    const other = { server: "file/garden", digest: `sha256:${"0".repeat(64)}` };
    for (const args of [explain, ["policy", "file/garden"]])
      expect((await run(args, other, env)).stderr).toContain("is about another definition");
    const policy = ["policy", "file/garden", "--tool", "delete_bed", "--compact"];
    expect((await run(policy, {}, env)).stdout).not.toBe((await run(policy, "[]", env)).stdout);
    expect((await run(policy, "[]", env)).stdout).toBe(
      (await run(["policy", "--file", at("garden.json"), "--tool", "delete_bed", "--compact"], "[]")).stdout,
    );
  });

  test("what is stored is brought up to date with the file, and no model is asked about it", async () => {
    const { database, env } = await openCatalog();
    await storeCrawl(database, crawlOf([DELETE, LIST], { server: "file/garden" }), [
      classify(DELETE),
      classify(LIST),
    ]);
    const parsed = parseCorrections([ENTRY]);
    if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
    const notes: string[] = [];
    const refresh = (list: typeof parsed.value) =>
      refreshVerdicts(database, correctionsOf(list), new AbortController().signal, (line) =>
        notes.push(line),
      );
    await refresh(parsed.value);
    await refresh(parsed.value);
    expect(await shown(database)).toMatchObject({ risk: "low", because: WORDS });
    const endpoint = await standIn(always({ category: "Financial", risk: "critical", quotes: ["bed"] }));
    const asking = { ...env, OPENAI_BASE_URL: endpoint.url, OPENAI_MODEL: "m", PLACARD_HOME: at("home") };
    const reviewed = await run(["review", "file/garden", "--review-all", "--tool", "delete_bed"], {}, asking);
    expect(reviewed).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining('"delete_bed" is corrected by Jo Example, so no model is asked.'),
    });
    expect(endpoint.asked).toEqual([]);
    await refresh([]);
    expect(await shown(database)).toEqual(classify(DELETE));
    expect(notes).toEqual(Array(2).fill("Brought 1 stored verdict up to the present corrections."));
  });

  test("serve brings what is stored up to date when it starts", { timeout: 120_000 }, async () => {
    const { database, env } = await openCatalog();
    await storeCrawl(database, crawlOf([DELETE], { server: "file/garden" }), [classify(DELETE)]);
    const running = startPlacard(["serve", "--port", "0"], {
      ...env,
      PLACARD_HOME: at("home"),
      PLACARD_CORRECTIONS: fileOf({}),
    });
    await running.until("Brought 1 stored verdict up to the present corrections.");
    expect(await shown(database)).toMatchObject({ risk: "low", because: WORDS });
    await running.until("Placard is at ");
    const address = /Placard is at (\S+)/.exec(running.stdout())?.[1];
    const sent = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(DELETE),
    };
    const answer = await fetch(`${address}/api/v1/classify`, sent);
    expect(await answer.json()).toMatchObject({ items: [{ risk: "low", because: WORDS }] });
    running.child.kill("SIGINT");
    expect(await running.exit()).toBe(0);
  });

  test("serve refuses to start with a file that is wrong", { timeout: 60_000 }, async () => {
    const { env } = await openCatalog();
    const running = startPlacard(["serve", "--port", "0"], {
      ...env,
      PLACARD_HOME: at("home"),
      PLACARD_CORRECTIONS: fileOf({ risk: "tiny" }),
    });
    expect(await running.exit()).toBe(2);
    expect(running.stderr()).toContain("At /0/risk: ");
  });
});
