import { expect, test } from "vitest";
import { CATEGORIES, RISKS, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import {
  type Database,
  listChanges,
  listServers,
  listTools,
  type Page,
  storeCrawl,
  type ToolFilter,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, verdictOn } from "./_catalog.ts";

const SERVERS = 9;
const TOOLS = 14;
/** Crawls that must have been stored while a list was walked; else the walk has shown nothing. */
const STORED = 12;

/** The same numbers every time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A catalog that is crawled again and again: every crawl changes verdicts, and lets tools and servers come and go. */
async function crawledCatalog(seed: number) {
  const database = await openTestDatabase();
  const below = numbers(seed);
  let stored = 0;
  const store = async (server: string, names: string[]) => {
    stored += 1;
    const entries = names.map((name): [ToolDefinition, Partial<Verdict>] => [
      { name, description: `Version ${below(50)}.` },
      {
        risk: RISKS[below(RISKS.length)],
        category: CATEGORIES[below(CATEGORIES.length)],
        facets: ["money"],
        rules: `test-${stored}`,
      },
    ]);
    const startedAt = new Date(Date.UTC(2026, 0, 1) + stored * 60_000).toISOString();
    const crawl = crawlOf(
      entries.map(([tool]) => tool),
      { server, source: "npm:any@1.0.0", startedAt },
    );
    await storeCrawl(
      database,
      crawl,
      entries.map(([tool, changes]) => verdictOn(tool, changes)),
    );
  };
  const lasting = Array.from({ length: TOOLS }, (_, index) => `tool_${index}`);
  const server = (index: number) => `npm/server-${index}`;
  for (let index = 0; index < SERVERS; index += 1) await store(server(index), lasting);
  let stopped = false;
  const crawling = (async () => {
    while (!stopped) {
      const passing = Array.from({ length: below(6) }, () => `${"amz"[below(3)]}_${below(1_000)}`);
      await store(server(below(SERVERS)), [...new Set([...lasting, ...passing])]);
      if (below(4) === 0) await store(`npm/server-${below(SERVERS)}-${below(1_000)}`, passing.slice(0, 1));
    }
  })();
  return {
    database,
    keys: Array.from({ length: SERVERS }, (_, index) =>
      lasting.map((name) => `${server(index)} ${name}`),
    ).flat(),
    servers: Array.from({ length: SERVERS }, (_, index) => server(index)),
    stored: () => stored,
    async stop() {
      stopped = true;
      await crawling;
    },
  };
}

/** All items of a list, page by page; the next page is asked for only when another crawl has been stored. */
async function walk<Item>(
  page: (cursor: string | undefined) => Promise<Page<Item>>,
  stored: () => number,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const before = stored();
    const { items: more, nextCursor } = await page(cursor);
    items.push(...more);
    if (nextCursor === null) return items;
    cursor = nextCursor;
    while (stored() === before) await new Promise((done) => setImmediate(done));
  }
}

const FILTERS: [string, ToolFilter][] = [
  ["all tools", {}],
  ["from the last to the first", { sort: "-server" }],
  ["of a facet", { facet: "money" }],
  ["with those that are gone", { gone: true }],
  ["updated since", { updatedSince: "2026-01-01T00:00:00.000Z" }],
];

test.each(FILTERS)("a walk while crawls are stored meets every lasting tool once: %s", async (_, filter) => {
  for (const seed of [1, 2]) {
    const catalog = await crawledCatalog(seed);
    const { database, keys, stored, stop } = catalog;
    try {
      const before = stored();
      const found = await walk(
        (cursor) => listTools(database, { sort: "server", ...filter, cursor, limit: 5 }),
        stored,
      );
      expect(stored() - before).toBeGreaterThan(STORED);
      const met = found.map(({ server, name }) => `${server} ${name}`);
      expect(new Set(met).size).toBe(met.length);
      expect(met.filter((key) => keys.includes(key)).sort()).toEqual(keys.toSorted());
    } finally {
      await stop();
    }
  }
});

test("so it does every lasting server, and every change there was", async () => {
  const { database, servers, stored, stop } = await crawledCatalog(3);
  try {
    const found = await walk((cursor) => listServers(database, { cursor, limit: 1 }), stored);
    const met = found.map(({ id }) => id);
    expect(new Set(met).size).toBe(met.length);
    expect(met.filter((id) => servers.includes(id))).toEqual(servers);
    const known = await changesOf(database);
    const before = stored();
    const walked = await walk((cursor) => listChanges(database, { cursor, limit: 20 }), stored);
    expect(stored() - before).toBeGreaterThan(1);
    const ids = walked.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => known.includes(id))).toEqual(known);
  } finally {
    await stop();
  }
});

/** Ids of all changes, newest first. */
async function changesOf(database: Database): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listChanges(database, { cursor, limit: 200 });
    ids.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) return ids;
    cursor = page.nextCursor;
  }
}
