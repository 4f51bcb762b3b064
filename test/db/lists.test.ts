import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { ToolDefinition, Verdict } from "../../classifier/index.ts";
import {
  CursorError,
  catalogStats,
  type Database,
  listServers,
  listTools,
  readiness,
  type ServerFilter,
  storeCrawl,
  type ToolFilter,
  type ToolSort,
} from "../../db/index.ts";
import { TOOL_SORTS } from "../../db/types.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

async function fill(
  database: Database,
  server: string,
  entries: [ToolDefinition, Partial<Verdict>][],
  startedAt = day(1),
) {
  const crawl = crawlOf(
    entries.map(([tool]) => tool),
    { server, source: server.replace("/", ":"), startedAt },
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

/** The names on all pages of a list, in their order. */
async function walk(database: Database, filter: ToolFilter): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listTools(database, { ...filter, cursor });
    names.push(...page.items.map((tool) => tool.name));
    if (page.nextCursor === null) return names;
    cursor = page.nextCursor;
  }
}

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

test("a filter with several values holds for any of them", async () => {
  const database = await twoServers();
  expect(await namesOf(database, { risk: ["critical", "medium"], sort: "server" })).toEqual([
    "pay",
    "a/b c%20",
    "wipe",
  ]);
  expect(await namesOf(database, { category: ["Read", "Financial"] })).toEqual(["pay", "balance"]);
  expect(await namesOf(database, { facet: ["money", "private-data"], risk: ["low"] })).toEqual(["balance"]);
  expect(await namesOf(database, { risk: [] })).toHaveLength(5);
});

test("with conflicts, without them, or both", async () => {
  const database = await openTestDatabase();
  const conflicts = [{ hint: "readOnlyHint" as const, declared: true, suggested: false, why: "It writes." }];
  await fill(database, "npm/claims", [
    [{ name: "right" }, {}],
    [{ name: "wrong" }, { annotations: { declared: {}, suggested: {}, conflicts } }],
  ]);
  expect(await namesOf(database, { conflict: true })).toEqual(["wrong"]);
  expect(await namesOf(database, { conflict: false })).toEqual(["right"]);
  expect(await namesOf(database, {})).toEqual(["right", "wrong"]);
});

const SORTED: Record<ToolSort, string[]> = {
  server: ["balance", "pay", "Ärger", "a/b c%20", "wipe"],
  "-server": ["wipe", "a/b c%20", "Ärger", "pay", "balance"],
  "-risk": ["pay", "wipe", "a/b c%20", "Ärger", "balance"],
  risk: ["balance", "Ärger", "a/b c%20", "wipe", "pay"],
  updated: ["balance", "pay", "Ärger", "a/b c%20", "wipe"],
  "-updated": ["wipe", "a/b c%20", "Ärger", "pay", "balance"],
  relevance: ["pay", "wipe", "a/b c%20", "Ärger", "balance"],
};

test.each(TOOL_SORTS)("tools by %s, on one page and on many", async (sort) => {
  const database = await twoServers();
  expect(await namesOf(database, { sort })).toEqual(SORTED[sort]);
  expect(await walk(database, { sort, limit: 2 })).toEqual(SORTED[sort]);
  expect(await walk(database, { sort, limit: 1, updatedSince: day(1) })).toEqual(SORTED[sort]);
});

test("words in another order than by how well they fit", async () => {
  const database = await twoServers();
  expect(await namesOf(database, { text: "pa" })).toEqual([]);
  expect(await namesOf(database, { text: "bank", sort: "server" })).toEqual(["balance", "pay", "Ärger"]);
  expect(await walk(database, { text: "bank", sort: "-risk", limit: 1 })).toEqual([
    "pay",
    "Ärger",
    "balance",
  ]);
  expect(await walk(database, { text: "pay", updatedSince: day(1), limit: 1 })).toEqual(["pay"]);
});

test("what has been updated since: new, changed, gone and back, and not what was seen again", async () => {
  const database = await twoServers();
  const now = async () => {
    const [row] = await database.db.execute(sql`select clock_timestamp()::text as now`);
    return new Date(String(row?.now)).toISOString();
  };
  const since = await now();
  const updated = (at: string) =>
    namesOf(database, { updatedSince: at, sort: "server", gone: true, server: "npm/files" });
  const again: [ToolDefinition, Partial<Verdict>][] = [
    [
      { name: "a/b c%20", description: "Path_like name" },
      { category: "Write", risk: "medium" },
    ],
    [
      { name: "wipe", description: "Deletes everything." },
      { category: "Destructive", risk: "critical" },
    ],
  ];
  await fill(database, "npm/files", again, day(2));
  expect(await updated(since)).toEqual([]);
  const schema = { type: "object", properties: { path: { type: "string" } } };
  await fill(
    database,
    "npm/files",
    [
      ...again.slice(0, 1),
      [{ name: "wipe", description: "Deletes everything.", inputSchema: schema }, again[1]?.[1] ?? {}],
    ],
    day(3),
  );
  expect(await updated(since)).toEqual(["wipe"]);
  const before = await now();
  await fill(database, "npm/files", again.slice(1), day(4));
  expect(await updated(before)).toEqual(["a/b c%20", "wipe"]);
  const last = await now();
  await fill(database, "npm/files", again, day(5));
  expect(await updated(last)).toEqual(["a/b c%20"]);
  expect(await updated(await now())).toEqual([]);
});

test("a cursor of a list with other filters, or in another order, is refused", async () => {
  const database = await twoServers();
  const { nextCursor } = await listTools(database, {
    limit: 1,
    risk: ["critical", "medium"],
    sort: "server",
  });
  const cursor = nextCursor ?? "";
  const same = await listTools(database, { cursor, risk: ["medium", "critical"], sort: "server", limit: 9 });
  expect(same.items.map(({ name }) => name)).toEqual(["a/b c%20", "wipe"]);
  for (const filter of [
    {},
    { risk: "critical" as const, sort: "server" as const },
    { risk: ["critical", "medium"] as const, sort: "-server" as const },
    { risk: ["critical", "medium"] as const, sort: "server" as const, text: "pay" },
    { risk: ["critical", "medium"] as const, sort: "server" as const, conflict: false },
  ])
    await expect(listTools(database, { ...filter, cursor })).rejects.toThrow("other filters");
  const servers = await listServers(database, { limit: 1 });
  await expect(listServers(database, { status: "ok", cursor: servers.nextCursor ?? "" })).rejects.toThrow(
    "other filters",
  );
});

test("servers are filtered and sorted, on one page and on many", async () => {
  const database = await twoServers();
  await fill(database, "remote/a_b.example", [], day(3));
  const failed = crawlOf([], {
    server: "npm/broken",
    status: "failed",
    reason: "It does not start.",
    raw: [],
    startedAt: day(2),
  });
  await storeCrawl(database, failed, []);
  const ids = async (filter: ServerFilter) => (await listServers(database, filter)).items.map(({ id }) => id);
  expect(await ids({ status: "failed" })).toEqual(["npm/broken"]);
  expect(await ids({ status: ["ok"], source: ["npm"] })).toEqual(["npm/bank", "npm/files"]);
  expect(await ids({ source: ["remote", "file"] })).toEqual(["remote/a_b.example"]);
  expect(await ids({ source: "rem" })).toEqual([]);
  expect(await ids({ text: "A_B" })).toEqual(["remote/a_b.example"]);
  expect(await ids({ text: "a%b" })).toEqual([]);
  expect(await ids({ text: "npm b" })).toEqual(["npm/bank", "npm/broken"]);
  expect(await ids({ updatedSince: day(2) })).toEqual(["npm/broken", "remote/a_b.example"]);
  for (const [sort, expected] of [
    ["id", ["npm/bank", "npm/broken", "npm/files", "remote/a_b.example"]],
    ["-id", ["remote/a_b.example", "npm/files", "npm/broken", "npm/bank"]],
    ["-updated", ["remote/a_b.example", "npm/broken", "npm/files", "npm/bank"]],
    ["updated", ["npm/bank", "npm/files", "npm/broken", "remote/a_b.example"]],
    ["-tools", ["npm/bank", "npm/files", "remote/a_b.example", "npm/broken"]],
    ["tools", ["npm/broken", "remote/a_b.example", "npm/files", "npm/bank"]],
  ] as const) {
    expect(await ids({ sort }), sort).toEqual(expected);
    const walked: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listServers(database, { sort, limit: 1, cursor });
      walked.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(walked, sort).toEqual(expected);
  }
});

test("the database answers, and has the tables of this version, or says what is the matter", async () => {
  const database = await twoServers();
  expect(await readiness(database)).toEqual({ ok: true });
  await database.db.execute(sql`delete from drizzle.__drizzle_migrations
    where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`);
  expect(await readiness(database)).toMatchObject({ ok: false, problem: expect.stringContaining("version") });
  await database.close();
  expect(await readiness(database)).toMatchObject({ ok: false, problem: expect.stringContaining("answer") });
});

test("a tool is alarming when a finding of its verdict is an error, whatever its texts quote", async () => {
  const database = await openTestDatabase();
  const finding = { id: "hidden-instructions", message: "…", evidence: [] };
  const quoting = 'It answers "severity":"error".';
  await fill(database, "npm/odd", [
    [{ name: "warned", description: quoting }, { findings: [{ ...finding, severity: "warning" }] }],
    [{ name: "worse" }, { findings: [{ ...finding, severity: "error" }], summary: quoting }],
    [
      { name: "quiet", description: quoting },
      { summary: quoting, because: quoting },
    ],
  ]);
  const { items } = await listTools(database, {});
  expect(items.map(({ name, alarming }) => [name, alarming])).toEqual([
    ["quiet", false],
    ["warned", false],
    ["worse", true],
  ]);
});
