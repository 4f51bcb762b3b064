import { sql } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Claim,
  type Database,
  freshServers,
  getServer,
  LapsedError,
  openQueue,
  type Queue,
  stillSkipped,
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, verdictOn } from "./_catalog.ts";

const tool = { name: "read_mail" };

async function openTestQueue(options = {}): Promise<{ database: Database; queue: Queue }> {
  const database = await openTestDatabase();
  const queue = await openQueue(database, { retryDelay: 1, ...options });
  onTestFinished(() => queue.close());
  return { database, queue };
}

async function take(queue: Queue): Promise<Claim> {
  const claim = await queue.take();
  if (!claim) throw new Error("nothing to take");
  return claim;
}

/** What waits for a later attempt may be taken now. */
async function hasten({ db }: Database): Promise<void> {
  await db.execute(sql`update pgboss.job set start_after = now() where state = 'retry'`);
}

describe("Queue", () => {
  test("gives each job to one, by priority, then by age", async () => {
    const { database, queue } = await openTestQueue();
    const other = await openQueue(database);
    onTestFinished(() => other.close());
    const added = await queue.add([
      { server: "a", plan: { n: 1 } },
      { server: "b", plan: {}, priority: 5 },
      { server: "c", plan: {} },
    ]);
    expect(added).toBe(3);
    expect(await queue.add([{ server: "a", plan: {} }])).toBe(0);
    const first = await take(queue);
    expect(first).toMatchObject({ server: "b", attempt: 0, isLast: false, priority: 5 });
    const taken = await Promise.all([queue.take(), other.take(), queue.take(), other.take()]);
    expect(taken.flatMap((claim) => claim?.server ?? []).sort()).toEqual(["a", "c"]);
    expect(await queue.counts()).toEqual({ waiting: 0, running: 3, dead: 0 });
    expect(await queue.add([{ server: "b", plan: {} }])).toBe(0);
    await queue.settle(queue.done(first));
    expect(await queue.add([{ server: "b", plan: {} }])).toBe(1);
  });

  test("asks a host for one server at a time, and waits between two", async () => {
    const { queue } = await openTestQueue();
    const host = "mcp.example.com";
    await queue.add([
      { server: "a", host, plan: {} },
      { server: "b", host, plan: {} },
      { server: "c", host: "other.example.com", plan: {} },
    ]);
    const taken = await Promise.all([queue.take(), queue.take(), queue.take(), queue.take()]);
    const hosts = [...taken, await queue.take()].flatMap((claim) => claim?.host ?? []);
    expect(hosts.sort()).toEqual([host, "other.example.com"]);
    expect(await queue.hostWait(host)).toBe(0);
    await queue.restHost(host, 60_000);
    expect(await queue.hostWait(host)).toBeGreaterThan(50_000);
    const claim = taken.find((one) => one?.host === host);
    if (claim) await queue.settle(queue.done(claim));
    expect((await take(queue)).host).toBe(host);
  });

  test("a crawl is stored and its job ended together, and not by who has lost the job", async () => {
    const { database, queue } = await openTestQueue();
    await queue.add([{ server: "npm/@example/mail-mcp", plan: {} }]);
    const lost = await take(queue);
    // As when the worker was taken for dead, and another one goes on.
    await queue.giveBack(lost);
    const claim = await take(queue);
    expect(claim.attempt).toBe(1);
    const verdicts = [verdictOn(tool)];
    await expect(storeCrawl(database, crawlOf([tool]), verdicts, queue.done(lost))).rejects.toThrow(
      LapsedError,
    );
    expect(await getServer(database, "npm/@example/mail-mcp")).toBeUndefined();
    expect(await queue.touch(lost)).toBe(false);
    expect(await queue.touch(claim)).toBe(true);
    await storeCrawl(database, crawlOf([tool]), verdicts, queue.done(claim));
    await expect(storeCrawl(database, crawlOf([tool]), verdicts, queue.done(claim))).rejects.toThrow();
    expect((await getServer(database, "npm/@example/mail-mcp"))?.crawls).toHaveLength(1);
    expect(await queue.counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
  });

  test("a server that asks to wait is tried again no earlier, but within a day", async () => {
    const { database, queue } = await openTestQueue({ retryDelay: 60 });
    const waits = async (server: string, rest?: number) => {
      await queue.add([{ server, plan: {} }]);
      await queue.settle(queue.failed(await take(queue), "HTTP 429.", rest));
      const [row] = await database.db.execute<{ wait: number }>(
        sql`select extract(epoch from start_after - now())::float8 as wait from pgboss.job
          where data->>'server' = ${server} and state = 'retry'`,
      );
      return row?.wait ?? 0;
    };
    const usual = await waits("a");
    expect(usual).toBeGreaterThan(10);
    expect(usual).toBeLessThan(1_000);
    // What the server asks for is no reason to come earlier.
    expect(await waits("b", 1)).toBeGreaterThan(10);
    const hour = 3_600;
    const longer = await waits("c", 2 * hour * 1_000);
    expect(longer).toBeGreaterThan(1.9 * hour);
    expect(longer).toBeLessThanOrEqual(2 * hour);
    const longest = await waits("d", 7 * 24 * hour * 1_000);
    expect(longest).toBeGreaterThan(23.9 * hour);
    expect(longest).toBeLessThanOrEqual(24 * hour);
    expect(await queue.take()).toBeUndefined();
  });

  test("a server that asks to wait speaks for its host too, for an hour at most", async () => {
    const { database, queue } = await openTestQueue();
    const host = "mcp.example.com";
    await queue.add([
      { server: "a", host, plan: {}, priority: 1 },
      { server: "b", host, plan: {} },
      { server: "c", host: "other.example.com", plan: {} },
    ]);
    const first = await take(queue);
    expect(first.server).toBe("a");
    await queue.settle(queue.failed(first, "HTTP 429.", 5 * 3_600_000));
    expect((await take(queue)).server).toBe("c");
    expect(await queue.take()).toBeUndefined();
    const rows = await database.db.execute<{ server: string; hours: number }>(
      sql`select data->>'server' as server, ceil(extract(epoch from start_after - now()) / 3600)::int as hours
        from pgboss.job where state < 'active' order by 1`,
    );
    expect([...rows]).toEqual([
      { server: "a", hours: 5 },
      { server: "b", hours: 1 },
    ]);
  });

  test("a job that fails is tried again later, and given up where one can look at it", async () => {
    const { database, queue } = await openTestQueue({ retries: 1, retryDelay: 60 });
    await queue.add([{ server: "a", plan: { n: 1 }, priority: 3 }]);
    await queue.settle(queue.failed(await take(queue), "It ended."));
    expect(await queue.take()).toBeUndefined();
    expect(await queue.counts()).toEqual({ waiting: 1, running: 0, dead: 0 });
    await hasten(database);
    const last = await take(queue);
    expect(last).toMatchObject({ attempt: 1, isLast: true, plan: { n: 1 }, priority: 3 });
    await queue.settle(queue.failed(last, "It ended again\u0000."));
    expect(await queue.counts()).toEqual({ waiting: 0, running: 0, dead: 1 });
    expect(await queue.dead()).toMatchObject([{ server: "a", reason: "It ended again\uFFFD.", attempts: 2 }]);
    expect(await queue.add([{ server: "a", plan: {} }])).toBe(1);
    expect(await queue.dead()).toEqual([]);
  });
});

test("a server is fresh for as long as it says, or a day, while its source and registry entry are the same", async () => {
  const database = await openTestDatabase();
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const store = (server: string, minutes: number, more = {}) =>
    storeCrawl(
      database,
      crawlOf([], { server, source: `npm:${server}@1`, startedAt: ago(minutes), ...more }),
      [],
    );
  await store("young", 5);
  await store("old", 25 * 60);
  await store("brief", 5, { cache: { ttlMs: 60_000 } });
  await store("long", 48 * 60, { cache: { ttlMs: 72 * 3_600_000 } });
  await store("failed", 10);
  await store("failed", 5, { status: "failed", reason: "It ended." });
  const registry = "http://127.0.0.1:1";
  const entry = { registry, name: "listed", version: "1", status: "active", updatedAt: ago(9) };
  await store("listed", 5, { registryEntry: entry });
  const ask = async (server: string, more = {}) =>
    (await freshServers(database, [{ server, source: `npm:${server}@1`, ...more }])).has(server);
  expect(await ask("young")).toBe(true);
  expect(await ask("young", { source: "npm:young@2" })).toBe(false);
  expect(await ask("old")).toBe(false);
  expect(await ask("brief")).toBe(false);
  expect(await ask("long")).toBe(true);
  expect(await ask("failed")).toBe(false);
  expect(await ask("never")).toBe(false);
  expect(await ask("listed", { updatedAt: entry.updatedAt })).toBe(true);
  expect(await ask("listed", { updatedAt: ago(1) })).toBe(false);
});

test("a skipped server is left alone while its entry, source and the reason are the same, however long ago it was", async () => {
  const database = await openTestDatabase();
  const updatedAt = "2026-01-01T00:00:00.000Z";
  const registry = "http://127.0.0.1:1";
  const reason = "Nothing of it could be asked\u0000.";
  const store = async (server: string, more = {}) => {
    const registryEntry = { registry, name: server, version: "1", status: "active", updatedAt } as const;
    const skipped = { status: "skipped", reason, registryEntry } as const;
    const startedAt = "2026-01-02T00:00:00.000Z";
    await storeCrawl(
      database,
      crawlOf([], { server, source: `${server}@1`, startedAt, ...skipped, ...more }),
      [],
    );
  };
  await store("npm/skipped");
  await store("npm/failed", { status: "failed" });
  await store("npm/was-good", { status: "ok", reason: undefined, source: "npm/was-good@0" });
  await store("npm/was-good", { startedAt: "2026-01-03T00:00:00.000Z" });
  await store("npm/excluded", { registryEntry: undefined, withdrawn: "excluded" });
  const ask = async (server: string, more = {}) =>
    (await stillSkipped(database, [{ server, source: `${server}@1`, updatedAt, reason, ...more }])).has(
      server,
    );
  expect(await ask("npm/skipped")).toBe(true);
  expect(await ask("npm/skipped", { reason: "It is gone." })).toBe(false);
  expect(await ask("npm/skipped", { source: "npm/skipped@2" })).toBe(false);
  expect(await ask("npm/skipped", { updatedAt: "2026-01-05T00:00:00.000Z" })).toBe(false);
  expect(await ask("npm/failed")).toBe(false);
  expect(await ask("npm/was-good")).toBe(true);
  expect(await ask("npm/excluded", { updatedAt: "2026-01-05T00:00:00.000Z" })).toBe(true);
  expect(await ask("npm/never")).toBe(false);
});
