import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../database.ts";
import { placard, transcript } from "./_run.ts";

const FIXTURES = "test/cli/fixtures";
const GARDEN = `${FIXTURES}/garden.json`;

async function expectTranscript(
  name: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const ran = await placard(args, { env });
  await expect(transcript(args, ran)).toMatchFileSnapshot(`transcripts/${name}.txt`);
}

/** Neither network nor database: what works on any machine. */
describe("files", () => {
  test.each<[string, string[]]>([
    ["help", ["--help"]],
    ["help-crawl", ["crawl", "--help"]],
    ["help-classify", ["classify", "--help"]],
    ["help-explain", ["explain", "--help"]],
    ["help-policy", ["policy", "--help"]],
    ["classify-table", ["classify", GARDEN]],
    ["classify-ndjson", ["classify", `${FIXTURES}/garden.jsonl`, "--format", "ndjson"]],
    ["classify-fail-on", ["classify", GARDEN, "--fail-on", "high"]],
    ["classify-hostile", ["classify", `${FIXTURES}/hostile.json`]],
    ["explain-file", ["explain", "--file", GARDEN, "logout_instance"]],
    ["explain-json", ["explain", "--file", GARDEN, "delete_bed", "--json"]],
    ["policy-file", ["policy", "--file", GARDEN, "--explain"]],
    ["policy-tool", ["policy", "--file", GARDEN, "--tool", "logout_instance", "--compact"]],
    ["policy-hostile", ["policy", "--file", `${FIXTURES}/hostile.json`, "--preset", "strict"]],
  ])("%s", expectTranscript);
});

/** In this order: the later ones read what the first one stored. */
describe("the catalog", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test.each<[string, string[]]>([
    ["crawl", ["crawl", `file:${GARDEN}`, "file:nowhere.json"]],
    ["explain", ["explain", "file/garden", "delete_bed"]],
    ["explain-unknown-server", ["explain", "file/gardn", "delete_bed"]],
    ["explain-unknown-tool", ["explain", "file/garden", "delete_beds"]],
    ["policy", ["policy", "file/garden", "--preset", "strict"]],
    ["policy-unknown-server", ["policy", "npm/never-crawled"]],
  ])("%s", (name, args) => expectTranscript(name, args, { DATABASE_URL: database.url }));
});

test("one crawled server is one line of JSON, with the definitions as served", async () => {
  const { stdout, code } = await placard(["crawl", "--json", "--no-store", "--quiet", `file:${GARDEN}`]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  const result = JSON.parse(lines[0] ?? "");
  expect(Object.keys(result).slice(0, 4)).toEqual(["server", "status", "tools", "problems"]);
  expect(result).toMatchObject({ server: "file/garden", status: "ok" });
  expect(result.tools).toHaveLength(5);
  expect(result.problems).toHaveLength(1);
});

test("a command after -- is crawled, and its lines go into classify", async () => {
  const crawled = await placard([
    "crawl",
    "--json",
    "--no-store",
    "--",
    process.execPath,
    "test/servers/good.ts",
  ]);
  expect(crawled).toMatchObject({ code: 0 });
  const tools: { name: string }[] = JSON.parse(crawled.stdout).tools;
  const classified = await placard(["classify", "-", "--format", "ndjson"], { stdin: crawled.stdout });
  const names = classified.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).name);
  expect(names).toEqual(tools.map(({ name }) => name));
});

test("results are printed even when the catalog cannot be opened", async () => {
  const env = { DATABASE_URL: "postgres://nobody:hidden@127.0.0.1:1/none" };
  const { stdout, stderr, code } = await placard(["crawl", `file:${GARDEN}`], { env });
  expect(stdout).toContain("delete_bed");
  expect(stderr).toMatch(/^placard: nothing is stored: .+$/m);
  expect(stderr).not.toContain("hidden");
  expect(code).toBe(3);
});
