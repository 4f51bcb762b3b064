import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
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
