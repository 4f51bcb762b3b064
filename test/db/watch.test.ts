import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { type CatalogChange, type Database, storeCrawl, watchCatalog } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, verdictOn } from "./_catalog.ts";

function watch(database: Database, beatMs: number) {
  const changes: CatalogChange[] = [];
  const hearing: boolean[] = [];
  const stop = watchCatalog(
    database,
    { onChange: (change) => changes.push(change), onHearing: (hears) => hearing.push(hears) },
    { beatMs },
  );
  onTestFinished(stop);
  const until = async (...expected: boolean[]) => {
    while (hearing.join() !== expected.join()) await sleep(5);
  };
  return { changes, hearing, until };
}

test("each change of a server is told once it is stored", async () => {
  const database = await openTestDatabase();
  const { changes, until } = watch(database, 1_000);
  await until(true);
  changes.length = 0;
  const definition = { name: "read", inputSchema: { type: "object" } };
  await storeCrawl(database, crawlOf([definition], { server: "npm/Ü 1" }), [verdictOn(definition)]);
  while (changes.length === 0) await sleep(5);
  expect(changes).toEqual([{ server: "npm/Ü 1" }]);
});

test("where signs of life do not come back, nothing may be kept", async () => {
  const database = await openTestDatabase();
  const { $client } = database.db;
  let passes = true;
  const notify = async (channel: string, text: string) => {
    if (passes) await $client.notify(channel, text);
  };
  const behindPooler = { db: { $client: { options: $client.options, notify } } } as unknown as Database;
  const { changes, until } = watch(behindPooler, 40);
  await until(true);
  passes = false;
  await until(true, false);
  passes = true;
  changes.length = 0;
  await until(true, false, true);
  expect(changes).toContain("all");
});
