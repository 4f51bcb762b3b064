import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { classify, digestOf, RULES_VERSION } from "../../classifier/index.ts";
import { type Database, getTool, storeCrawl, type ToolDetail } from "../../db/index.ts";
import type { ReviewedVerdict } from "../../review/index.ts";
import { openTestCatalog } from "../database.ts";
import { crawlOf } from "../db/_catalog.ts";
import { always, answer, complete, type StandIn, sendJson, standIn } from "../review/_endpoint.ts";
import { type Running, startPlacard } from "./_placard.ts";
import { placard, type Ran } from "./_run.ts";

const GARDEN = "file/garden";
const OTHER = "npm/@example/beds";
/** What the rules know nothing of, and what they are sure of. */
const HEDGE = { name: "hedge", description: "Hedge." };
const DELETE = { name: "delete_bed", description: "Deletes a bed for good." };

/** A catalog with the two tools, and a data folder of its own. */
async function openCatalog() {
  const { database, url } = await openTestCatalog();
  const home = mkdtempSync(join(tmpdir(), "placard-review-"));
  const file = join(home, "garden.json");
  writeFileSync(file, JSON.stringify([HEDGE, DELETE]));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  await storeGarden(database, GARDEN);
  const envOf = (endpoint?: StandIn) => ({
    DATABASE_URL: url,
    PLACARD_HOME: home,
    OPENAI_BASE_URL: endpoint?.url ?? "http://127.0.0.1:1/v1",
    OPENAI_MODEL: "m",
  });
  const run = (args: string[], endpoint?: StandIn): Promise<Ran> => placard(args, { env: envOf(endpoint) });
  const tool = async (name: string, server = GARDEN): Promise<ToolDetail & { verdict: ReviewedVerdict }> => {
    const found = await getTool(database, server, name);
    if (!found) throw new Error(`${server} has no ${name}`);
    return found;
  };
  return { database, file, envOf, run, tool };
}

async function storeGarden(database: Database, server: string): Promise<void> {
  await storeCrawl(database, crawlOf([HEDGE, DELETE], { server }), [classify(HEDGE), classify(DELETE)]);
}

const WRITE = { category: "Write", risk: "medium", quotes: ["Hedge."] };

describe("placard review", () => {
  test("stores what comes of it, and everything that shows the verdict says which stage said what", async () => {
    const { file, run, tool } = await openCatalog();
    const endpoint = await standIn(always(WRITE));
    const ran = await run(["review", GARDEN], endpoint);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("review by m: 1 raised;") });
    expect(ran.stdout.replaceAll("\n", " ")).toContain(
      'file/garden "hedge" raised from Unknown (unknown) to Write (medium). It counts, because it quotes the words',
    );
    // The rules are sure of the other one.
    expect(endpoint.asked).toHaveLength(1);
    expect((await tool("delete_bed")).verdict).toEqual(classify(DELETE));
    const stored = await tool("hedge");
    expect(stored).toMatchObject({ category: "Write", risk: "medium" });
    expect(stored.verdict.review).toMatchObject({
      model: "m",
      offline: { category: "Unknown" },
      said: { risk: "medium" },
    });

    const explained = await run(["explain", GARDEN, "hedge"]);
    const text = explained.stdout.replaceAll(/\s+/g, " ");
    expect(text).toContain(
      `The rules said Unknown. The model m, asked with prompt version ${stored.verdict.review?.promptVersion}, said Write, medium risk. It counts, because`,
    );
    expect(text).toContain("/description 0–6: “Hedge.”");
    const json = await run(["explain", GARDEN, "hedge", "--json"]);
    expect(JSON.parse(json.stdout).review).toEqual(stored.verdict.review);

    const crawled = await run(["crawl", `file:${file}`]);
    expect(crawled.code).toBe(0);
    expect((await tool("hedge")).verdict).toEqual(stored.verdict);
    expect(await tool("hedge")).toMatchObject({ category: "Write", risk: "medium" });
  });

  test("answers from the cache, starts from the rules' verdict each time, and takes the word of another model", async () => {
    const { run, tool } = await openCatalog();
    const endpoint = await standIn(always(WRITE));
    await run(["review", GARDEN], endpoint);
    const first = await tool("hedge");
    const again = await run(["review", GARDEN, "--json"], endpoint);
    expect(endpoint.asked).toHaveLength(1);
    expect(JSON.parse(again.stdout)).toEqual({ server: GARDEN, ...first.verdict });
    const other = await standIn(always({ category: "Execute", risk: "high", quotes: ["hedge"] }));
    await run(["review", GARDEN, "--review-model", "n"], other);
    expect((await tool("hedge")).verdict).toMatchObject({
      category: "Execute",
      review: { model: "n", offline: { category: "Unknown", risk: "unknown" } },
    });
  });

  test("--all-servers reads every server, asks about a definition once, and shows it for all that have it", async () => {
    const { database, run, tool } = await openCatalog();
    await storeGarden(database, OTHER);
    const endpoint = await standIn(({ body }, response) => {
      const isHedge = body.messages[1]?.content.includes("Hedge.");
      complete(response, { content: answer(isHedge ? WRITE : { category: "Destructive", risk: "high" }) });
    });
    const ran = await run(["review", "--all-servers", "--review-all", "--json"], endpoint);
    expect(endpoint.asked).toHaveLength(2);
    const lines = ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ server, name }) => [server, name])).toEqual([
      [GARDEN, "hedge"],
      [GARDEN, "delete_bed"],
      [OTHER, "hedge"],
      [OTHER, "delete_bed"],
    ]);
    expect((await tool("hedge", OTHER)).category).toBe("Write");
    expect((await tool("delete_bed", OTHER)).verdict.review?.outcome).toMatch(/confirmed|raised|kept/);
  });

  test("an answer that cannot be used changes nothing: the rules' verdict, or an earlier review, stays", async () => {
    const { run, tool } = await openCatalog();
    const broken = await standIn((_asked, response) => sendJson(response, 401, {}));
    const first = await run(["review", GARDEN], broken);
    expect(first).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining("refuses the key (401)"),
    });
    expect((await tool("hedge")).verdict).toEqual(classify(HEDGE));
    await run(["review", GARDEN], await standIn(always(WRITE)));
    const reviewed = await tool("hedge");
    const invented = await standIn(always({ ...WRITE, quotes: ["words of nobody"] }));
    const second = await run(["review", GARDEN, "--review-model", "n"], invented);
    expect(second).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("quotes words that are not in"),
    });
    expect((await tool("hedge")).verdict).toEqual(reviewed.verdict);
  });

  test("a verdict by other rules is made anew before the model is asked", async () => {
    const { database, run, tool } = await openCatalog();
    const beds = { name: "hedge_hum" };
    const old = {
      ...classify(beds),
      category: "Read" as const,
      risk: "low" as const,
      confidence: 1,
      rules: "before",
    };
    await storeCrawl(database, crawlOf([beds], { server: OTHER }), [old]);
    await run(["review", OTHER], await standIn(always({ ...WRITE, quotes: ["hedge"] })));
    expect(await tool("hedge_hum", OTHER)).toMatchObject({
      digest: digestOf(beds),
      category: "Write",
      verdict: { rules: RULES_VERSION, review: { offline: { category: "Unknown" } } },
    });
  });

  test("--undo puts the rules' verdict back wherever the definition is, and the answer stays in the cache", async () => {
    const { database, run, tool } = await openCatalog();
    await storeGarden(database, OTHER);
    const endpoint = await standIn(always(WRITE));
    await run(["review", GARDEN], endpoint);
    expect((await tool("hedge", OTHER)).category).toBe("Write");
    const other = await run(["review", "--undo", OTHER, "--tool", "delete_bed"]);
    expect(other).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining(`the tool "delete_bed" of ${OTHER} has no review: nothing was undone.`),
    });
    const undone = await run(["review", "--undo", GARDEN, "--tool", "hedge"]);
    expect(undone).toMatchObject({ code: 0, stderr: "" });
    expect(undone.stdout.replaceAll(/\s+/g, " ").trim()).toBe(
      'file/garden "hedge" is Unknown (unknown) again, without the review by m; it was Write (medium). 2 tools have this definition, and all show it.',
    );
    for (const server of [GARDEN, OTHER]) {
      expect(await tool("hedge", server)).toMatchObject({ category: "Unknown", verdict: classify(HEDGE) });
      expect((await tool("hedge", server)).verdict).not.toHaveProperty("review");
    }
    const again = await run(["review", "--undo", GARDEN]);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("no tool of file/garden has a") });
    await run(["review", GARDEN, "--tool", "hedge"], endpoint);
    expect((await tool("hedge")).category).toBe("Write");
    expect(endpoint.asked).toHaveLength(1);
  });

  test("--undo --all-servers takes every review back, also by rules that are not the present ones", async () => {
    const { database, run, tool } = await openCatalog();
    const review = { stage: "model", model: "old", outcome: "raised" };
    const beds = { name: "beds_row" };
    const old = {
      ...classify(beds),
      category: "Write" as const,
      risk: "low" as const,
      rules: "before",
      review,
    };
    await storeCrawl(database, crawlOf([beds], { server: OTHER }), [old]);
    await run(["review", GARDEN], await standIn(always(WRITE)));
    const ran = await run(["review", "--undo", "--all-servers", "--json"]);
    const lines = ran.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { server: GARDEN, ...classify(HEDGE) },
      { server: OTHER, ...classify(beds) },
    ]);
    expect((await tool("beds_row", OTHER)).verdict).toEqual(classify(beds));
    expect((await run(["review", "--undo", "--all-servers"])).stderr).toContain(
      "no tool of these servers has",
    );
  });

  test("--tool reviews that tool alone", async () => {
    const { run, tool } = await openCatalog();
    const endpoint = await standIn(always(WRITE));
    await run(["review", GARDEN, "--review-all", "--tool", "hedge"], endpoint);
    expect(endpoint.asked).toHaveLength(1);
    expect((await tool("hedge")).category).toBe("Write");
  });

  test("Ctrl-C ends it, and what was stored stays", async () => {
    const { envOf, tool } = await openCatalog();
    let running: Running | undefined;
    const endpoint = await standIn(async ({ body }, response) => {
      if (body.messages[1]?.content.includes("Hedge.")) {
        complete(response, { content: answer(WRITE) });
        return;
      }
      while ((await tool("hedge")).category !== "Write")
        await new Promise((resolve) => setTimeout(resolve, 20));
      running?.child.kill("SIGINT");
    });
    const args = ["review", GARDEN, "--review-all", "--review-concurrency", "1"];
    running = startPlacard(args, envOf(endpoint));
    expect(await running.exit()).toBe(130);
    expect(running.stderr()).not.toContain("went wrong");
    expect((await tool("hedge")).category).toBe("Write");
    expect((await tool("delete_bed")).verdict.review).toBeUndefined();
  });

  test.each<[string, string[], number, string]>([
    ["nothing to review", ["review"], 2, "review needs server ids or --all-servers; none is given"],
    ["two ways of saying which", ["review", GARDEN, "--all-servers"], 2, "both are given"],
    [
      "a server nobody knows",
      ["review", GARDEN, "file/gardn"],
      3,
      'has no server "file/gardn". Did you mean file/garden?',
    ],
    [
      "a tool nobody knows",
      ["review", GARDEN, "--tool", "hedges"],
      3,
      'has no tool "hedges". Did you mean hedge?',
    ],
    [
      "to undo a tool nobody knows",
      ["review", "--undo", GARDEN, "--tool", "hedges"],
      3,
      "Did you mean hedge?",
    ],
    ["to undo on a server nobody knows", ["review", "--undo", "file/gardn"], 3, "Did you mean file/garden?"],
    ["to undo nothing in particular", ["review", "--undo"], 2, "none is given"],
    [
      "a tool of all servers",
      ["review", "--all-servers", "--tool", "hedge"],
      2,
      "--tool goes with server ids",
    ],
    ["to ask and to undo", ["review", GARDEN, "--undo", "--review-all"], 2, "cannot be used with"],
    ["a switch of another command", ["review", GARDEN, "--review"], 2, "unknown option '--review'"],
  ])("refuses %s, and asks nobody", async (_, args, code, why) => {
    const { run } = await openCatalog();
    const endpoint = await standIn(always(WRITE));
    expect(await run(args, endpoint)).toMatchObject({
      code,
      stdout: "",
      stderr: expect.stringContaining(why),
    });
    expect(endpoint.asked).toEqual([]);
  });
});
