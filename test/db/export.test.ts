import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readRecords } from "../../cli/_import-records.ts";
import { fieldsOf } from "../../db/export-copy.ts";
import {
  catalogState,
  catalogStats,
  type Database,
  deleteServers,
  getServer,
  getTool,
  importCatalog,
  listChanges,
  listServers,
  listTools,
  RECORD_KINDS,
  reclassify,
  registryVersions,
  replaceVerdict,
  serverToolsAt,
  showCorrections,
  storeCrawl,
  withSnapshot,
} from "../../db/index.ts";
import { recordSchema } from "../../site/src/api/bulk-types.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";
import { fillCatalog, linesOf } from "./_dataset.ts";

const never = new AbortController().signal;

async function* numbered(text: string) {
  for (const [index, line] of text.trimEnd().split("\n").entries()) yield { text: line, number: index + 1 };
}

test("the dataset has a record of every kind, as its schema says, and the same bytes again", async () => {
  const database = await openTestDatabase();
  await fillCatalog(database);
  const text = await linesOf(database);
  const records = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const record of records) expect(recordSchema.parse(record)).toMatchObject({ kind: record.kind });
  const kinds = [...new Set(records.map(({ kind }) => kind))];
  expect(kinds).toEqual(["dataset", ...RECORD_KINDS, "end"]);
  expect(records.at(-1)).toEqual({
    kind: "end",
    definitions: 5,
    servers: 3,
    crawls: 5,
    tools: 5,
    versions: 6,
    changes: records.filter(({ kind }) => kind === "change").length,
  });
  expect(await linesOf(database)).toBe(text);
});

test("the fields of a COPY are the same wherever its chunks end", async () => {
  const database = await openTestDatabase();
  const query = `copy (select 'a' || n, null::text, '', repeat('é', n * 50) from generate_series(1, 3) as n) to stdout (format binary)`;
  const copied = await database.db.$client.unsafe(query).readable();
  const bytes = Buffer.concat(await copied.toArray());
  const expected = [1, 2, 3].map((n) => `a${n}${"é".repeat(n * 50)}`).join("");
  for (const size of [1, 2, 3, 5, 7, 64, 101, bytes.length]) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(Buffer.from(bytes.subarray(at, at + size)));
    const fields = fieldsOf(() => ({ pause() {}, resume() {} }));
    for (const chunk of chunks) fields.take(chunk);
    fields.end();
    expect(await textOf(fields.blocks())).toBe(expected);
  }
});

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const copies: Buffer[] = [];
  for await (const chunk of chunks) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies).toString("utf8");
}

test("nothing of withdrawn servers, and nothing that the API does not publish", async () => {
  const database = await openTestDatabase();
  await fillCatalog(database);
  const text = await linesOf(database);
  for (const words of [
    "withdrawn",
    "hidden_tool",
    "forgotten",
    "secret words",
    "raw words",
    'capabilities":{"tools',
  ])
    expect(text).not.toContain(words);
  // Of crawls that nothing speaks of any more only how they ended.
  const crawls = text.split("\n").filter((line) => line.startsWith('{"kind":"crawl"'));
  const failed = JSON.parse(crawls[1] ?? "");
  expect(failed).toMatchObject({ status: "failed", reason: "It \uFFFD ended.", version: "9" });
  expect(Object.keys(failed)).not.toContain("serverInfo");
});

test("importing it gives the same catalog: the same bytes and the same answers", async () => {
  const [database, copy] = [await openTestDatabase(), await openTestDatabase()];
  await fillCatalog(database);
  const text = await linesOf(database);
  await importCatalog(copy, readRecords(numbered(text)), { signal: never });
  expect(await linesOf(copy)).toBe(text);
  expect(await answersOf(copy)).toEqual(await answersOf(database));
  // It goes on like any other: ids are not given twice.
  const more = { name: "more", description: "One more." };
  await storeCrawl(copy, crawlOf([more], { startedAt: day(20) }), [verdictOn(more)]);
  expect((await getTool(copy, "npm/@example/mail-mcp", "more"))?.versions).toHaveLength(1);
});

test("what is searched in an imported catalog is what triggers would have made, and they go on", async () => {
  const [database, copy] = [await openTestDatabase(), await openTestDatabase()];
  await fillCatalog(database);
  await importCatalog(copy, readRecords(numbered(await linesOf(database))), { signal: never });
  expect(await searchedIn(copy)).toEqual(await searchedIn(database));
  const indexes = (from: Database) =>
    from.db.$client`select indexdef from pg_indexes where tablename = 'tool_search' order by indexname`;
  expect([...(await indexes(copy))]).toEqual([...(await indexes(database))]);
  const more = { name: "quarantine_parcel", description: "One more." };
  await storeCrawl(copy, crawlOf([more], { server: "npm/freighter", startedAt: day(20) }), [verdictOn(more)]);
  const found = await listTools(copy, { text: "quarantine" });
  expect(found.items.map(({ server }) => server)).toEqual(["npm/freighter"]);
  const { tools, words, serverWords } = await searchedIn(copy);
  expect(tools.map(({ name }) => name)).toContain("quarantine_parcel");
  expect(words).toContain("quarantine");
  expect(serverWords).toContain("freighter");
});

/** What is searched of servers that a dataset holds. */
async function searchedIn({ db: { $client: sql } }: Database) {
  const tools = await sql`select server, name, rank, terms::text from tool_search
    where server in (select id from servers where withdrawn is null) order by server, name`;
  const words = await sql`select distinct search_words.word from search_words, tools, servers
    where servers.id = tools.server and withdrawn is null
      and search_words.word = any(search_tokens(tools.name, true)) order by 1`;
  const serverWords = await sql`select distinct search_server_words.word from search_server_words, servers
    where withdrawn is null and search_server_words.word = any(search_tokens(servers.id, true)) order by 1`;
  const wordsOf = (rows: Iterable<{ word?: string }>) => [...rows].map(({ word }) => word);
  return { tools: [...tools], words: wordsOf(words), serverWords: wordsOf(serverWords) };
}

test("an import that is stopped while what is searched is made leaves nothing", async () => {
  const [database, copy] = [await openTestDatabase(), await openTestDatabase()];
  await fillCatalog(database);
  const text = await linesOf(database);
  const stop = new AbortController();
  const onSearch = () => stop.abort(new Error("stopped"));
  const stopped = importCatalog(copy, readRecords(numbered(text)), { signal: stop.signal, onSearch });
  await expect(stopped).rejects.toThrow("stopped");
  await importCatalog(copy, readRecords(numbered(text)), { signal: never });
  expect(await searchedIn(copy)).toEqual(await searchedIn(database));
});

/** All that the API is made from. What it says of memory, order of storing and withdrawn servers is not in a dataset. */
async function answersOf(database: Database) {
  const servers = await listServers(database);
  const details = [];
  for (const { id } of servers.items) {
    const server = await getServer(database, id);
    if (!server) throw new Error(`no ${id}`);
    const {
      capabilities: _,
      lastCrawl: { stderr: __, ...lastCrawl },
      ...said
    } = server;
    details.push({ ...said, lastCrawl });
    details.push(await registryVersions(database, id));
    for (const at of [1, 3, 4]) details.push(await serverToolsAt(database, id, day(at)));
  }
  const tools = await listTools(database, { gone: true, sort: "server" });
  for (const { server, name } of tools.items) details.push(await getTool(database, server, name));
  const found = await listTools(database, { text: "mail" });
  return {
    details,
    servers: servers.items,
    tools: tools.items,
    found: found.items,
    changes: (await listChanges(database)).items,
    stats: await catalogStats(database),
  };
}

test("a catalog that is not empty takes none", async () => {
  const database = await openTestDatabase();
  await fillCatalog(database);
  const text = await linesOf(database);
  await expect(importCatalog(database, readRecords(numbered(text)), { signal: never })).rejects.toThrow(
    "not empty",
  );
  expect(await linesOf(database)).toBe(text);
});

test("an empty catalog has a dataset too, which can be imported", async () => {
  const [database, copy] = [await openTestDatabase(), await openTestDatabase()];
  const text = await linesOf(database);
  await importCatalog(copy, readRecords(numbered(text)), { signal: never });
  expect(await linesOf(copy)).toBe(text);
  expect(text.split("\n")).toHaveLength(3);
});

const WIPE = { name: "wipe", description: "Deletes all mails.", annotations: { readOnlyHint: true } };
const WRITERS: [name: string, write: (database: Database) => Promise<unknown>][] = [
  ["a crawl", (db) => storeCrawl(db, crawlOf([WIPE], { startedAt: day(9) }), [verdictOn(WIPE)])],
  [
    "a crawl that failed",
    (db) => storeCrawl(db, crawlOf([], { status: "failed", reason: "x", startedAt: day(9) }), []),
  ],
  ["a review", (db) => replaceVerdict(db, verdictOn(WIPE, { risk: "critical" }))],
  ["new rules", (db) => reclassify(db, (tool) => verdictOn(tool, { rules: "test-9" }), "test-9")],
  [
    "a correction",
    async (db) => {
      const { digest } = verdictOn(WIPE);
      const correction = { who: "a", when: "2026-01-01", why: "b" };
      await showCorrections(db, [digest], (verdict) => ({ ...verdict, correction, risk: "medium" }) as never);
    },
  ],
  ["a server that is forgotten", (db) => deleteServers(db, ["file/other"])],
];

test.each(WRITERS)(
  "the state is another one after %s, and the same while nothing happens",
  async (_, write) => {
    const database = await openTestDatabase();
    await fillCatalog(database);
    const before = await catalogState(database);
    expect(await catalogState(database)).toBe(before);
    const lines = await linesOf(database);
    await write(database);
    expect(await linesOf(database)).not.toBe(lines);
    expect(await catalogState(database)).not.toBe(before);
  },
);

test("a snapshot is of one moment, whatever is stored while it is read", async () => {
  const database = await openTestDatabase();
  await fillCatalog(database);
  const before = await catalogState(database);
  const read = await withSnapshot(database, never, async (snapshot) => {
    const text: string[] = [];
    for (const kind of RECORD_KINDS) {
      for await (const chunk of snapshot.lines(kind)) text.push(chunk.toString());
      await storeCrawl(database, crawlOf([WIPE], { server: `npm/new-${kind}`, startedAt: day(9) }), [
        verdictOn(WIPE),
      ]);
    }
    expect(snapshot.state).toBe(before);
    return text.join("");
  });
  expect(read).not.toContain("npm/new-");
  expect(await linesOf(database)).toContain("npm/new-definition");
});

test.each([10, 60, 70, 100, 150, 200])("a last record of %i KB ends like any other", async (kilobytes) => {
  const database = await openTestDatabase();
  const long = { name: "long", description: "Says much. ".repeat(kilobytes * 93) };
  await storeCrawl(database, crawlOf([long], { startedAt: day(1) }), [verdictOn(long)]);
  const text = await linesOf(database);
  expect(text).toContain(long.description);
  expect(text).toContain('"kind":"end"');
  for (const wait of [0, 30]) {
    const slow = await withSnapshot(database, never, async (snapshot) => {
      const chunks: Buffer[] = [];
      for (const kind of RECORD_KINDS) {
        for await (const chunk of snapshot.lines(kind)) {
          chunks.push(Buffer.from(chunk));
          await sleep(wait);
        }
      }
      return Buffer.concat(chunks).toString("utf8");
    });
    expect(text).toContain(slow);
  }
});

test("who stops reading, or is stopped, leaves the connection as it was", async () => {
  const database = await openTestDatabase();
  await fillCatalog(database);
  const stop = new AbortController();
  for (let turn = 0; turn < 12; turn += 1) {
    const early = withSnapshot(database, never, async (snapshot) => {
      for await (const _ of snapshot.lines("definition")) throw new Error("enough");
    });
    await expect(early).rejects.toThrow("enough");
  }
  const holder = database.db.$client.begin(async (tx) => {
    await tx`lock table crawls in access exclusive mode`;
    const blocked = withSnapshot(database, stop.signal, async (snapshot) => {
      for await (const _ of snapshot.lines("crawl")) void _;
    });
    setTimeout(() => stop.abort(new Error("stopped")), 200);
    await expect(blocked).rejects.toThrow("stopped");
  });
  await holder;
  expect(await linesOf(database)).toContain('"kind":"end"');
});
