import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../classifier/index.ts";
import { EXPORT_FORMATS, type ExportFormat, prepareServer } from "../../policy/export/index.ts";
import type { RecommendOptions } from "../../policy/index.ts";
import { placard } from "./_run.ts";

const BEDS = { name: "list_beds", description: "Lists the beds of the garden." };
const PAGE = {
  name: "fetch_page",
  description: "Fetches a page.",
  inputSchema: { type: "object", properties: { url: { type: "string" } } },
};
let folder: string;
const at = (name: string) => path.join(folder, name);
const definitions = (...tools: object[]) => writeFile(at("tools.json"), JSON.stringify(tools));
const policy = (...args: string[]) => placard(["policy", "--file", at("tools.json"), ...args]);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "placard-policy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("--config has the user's word, and --check says what has changed since --out", async () => {
  await definitions(BEDS, PAGE);
  await writeFile(
    at("placard.yaml"),
    "bounds: { urlHosts: [example.com] }\ntools:\n  file/tools/list_beds: { action: limit, max: 5, window: hour }\n",
  );
  const out = at("policy.json");
  expect((await policy("--config", at("placard.yaml"), "--out", out)).code).toBe(0);
  expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({
    tools: {
      fetch_page: { require: [{ conditions: [{ path: "args.url", op: "regex" }] }] },
      list_beds: { limits: [{ max: 5, window: "hour" }] },
    },
  });
  expect(await policy("--check", out)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No definition has changed/),
  });

  await definitions({ ...BEDS, description: "Lists all beds." }, { ...PAGE, name: "fetch_file" });
  const changed = await policy("--check", out);
  expect(changed.code).toBe(1);
  expect(changed.stdout.trim().split(/\s+/)).toEqual([
    ...["changed", "file/tools", "list_beds"],
    ...["added", "file/tools", "fetch_file"],
    ...["removed", "file/tools", "fetch_page"],
  ]);
});

describe("--check looks at the document too", () => {
  const written = async () => {
    await definitions(BEDS);
    await policy("--out", at("kept.json"));
  };

  test.each<[string, () => Promise<void>]>([
    ["edited", () => writeFile(at("kept.json"), '{"default": "allow"}')],
    ["missing", () => rm(at("kept.json"))],
  ])("which is %s", async (state, spoil) => {
    await written();
    expect((await policy("--check", at("kept.json"))).code).toBe(0);
    await spoil();
    expect(await policy("--check", at("kept.json"))).toMatchObject({
      code: 1,
      stdout: `${state}  ${at("kept.json")}\n`,
      stderr: expect.stringContaining("the policy is not what was written"),
    });
  });

  test("which cannot be read", async () => {
    await written();
    await rm(at("kept.json"));
    await mkdir(at("kept.json"));
    const ran = await policy("--check", at("kept.json"));
    await rm(at("kept.json"), { recursive: true });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("reading the policy ") });
  });

  test("of an older file it says that the document was not compared", async () => {
    await written();
    const beside = at("kept.json.placard.json");
    const { document, ...older } = JSON.parse(await readFile(beside, "utf8"));
    expect(document).toMatch(/^sha256:/);
    await writeFile(beside, JSON.stringify(older));
    const ran = await policy("--check", at("kept.json"));
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("only definitions were compared") });
  });

  test("servers of the policy that were not asked about are named", async () => {
    await written();
    const beside = at("kept.json.placard.json");
    const made = JSON.parse(await readFile(beside, "utf8"));
    made.servers["npm/other"] = {};
    await writeFile(beside, JSON.stringify(made));
    expect((await policy("--check", at("kept.json"))).stderr).toMatch(/not compared: npm\/other\.\n$/);
  });
});

describe("--config with --format", () => {
  const inputSchema = { type: "object", properties: { bed: { type: "string" } } };
  const LIST = { ...BEDS, inputSchema };
  const DIG = { name: "delete_bed", description: "Deletes a bed for good.", inputSchema };
  const CONFIG = "tools:\n  file/tools/list_beds: { action: deny }\n  delete_bed: { action: allow }\n";
  const overrides = {
    tools: { "file/tools/list_beds": { action: "deny" }, delete_bed: { action: "allow" } },
  } as const;
  const tools = [LIST, DIG].map((definition) => ({ definition, verdict: classify(definition) }));
  const written = (format: ExportFormat, options: RecommendOptions) => {
    const result = format.write([prepareServer("file/tools", "tools", tools, options)]);
    if (!result.ok) throw new Error(result.problem);
    return result.text;
  };

  test.each(EXPORT_FORMATS.map((format) => [format.id, format] as const))("%s", async (id, format) => {
    await definitions(LIST, DIG);
    await writeFile(at("placard.yaml"), CONFIG);
    const ran = await policy("--config", at("placard.yaml"), "--format", id);
    expect(ran).toMatchObject({ code: 0, stdout: written(format, { overrides }) });
    expect(ran.stdout).not.toBe(written(format, {}));
  });

  test("a client's file has the user's word, with another preset and under an alias", async () => {
    await definitions(LIST, DIG);
    await writeFile(at("placard.yaml"), CONFIG);
    const args = ["--format", "claude-code", "--alias", "file/tools=g", "--preset", "strict"];
    const { stdout } = await policy(...args, "--config", at("placard.yaml"));
    expect(JSON.parse(stdout).permissions).toMatchObject({
      allow: ["mcp__g__delete_bed"],
      deny: ["mcp__g__list_beds"],
    });
    const reasons = await policy("--config", at("placard.yaml"), "--format", "codex", "--explain");
    expect(reasons.stderr).toContain("/tools/list_beds/deny_if/0");
  });
});

test("a word on a tool that is not here is told, and one on another server's is not", async () => {
  await definitions(BEDS, PAGE);
  const deny = "{ action: deny }";
  await writeFile(
    at("placard.yaml"),
    `tools:\n  list_bed: ${deny}\n  file/tools/fetch: ${deny}\n  npm/other/send: ${deny}\n  fetch_page: ${deny}\n`,
  );
  const ran = await policy("--config", at("placard.yaml"));
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/does nothing: list_bed, file\/tools\/fetch\.\n$/),
  });
  expect((await policy("--config", at("placard.yaml"), "--tool", "list_beds")).stderr).toBe("");
});

describe("what does not go is said, with exit code 2", () => {
  test.each<[string, string[], RegExp]>([
    [
      "a policy without digests",
      ["--check", "nowhere.json"],
      /nowhere\.json\.placard\.json: it is not there\. --out writes it/,
    ],
    ["a configuration that is not there", ["--config", "nowhere.yaml"], /nowhere\.yaml/],
    ["a configuration for annotations", ["--config", "x", "--format", "annotations"], /goes with policies/],
    [
      "a check with a configuration",
      ["--check", "x", "--config", "x"],
      /leave out --tool, --out and --config/,
    ],
    ["a check of one tool", ["--check", "x", "--tool", "list_beds"], /whole servers/],
  ])("%s", async (_, args, words) => {
    await definitions(BEDS);
    const ran = await policy(...args);
    expect(ran.stderr).toMatch(words);
    expect(ran.code).toBe(2);
  });

  test.each([
    ["an unknown key", "bound: 1", /At the top: .*bound/],
    ["no YAML", "a: [\nb: ]", /as YAML: [^\n\\]+ at line 2, column 1\.\n/],
    ["nothing in it", "", /At the top/],
    ["a limit without a number", "tools: { send: { action: limit } }", /At \/tools\/send: .*max and window/],
  ])("a configuration with %s", async (_, text, words) => {
    await definitions(BEDS);
    await writeFile(at("bad.yaml"), text);
    const ran = await policy("--config", at("bad.yaml"));
    expect(ran.stderr).toMatch(words);
    expect(ran.code).toBe(2);
  });
});
