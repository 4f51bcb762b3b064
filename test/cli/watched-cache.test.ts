import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { startHttpServer } from "../../cli/_http-server.ts";
import { readCacheLimit, watchedCache } from "../../cli/_watched-cache.ts";
import { type Database, deleteServers, openDatabase, startRun, storeCrawl } from "../../db/index.ts";
import { type CatalogLocals, catalogOf } from "../../site/src/lib/catalog.ts";
import { createTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "../db/_catalog.ts";
import { startPlacard } from "./_placard.ts";

const tool = (name: string) => ({ name, description: `Does ${name}.`, inputSchema: { type: "object" } });

async function store(database: Database, server: string, names: string[], at: number): Promise<void> {
  const definitions = names.map(tool);
  const crawl = crawlOf(definitions, { server, startedAt: day(at) });
  await storeCrawl(
    database,
    crawl,
    definitions.map((definition) => verdictOn(definition)),
  );
}

/** Says which tools a server has, or all servers, and how often it was asked. */
function listing(): { handler: PageHandler; count: () => number } {
  let count = 0;
  const handler: PageHandler = async (incoming, response, _next, locals) => {
    count += 1;
    const catalog = catalogOf(locals as CatalogLocals);
    const id = (incoming.url ?? "").replace(/^\/servers\/?/, "");
    const names =
      id === "progress"
        ? (await catalog.progress()).jobs.map((job) => `${job.server} ${job.state}`)
        : id
          ? (await catalog.serverTools(id)).map(({ name }) => name)
          : (await catalog.servers()).items.map((server) => server.id);
    response.writeHead(200, { etag: `"${names.join()}"`, "content-type": "text/plain" });
    response.end(names.join());
  };
  return { handler, count: () => count };
}

async function startSite() {
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  const folder = await mkdtemp(path.join(tmpdir(), "placard-watched-"));
  const server = await startHttpServer("127.0.0.1", 0);
  const { cache, stop } = watchedCache(database, 1_000_000);
  onTestFinished(async () => {
    await server.close();
    await stop();
    await database.close();
    await drop();
    await rm(folder, { recursive: true, force: true });
  });
  const { handler, count } = listing();
  server.show({ handler, clientFolder: folder, locals: { database }, cache });
  const read = async (address: string) => (await fetch(`${server.url}${address}`)).text();
  const until = async (address: string, text: string) => {
    while ((await read(address)) !== text) await sleep(10);
  };
  /** Returns once answers are kept: changes are heard of from then on. */
  const hearing = async () => {
    for (;;) {
      const before = count();
      await read("/servers/npm/nobody");
      await read("/servers/npm/nobody");
      if (count() < before + 2) return;
      await sleep(10);
    }
  };
  return { url, database, folder, read, until, hearing, count };
}

test("what another process stores is shown, and the pages of other servers stay", {
  timeout: 120_000,
}, async () => {
  const { url, database, folder, read, until, hearing, count } = await startSite();
  await store(database, "npm/other", ["read"], 1);
  await hearing();
  expect(await read("/servers/file/mine")).toBe("");
  expect(await read("/servers/npm/other")).toBe("read");
  expect(await read("/servers")).toBe("npm/other");
  const before = count();
  expect(await read("/servers/file/mine")).toBe("");
  expect(await read("/servers")).toBe("npm/other");
  expect(count()).toBe(before);

  const file = path.join(folder, "mine.json");
  const env = { DATABASE_URL: url, PLACARD_HOME: path.join(folder, "home") };
  await writeFile(file, JSON.stringify({ tools: [tool("write_note")] }));
  const crawl = startPlacard(["crawl", `file:${file}`, "--name", "mine"], env);
  expect(await crawl.exit(), crawl.stderr()).toBe(0);
  await until("/servers", "file/mine,npm/other");
  await until("/servers/file/mine", "write_note");
  const after = count();
  expect(await read("/servers/npm/other")).toBe("read");
  expect(count()).toBe(after);

  const forget = startPlacard(["forget", "file/mine"], env);
  expect(await forget.exit(), forget.stderr()).toBe(0);
  await until("/servers/file/mine", "");
  await until("/servers", "npm/other");
});

test("a lost connection is noticed: what changed meanwhile is shown", async () => {
  const { database, read, until, hearing } = await startSite();
  await hearing();
  expect(await read("/servers")).toBe("");
  const cut = await database.db.$client`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`;
  expect(cut.length).toBeGreaterThan(0);
  await store(database, "npm/one", ["read"], 1);
  await until("/servers", "npm/one");
  await hearing();
  await deleteServers(database, ["npm/one"]);
  await until("/servers", "");
});

test("a change of many servers is one notice, and a crawl that runs is not kept", async () => {
  const { database, read, until, hearing, count } = await startSite();
  for (let index = 0; index < 60; index += 1) await store(database, `npm/${index}`, ["read"], 1);
  await hearing();
  await read("/servers/npm/7");
  const before = count();
  await read("/servers/npm/7");
  expect(count()).toBe(before);
  await database.db.$client`update servers set title = 'new'`;
  while (count() === before) {
    await read("/servers/npm/7");
    await sleep(10);
  }
  expect(await read("/servers/progress")).toBe("");
  await startRun(database, [{ server: "npm/7", source: "npm:7" }]);
  await until("/servers/progress", "npm/7 waiting");
  const running = count();
  await read("/servers/progress");
  expect(count()).toBe(running + 1);
});

test("the size is a whole number of MiB, and 0 keeps nothing", () => {
  expect(readCacheLimit(undefined)).toBe(64 * 2 ** 20);
  expect(readCacheLimit("1")).toBe(2 ** 20);
  expect(readCacheLimit("0")).toBe(0);
  for (const text of ["", "-1", "1.5", "64MB", "1e3", "99999999"]) {
    expect(() => readCacheLimit(text), text).toThrow(/^Reading the size of the page cache .*--page-cache 64/);
  }
});
