import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startHttpServer } from "../../cli/_http-server.ts";
import { loadSite } from "../../cli/_site-build.ts";
import { type Database, listTools, openDatabase, type Snapshot, storeCrawl } from "../../db/index.ts";
import { type Manifest, manifestSchema } from "../../site/src/api/bulk-types.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { createTestDatabase, type TestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "../db/_catalog.ts";
import { fillCatalog, linesOf } from "../db/_dataset.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

let made: TestDatabase;
let database: Database;
let folder: string;
let site: SiteServer;

beforeAll(async () => {
  made = await createTestDatabase();
  const opened = await openDatabase({ home: "/nonexistent", url: made.url });
  if (!opened.ok) throw new Error(opened.reason);
  database = opened.database;
  await fillCatalog(database);
  folder = await mkdtemp(path.join(tmpdir(), "placard-dataset-"));
  const built = await loadSite({ signal: AbortSignal.timeout(110_000), onBuild: () => {} });
  const server = await startHttpServer("127.0.0.1", 0);
  server.show({ ...built, locals: { database, datasetFolder: folder } });
  site = {
    url: server.url.replace("localhost", "127.0.0.1"),
    close: server.close,
  };
});

afterAll(async () => {
  await site?.close();
  await database?.close();
  await made?.drop();
  await rm(folder, { recursive: true, force: true });
});

const get = (address: string, headers: Record<string, string> = {}) =>
  fetch(`${site.url}${address}`, { headers });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const LINES = "/api/v1/export.jsonl.gz";

async function manifest(): Promise<Manifest> {
  const response = await get("/api/v1/export.json");
  expect(response.status).toBe(200);
  return manifestSchema.parse(await response.json());
}

/** What is there of a file that is being made. */
async function partsLeft(): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".part"));
}

/** Another state of the catalog: what was made is not of it. */
async function change(name: string): Promise<void> {
  const tool = { name, description: `Reads ${name}.` };
  await storeCrawl(database, crawlOf([tool], { server: `file/${name}`, startedAt: day(12) }), [
    verdictOn(tool),
  ]);
}

test("the files are what the manifest says of them, to the byte", async () => {
  const said = await manifest();
  expect(said.ready).toBe(true);
  expect(said.counts).toMatchObject({ servers: 3, tools: 5 });
  for (const file of said.files) {
    const response = await get(file.url);
    expect(response.headers.get("content-type")).toBe(file.mediaType);
    const bytes = await bytesOf(response);
    expect({ bytes: bytes.length, sha256: sha256(bytes) }).toEqual({
      bytes: file.bytes,
      sha256: file.sha256,
    });
    expect(Number(response.headers.get("content-length"))).toBe(file.bytes);
  }
});

test("the JSON Lines are the dataset in one gzip member without a time", async () => {
  const bytes = await bytesOf(await get(LINES));
  expect(bytes.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
  const text = gunzipSync(bytes);
  expect(text.toString("utf8")).toBe(await linesOf(database));
  const [file] = (await manifest()).files;
  expect(file?.unpacked).toEqual({ bytes: text.length, sha256: sha256(text) });
  expect(file?.rows).toBe(text.toString("utf8").trimEnd().split("\n").length);
});

test("the table has a row for each tool, with definition and verdict as JSON", async () => {
  const bytes = await bytesOf(await get("/api/v1/export.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) };
  const rows = await parquetReadObjects({ file, compressors });
  const { items } = await listTools(database, { gone: true, sort: "server" });
  expect(rows).toHaveLength(items.length);
  for (const [index, tool] of items.entries()) {
    const row = rows[index];
    expect(row).toMatchObject({
      server: tool.server,
      name: tool.name,
      category: tool.category,
      risk: tool.risk,
      confidence: tool.confidence,
      facets: tool.facets,
      summary: tool.summary,
      first_seen: new Date(tool.firstSeen),
      gone_since: tool.goneSince === undefined ? null : new Date(tool.goneSince),
    });
    expect(JSON.parse(String(row?.verdict))).toMatchObject({ digest: tool.digest, risk: tool.risk });
    expect(JSON.parse(String(row?.definition)).name).toBe(JSON.parse(String(row?.verdict)).name);
  }
});

test("asking again costs nothing: the tag is known without the file, and names one state", async () => {
  await change("tagged");
  const head = await fetch(`${site.url}${LINES}`, { method: "HEAD" });
  const etag = head.headers.get("etag") ?? "";
  expect(head.headers.get("content-length")).toBeNull();
  expect((await get(LINES, { "if-none-match": etag })).status).toBe(304);
  // Nobody has made it until now.
  const revision = etag.slice(1, 33);
  expect(await readdir(folder)).not.toContain(revision);
  const first = await bytesOf(await get(LINES));
  const again = await get(LINES);
  expect(again.headers.get("etag")).toBe(etag);
  expect((await bytesOf(again)).equals(first)).toBe(true);
  await change("tagged-anew");
  expect((await get(LINES, { "if-none-match": etag })).status).toBe(200);
  // What the manifest of before named is still there.
  expect((await bytesOf(await get(`${LINES}?revision=${revision}`))).equals(first)).toBe(true);
});

test("a whole file is given in parts, and gone on with only where it is the same", async () => {
  const whole = await get(LINES);
  const etag = whole.headers.get("etag") ?? "";
  const bytes = await bytesOf(whole);
  const size = bytes.length;
  const parts: [string, number, number][] = [
    ["bytes=0-9", 0, 10],
    [`bytes=${size - 5}-`, size - 5, size],
    ["bytes=-7", size - 7, size],
    [`bytes=10-${size + 100}`, 10, size],
    [`bytes=10-${"9".repeat(40)}`, 10, size],
    [`bytes=-${size + 100}`, 0, size],
    ["Bytes= 3-3 ", 3, 4],
  ];
  for (const [range, start, end] of parts) {
    const response = await get(LINES, { range, "if-range": etag });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${size}`);
    expect((await bytesOf(response)).equals(bytes.subarray(start, end))).toBe(true);
  }
  const others = ["bytes=9-3", "bytes=-", "bytes=0-1,3-4", "bytes=x", "lines=0-1"];
  for (const range of others) {
    const response = await get(LINES, { range });
    expect([range, response.status, (await bytesOf(response)).length]).toEqual([range, 200, size]);
  }
  for (const range of [
    `bytes=${size}-`,
    `bytes=${size + 5}-${size + 9}`,
    "bytes=-0",
    `bytes=${"9".repeat(40)}-`,
  ]) {
    const response = await get(LINES, { range, "if-range": etag });
    expect([range, response.status, response.headers.get("content-range")]).toEqual([
      range,
      416,
      `bytes */${size}`,
    ]);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(await response.json()).toMatchObject({
      status: 416,
      detail: expect.stringContaining(size.toLocaleString("en")),
    });
    const changed = await get(LINES, { range, "if-range": '"another"' });
    expect([range, changed.status, (await bytesOf(changed)).length]).toEqual([range, 200, size]);
    const head = await fetch(`${site.url}${LINES}`, { method: "HEAD", headers: { range } });
    expect([range, head.status, head.headers.get("content-length")]).toEqual([range, 200, String(size)]);
  }
  const old = await get(LINES, { range: "bytes=0-9", "if-range": '"another"' });
  expect([old.status, (await bytesOf(old)).length]).toEqual([200, size]);
});

test("a revision that is not kept is said to be gone, and one that is none refused", async () => {
  const unknown = await get(`${LINES}?revision=${"0".repeat(32)}`);
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ parameter: "revision" });
  for (const revision of ["../../etc/passwd", "A".repeat(32), "%2e%2e%2f", "0"])
    expect((await get(`${LINES}?revision=${encodeURIComponent(revision)}`)).status).toBe(400);
});

test("a file that cannot be made is a 503, as long as nothing of it was sent", async () => {
  const failing: Catalog["snapshot"] = (_signal, use) =>
    use({
      state: "broken",
      // biome-ignore lint/correctness/useYield: it fails before there is anything.
      async *lines() {
        throw new Error("The disk is full.");
      },
    } as unknown as Snapshot);
  const broken = await startSite({ ...fakeCatalog([]), state: async () => "broken", snapshot: failing });
  onTestFinished(broken.close);
  const answer = await fetch(broken.url + LINES);
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("retry-after")]).toEqual([
    503,
    "application/problem+json; charset=utf-8",
    "10",
  ]);
  expect((await answer.json()).detail).toContain("the disk may be full");
});

test("only the newest states are kept on disk", async () => {
  for (const name of ["one", "two", "three"]) {
    await change(`kept-${name}`);
    await (await get(LINES)).arrayBuffer();
  }
  await until(async () => (await readdir(folder)).length <= 2);
});

test("many who ask at once share one file in the making, and one who leaves does not end it", async () => {
  await change("shared");
  const release = await hold();
  const leaver = new AbortController();
  const gone = fetch(`${site.url}${LINES}`, { signal: leaver.signal }).catch(() => undefined);
  const asked = Promise.all(Array.from({ length: 8 }, () => get(LINES).then(bytesOf)));
  await until(async () => (await readers()) > 0);
  await sleep(300);
  expect(await readers()).toBe(1);
  leaver.abort();
  await gone;
  await sleep(300);
  expect(await readers()).toBe(1);
  await release();
  const [first, ...others] = await asked;
  await change("after-many");
  expect(gunzipSync(await bytesOf(await get(LINES))).toString("utf8")).toContain("after-many");
  for (const other of others) expect(first?.equals(other)).toBe(true);
  expect(gunzipSync(first ?? Buffer.alloc(0)).toString("utf8")).toContain('"file/shared"');
});

test("when everybody has gone the work ends, and leaves nothing behind", async () => {
  await change("abandoned");
  const release = await hold();
  const leaver = new AbortController();
  const asked = [1, 2].map(() =>
    fetch(`${site.url}${LINES}`, { signal: leaver.signal }).catch(() => undefined),
  );
  await until(async () => (await readers()) > 0);
  leaver.abort();
  await Promise.all(asked);
  await until(async () => (await readers()) === 0);
  await until(async () => (await partsLeft()).length === 0);
  await release();
  // The next one gets it.
  const bytes = await bytesOf(await get(LINES));
  expect(gunzipSync(bytes).toString("utf8")).toBe(await linesOf(database));
});

/** Holds up whoever reads definitions, until released. */
async function hold(): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holder = database.db.$client.begin(async (tx) => {
    await tx`lock table definitions in access exclusive mode`;
    held.resolve();
    await over.promise;
  });
  await held.promise;
  return async () => {
    over.resolve();
    await holder;
  };
}

/** How many are held up. */
async function readers(): Promise<number> {
  const [row] = await database.db.$client`select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like 'copy (%'`;
  return Number(row?.count);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50);
}
