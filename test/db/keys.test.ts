import { expect, test } from "vitest";
import { type Database, serverKeys, storeCrawl, toolKeys } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const tool = (name: string, description = "Says something.") => ({ name, description, inputSchema: {} });
const ALL = { skip: 0, count: 50_000 };

async function store(database: Database, server: string, names: string[], at = day(1), description?: string) {
  const tools = names.map((name) => tool(name, description));
  await storeCrawl(
    database,
    crawlOf(tools, { server, source: `npm:${server}@1`, startedAt: at }),
    tools.map((each) => verdictOn(each)),
  );
}

async function flat<Item>(batches: AsyncIterable<Item[]>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

test("keys come by server and name, without tools that are gone and servers that are not shown", async () => {
  const database = await openTestDatabase();
  await store(database, "npm/b", ["z", "a", "Ä"]);
  await store(database, "npm/a", ["old", "kept"]);
  await store(database, "npm/a", ["kept"], day(2));
  await store(database, "npm/gone", ["x"]);
  await database.db.$client`update servers set withdrawn = 'excluded' where id = 'npm/gone'`;
  const keys = await flat(toolKeys(database, ALL));
  expect(keys.map(({ server, name }) => `${server} ${name}`)).toEqual([
    "npm/a kept",
    "npm/b a",
    "npm/b z",
    "npm/b Ä",
  ]);
  expect(await flat(serverKeys(database, ALL))).toEqual(["npm/a", "npm/b"]);
});

test("a key says since when the tool is as it is", async () => {
  const database = await openTestDatabase();
  await store(database, "npm/a", ["one"], day(1));
  await store(database, "npm/a", ["one"], day(2));
  expect((await flat(toolKeys(database, ALL)))[0]?.changed).toBe(day(1));
  await store(database, "npm/a", ["one"], day(3), "Says something else.");
  expect((await flat(toolKeys(database, ALL)))[0]?.changed).toBe(day(3));
});

test("stretches meet, and batches of more than one query too", async () => {
  const database = await openTestDatabase();
  const names = Array.from({ length: 2_100 }, (_, index) => `tool_${String(index).padStart(4, "0")}`);
  await store(database, "npm/a", names);
  const whole = (await flat(toolKeys(database, ALL))).map(({ name }) => name);
  expect(whole).toEqual(names);
  const parts = [
    await flat(toolKeys(database, { skip: 0, count: 700 })),
    await flat(toolKeys(database, { skip: 700, count: 2_000 })),
    await flat(toolKeys(database, { skip: 2_700, count: 10 })),
  ];
  expect(parts.map((part) => part.length)).toEqual([700, 1_400, 0]);
  expect(parts.flat().map(({ name }) => name)).toEqual(names);
});
