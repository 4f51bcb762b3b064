import { expect, test } from "vitest";
import type { ToolDefinition, Verdict } from "../../classifier/index.ts";
import {
  CursorError,
  catalogStats,
  type Database,
  listServers,
  listTools,
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, verdictOn } from "./_catalog.ts";

async function fill(database: Database, server: string, entries: [ToolDefinition, Partial<Verdict>][]) {
  const crawl = crawlOf(
    entries.map(([tool]) => tool),
    { server, source: server.replace("/", ":") },
  );
  await storeCrawl(
    database,
    crawl,
    entries.map(([tool, changes]) => verdictOn(tool, changes)),
  );
}

async function twoServers(): Promise<Database> {
  const database = await openTestDatabase();
  await fill(database, "npm/bank", [
    [{ name: "balance", description: "Shows 100% of the balance." }, { facets: ["money", "private-data"] }],
    [
      { name: "pay", title: "Pay a bill" },
      { category: "Financial", risk: "critical", facets: ["money"] },
    ],
    [
      { name: "Ärger", description: "ÜBUNG" },
      { category: "Unknown", risk: "unknown" },
    ],
  ]);
  await fill(database, "npm/files", [
    [
      { name: "a/b c%20", description: "Path_like name" },
      { category: "Write", risk: "medium" },
    ],
    [
      { name: "wipe", description: "Deletes everything." },
      { category: "Destructive", risk: "critical" },
    ],
  ]);
  return database;
}

const namesOf = async (database: Database, filter: Parameters<typeof listTools>[1]) =>
  (await listTools(database, filter)).items.map((tool) => tool.name);

test("tools are listed worst first, unknown above low", async () => {
  const database = await twoServers();
  expect(await namesOf(database, {})).toEqual(["pay", "wipe", "a/b c%20", "Ärger", "balance"]);
});

test("filters hold together", async () => {
  const database = await twoServers();
  expect(await namesOf(database, { server: "npm/files" })).toEqual(["wipe", "a/b c%20"]);
  expect(await namesOf(database, { risk: "critical" })).toEqual(["pay", "wipe"]);
  expect(await namesOf(database, { risk: "critical", category: "Financial" })).toEqual(["pay"]);
  expect(await namesOf(database, { facet: "money" })).toEqual(["pay", "balance"]);
  expect(await namesOf(database, { facet: "money", category: "Read" })).toEqual(["balance"]);
  expect(await namesOf(database, { server: "npm/nobody" })).toEqual([]);
});

test("pages follow each other without gap or repetition, also when the list grows", async () => {
  const database = await twoServers();
  const first = await listTools(database, { limit: 2 });
  expect(first.items.map((tool) => tool.name)).toEqual(["pay", "wipe"]);
  await fill(database, "npm/early", [[{ name: "early" }, { category: "Financial", risk: "critical" }]]);
  const second = await listTools(database, { limit: 2, cursor: first.nextCursor ?? "" });
  expect(second.items.map((tool) => tool.name)).toEqual(["a/b c%20", "Ärger"]);
  const third = await listTools(database, { limit: 2, cursor: second.nextCursor ?? "" });
  expect(third.items.map((tool) => tool.name)).toEqual(["balance"]);
  expect(third.nextCursor).toBeNull();
});

test("servers are listed by id, in pages, with their counts", async () => {
  const database = await twoServers();
  await fill(database, "npm/empty", []);
  const first = await listServers(database, { limit: 2 });
  expect(first.items.map((server) => [server.id, server.toolCount])).toEqual([
    ["npm/bank", 3],
    ["npm/empty", 0],
  ]);
  expect(first.items[0]?.byRisk).toEqual({ unknown: 1, low: 1, medium: 0, high: 0, critical: 1 });
  const second = await listServers(database, { cursor: first.nextCursor ?? "" });
  expect(second.items.map((server) => server.id)).toEqual(["npm/files"]);
  expect(second.nextCursor).toBeNull();
});

test("a cursor that is not ours is refused", async () => {
  const database = await twoServers();
  const { nextCursor } = await listServers(database, { limit: 1 });
  for (const cursor of [
    "",
    "x",
    "bnVsbA",
    nextCursor ?? "",
    Buffer.from('["tools","1","a"]').toString("base64url"),
  ]) {
    await expect(listTools(database, { cursor })).rejects.toBeInstanceOf(CursorError);
  }
  const hostile = Buffer.from('["tools",99999999,"\\u0000","\\ud800"]').toString("base64url");
  await expect(listTools(database, { cursor: hostile })).rejects.toBeInstanceOf(CursorError);
});

test("limits are held to what a page may have", async () => {
  const database = await twoServers();
  for (const [limit, length] of [
    [0, 1],
    [-5, 1],
    [1.9, 1],
    [Number.NaN, 5],
    [1e9, 5],
  ] as const) {
    expect((await listTools(database, { limit })).items).toHaveLength(length);
  }
});

test("the catalog is counted", async () => {
  const database = await twoServers();
  const failed = crawlOf([], {
    server: "npm/broken",
    status: "failed",
    reason: "It does not start.",
    raw: [],
  });
  await storeCrawl(database, failed, []);
  const stats = await catalogStats(database);
  expect(stats).toMatchObject({ servers: 3, tools: 5 });
  expect(stats.byStatus).toEqual({ ok: 2, failed: 1, "needs-authorization": 0, skipped: 0 });
  expect(stats.byRisk).toEqual({ unknown: 1, low: 1, medium: 1, high: 0, critical: 2 });
  expect(stats.byCategory).toEqual({
    Unknown: 1,
    Read: 1,
    Write: 1,
    Execute: 0,
    Destructive: 1,
    Financial: 1,
  });
  expect(stats.byFacet.money).toBe(2);
  expect(stats.byFacet.browser).toBe(0);
});

test("an empty catalog is an empty catalog", async () => {
  const database = await openTestDatabase();
  expect(await listTools(database)).toEqual({ items: [], nextCursor: null, count: 0 });
  expect(await listServers(database)).toEqual({ items: [], nextCursor: null });
  expect((await catalogStats(database)).tools).toBe(0);
});
