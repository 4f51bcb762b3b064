import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { parseAddress } from "../../db/_address.ts";
import { lastingPool } from "../../db/_pool.ts";
import { type Database, openDatabase } from "../../db/index.ts";
import { openTestCatalog } from "../database.ts";

/** A catalog, and what ends all of its connections, as a server that is started anew does. */
async function openBreakable() {
  const { database, url } = await openTestCatalog();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  onTestFinished(() => opened.database.close());
  const breakAll = () => database.db.$client`
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database() and backend_type = 'client backend'`;
  return { database, breakAll };
}

/** Asks as many at once as there are connections, so that each of them is asked. */
const askAll = ({ db: { $client: sql } }: Database) =>
  Promise.all(
    Array.from({ length: 10 }, async () => [...(await sql`select 1 as one, pg_sleep(0.05)::text`)]),
  );

test("each connection answers again, however often all were lost in the middle of queries", async () => {
  const { database, breakAll } = await openBreakable();
  const sql = database.db.$client;
  let isOn = true;
  const asking = Array.from({ length: 20 }, async (_, index) => {
    while (isOn) {
      // Words that wait for this turn's end when the connection is lost.
      await turn();
      await (index % 4 === 0 ? sql.begin((tx) => tx`select 1`) : sql`select 1`).catch(turn);
    }
  });
  for (let times = 0; times < 25; times += 1) {
    await sleep(40);
    await breakAll().catch(() => {});
  }
  isOn = false;
  await Promise.all(asking);
  expect((await askAll(database)).flat()).toHaveLength(10);
}, 60_000);

test("a transaction whose connection is lost while it asks nothing ends, and asks nothing of another one", async () => {
  const { database, breakAll } = await openBreakable();
  const sql = database.db.$client;
  await sql`create table kept (n int)`;
  const lost = Promise.withResolvers<void>();
  const tried = Promise.withResolvers<unknown>();
  const running = sql.begin(async (tx) => {
    await tx`insert into kept values (1)`;
    await lost.promise;
    // Others have taken the connection's place.
    await askAll(database);
    const again = (async () => tx`insert into kept values (2)`)();
    await again.then(tried.resolve, tried.resolve);
  });
  await Promise.all([
    breakAll(),
    expect(running).rejects.toThrow(/CONNECTION_CLOSED|terminating connection/),
  ]);
  lost.resolve();
  expect(await tried.promise).toMatchObject({ code: "CONNECTION_CLOSED" });
  expect([...(await sql`select n from kept`)]).toEqual([]);
});

test("who waits while all connections are lost is told so, or answered", async () => {
  const { database, breakAll } = await openBreakable();
  const sql = database.db.$client;
  const waiting = Array.from({ length: 60 }, () => sql.begin((tx) => tx`select pg_sleep(0.02)`));
  const settled = Promise.allSettled(waiting);
  await Promise.race(waiting);
  await breakAll();
  expect(await settled).toHaveLength(60);
  // One of them may not know yet that it is lost.
  await askAll(database).catch(() => {});
  expect((await askAll(database)).flat()).toHaveLength(10);
}, 60_000);

test("a transaction that fails by itself is taken back, and one that ends well is there", async () => {
  const { database } = await openTestCatalog();
  const sql = database.db.$client;
  await sql`create table kept (n int)`;
  const failing = sql.begin(async (tx) => {
    await tx`insert into kept values (1)`;
    throw new Error("enough");
  });
  await expect(failing).rejects.toThrow("enough");
  expect(await sql.begin("read write", async (tx) => (await tx`insert into kept values (2)`).count)).toBe(1);
  expect([...(await sql`select n from kept`)]).toEqual([{ n: 2 }]);
});

test("nothing is asked any more once it is closed, and no connection stays", async () => {
  const { database, url } = await openTestCatalog();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const sql = opened.database.db.$client;
  await sql`select 1`;
  await opened.database.close();
  // The connections say only now that they are closed.
  await sleep(50);
  await expect(sql`select 1`).rejects.toMatchObject({ code: "CONNECTION_ENDED" });
  await expect(sql.begin((tx) => tx`select 1`)).rejects.toMatchObject({ code: "CONNECTION_ENDED" });
  await expect
    .poll(async () => [
      ...(await database.db.$client`select 1 from pg_stat_activity
        where pid <> pg_backend_pid() and datname = current_database() and backend_type = 'client backend'`),
    ])
    .toEqual([]);
});

/** A pool of so many connections to a database of its own. */
async function openPool(max: number, options: { waitMs?: number } = {}, role?: string) {
  const { database, url } = await openTestCatalog();
  const parsed = parseAddress(url);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { url: address, host } = parsed.address;
  const named = { ...(host !== undefined && { host }), ...(role !== undefined && { username: role }) };
  const sql = lastingPool(postgres(address, { max, fetch_types: false, ...named }), options);
  onTestFinished(() => sql.end({ timeout: 0 }));
  return { sql, other: database.db.$client };
}

test("it ends in time, though one that was replaced still waits for an answer", async () => {
  const { sql, other } = await openPool(2, { waitMs: 1 });
  const long = expect(sql`select pg_sleep(60)`).rejects.toMatchObject({ code: "CONNECTION_DESTROYED" });
  const [{ pid } = {}] = await sql`select pg_backend_pid() as pid`;
  await other`select pg_terminate_backend(${Number(pid)}::int)`;
  // By then another pool answers, and the first one was told to close.
  await sleep(100);
  await sql`select 1`;
  await sql.end({ timeout: 0.1 });
  await long;
});

test("connections that the server refuses leave those that there are", async () => {
  const role = `placard_few_${process.pid}`;
  const { sql, other } = await openPool(6, {}, role);
  await other.unsafe(`create role ${role} login connection limit 2`);
  onTestFinished(async () => {
    const { database } = await openTestCatalog();
    await database.db.$client.unsafe(`drop role ${role}`);
  });
  const asked = await Promise.allSettled(Array.from({ length: 6 }, () => sql`select pg_sleep(0.1)::text`));
  expect(asked.filter(({ status }) => status === "rejected")).not.toEqual([]);
  for (let times = 0; times < 3; times += 1) {
    await sleep(20);
    expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
  }
});

test("a server that cannot be reached is asked again soon, however many wait", async () => {
  const sql = lastingPool(postgres("postgres://nobody@127.0.0.1:1/nothing", { max: 2, fetch_types: false }));
  onTestFinished(() => sql.end({ timeout: 0 }));
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => sql`select 1`));
  for (const one of asked) expect(one).toMatchObject({ reason: { code: "ECONNREFUSED" } });
}, 10_000);

const BOLD: [what: string, use: (tx: postgres.TransactionSql) => Promise<unknown>][] = [
  ["goes on after it", async (tx) => (await tx`select pg_sleep(60)`.catch(() => {})) ?? tx`select 1`],
  ["only swallows it", (tx) => tx`select pg_sleep(60)`.catch(() => {})],
  ["asks unsafely", async (tx) => (await tx.unsafe("select pg_sleep(60)").catch(() => {})) ?? tx.unsafe("x")],
  ["is in a part of its own", (tx) => tx.savepoint((part) => part`select pg_sleep(60)`)],
  ["tries such a part", async (tx) => tx.savepoint((part) => part`select pg_sleep(60)`).catch(() => {})],
];

test.each(BOLD)("a transaction whose connection is lost, and which %s, ends", async (_, use) => {
  const { sql, other } = await openPool(1);
  const pid = Promise.withResolvers<number>();
  const running = sql.begin(async (tx) => {
    const [row] = await tx`select pg_backend_pid() as pid`;
    pid.resolve(Number(row?.pid));
    return use(tx);
  });
  const over = expect(running).rejects.toThrow(/CONNECTION_CLOSED|terminating connection/);
  const end = async () => other`select pg_terminate_backend(${await pid.promise}::int)`;
  await sleep(50);
  await end();
  await over;
  expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
});

test("part of a transaction that fails by itself is taken back alone", async () => {
  const { sql } = await openPool(1);
  await sql`create table parts (n int)`;
  await sql.begin(async (tx) => {
    await tx`insert into parts values (1)`;
    const part = tx.savepoint("named", async (inner) => {
      await inner`insert into parts values (2)`;
      throw new Error("enough");
    });
    await expect(part).rejects.toThrow("enough");
    await tx.savepoint((inner) => inner`insert into parts values (3)`);
  });
  expect([...(await sql`select n from parts order by n`)]).toEqual([{ n: 1 }, { n: 3 }]);
});
