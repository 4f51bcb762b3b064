import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { classify, RULES_VERSION } from "../../classifier/index.ts";
import { getServer, listServers, openDatabase, storeCrawl } from "../../db/index.ts";
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
    ["help-review", ["review", "--help"]],
    ["help-forget", ["forget", "--help"]],
    ["classify-table", ["classify", GARDEN]],
    ["classify-ndjson", ["classify", `${FIXTURES}/garden.jsonl`, "--format", "ndjson"]],
    ["classify-fail-on", ["classify", GARDEN, "--fail-on", "high"]],
    ["classify-fail-on-finding", ["classify", `${FIXTURES}/hostile.json`, "--fail-on-finding", "error"]],
    ["classify-hostile", ["classify", `${FIXTURES}/hostile.json`]],
    ["explain-file", ["explain", "--file", GARDEN, "logout_instance"]],
    ["explain-json", ["explain", "--file", GARDEN, "delete_bed", "--json"]],
    ["policy-file", ["policy", "--file", GARDEN, "--explain"]],
    ["policy-tool", ["policy", "--file", GARDEN, "--tool", "logout_instance", "--compact"]],
    ["policy-annotations", ["policy", "--file", GARDEN, "--tool", "delete_bed", "--format", "annotations"]],
    ["policy-annotations-text", ["policy", "--file", GARDEN, "--format", "annotations", "--text"]],
    ["policy-text-of-json", ["policy", "--file", GARDEN, "--text"]],
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
    ["explain-file-as-server", ["explain", GARDEN, "delete_bed"]],
    ["policy", ["policy", "file/garden", "--preset", "strict"]],
    ["policy-unknown-server", ["policy", "npm/never-crawled"]],
    ["forget-unknown-server", ["forget", "file/garden", "file/gardn", "npm/never-crawled"]],
    ["forget", ["forget", "file/garden"]],
    ["forget-again", ["forget", "file/garden", "--json"]],
  ])("%s", (name, args) => expectTranscript(name, args, { DATABASE_URL: database.url }));
});

test("a source that never existed does not become an entry; a failure of a known server does, and changes nothing else", {
  timeout: 60_000,
}, async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = { DATABASE_URL: url };
  const mistyped = await placard(["crawl", "file:nowhere.json"], { env });
  expect(mistyped).toMatchObject({ code: 3, stderr: expect.stringContaining("is not put into the catalog") });
  expect((await placard(["crawl", "--", "no-such-program"], { env })).stderr).toContain("is not put into");
  const crashed = await placard(["crawl", "--", process.execPath, "test/servers/crash.ts"], { env });
  expect(crashed.stderr).not.toContain("is not put into");
  await placard(["crawl", `file:${GARDEN}`], { env });
  const later = await placard(["crawl", "--name", "garden", "file:test/cli/fixtures/nowhere.json"], { env });
  expect(later.stderr).not.toContain("is not put into");

  const database = await openDatabase({ home: "/nonexistent", url });
  if (!database.ok) throw new Error(database.reason);
  const { items } = await listServers(database.database, {});
  const garden = await getServer(database.database, "file/garden");
  await database.database.close();
  expect(items.map(({ id, status }) => [id, status])).toEqual([
    ["file/garden", "ok"],
    ["local/crash", "failed"],
  ]);
  expect(garden).toMatchObject({ source: `file:${GARDEN}`, toolCount: 5, lastCrawl: { status: "failed" } });
});

test("a stored verdict by other rules is made anew before it is explained", { timeout: 30_000 }, async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const tool = { name: "delete_bed", description: "Deletes a bed for good." };
  const crawl = {
    server: "local/old",
    source: "-- old",
    status: "ok" as const,
    tools: [tool],
    problems: [],
    raw: [],
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 1,
  };
  const old = { ...classify(tool), category: "Read" as const, risk: "low" as const, rules: "before" };
  await storeCrawl(opened.database, crawl, [old]);
  await opened.database.close();
  const { stdout } = await placard(["explain", "local/old", "delete_bed", "--json"], {
    env: { DATABASE_URL: url },
  });
  expect(JSON.parse(stdout)).toMatchObject({ category: "Destructive", rules: RULES_VERSION });
});

test("what was removed is one line of JSON a server", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = { DATABASE_URL: url };
  for (const name of ["one", "two"]) await placard(["crawl", "--name", name, `file:${GARDEN}`], { env });
  const { stdout, code } = await placard(["forget", "file/one", "file/two", "--json"], { env });
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { server: "file/one", tools: 5, crawls: 1, changes: 0, definitions: 0, jobs: 0 },
    { server: "file/two", tools: 5, crawls: 1, changes: 0, definitions: 5, jobs: 0 },
  ]);
  expect(await placard(["forget"], { env })).toMatchObject({ code: 2 });
});

test("a skipped source is a failure of the command", async () => {
  const command = ["--", process.execPath, "test/servers/private-list.ts"];
  const ran = await placard(["crawl", "--no-store", ...command]);
  expect(ran).toMatchObject({ code: 3, stdout: expect.stringContaining("skipped") });
});

test("a server that needs authorization is not a failure of the command", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(401, { "www-authenticate": "Bearer" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ran = await placard(["crawl", "--no-store", `http://127.0.0.1:${port}/mcp`]);
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("needs-authorization") });
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
