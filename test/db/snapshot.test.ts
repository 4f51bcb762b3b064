import { expect, test } from "vitest";
import { digestOf } from "../../classifier/index.ts";
import { deleteServers, serverToolsAt, storeCrawl } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const SERVER = "npm/@example/mail-mcp";
const send = { name: "send_mail", description: "Sends a message." };
const louder = { ...send, description: "Sends a message to everybody." };
const read = { name: "read_mail", description: "Reads one message." };
const purge = { name: "purge", description: "Deletes all messages." };

test("a server's list can be had as it was at each crawl that went well", async () => {
  const database = await openTestDatabase();
  const lists = [
    { at: day(1), tools: [send, read] },
    { at: day(2), tools: [louder, read] },
    { at: day(4), tools: [send, purge] },
  ];
  for (const { at, tools } of lists) {
    const verdicts = tools.map((tool) =>
      verdictOn(tool, tool === louder ? { risk: "high", category: "Execute" } : {}),
    );
    await storeCrawl(database, crawlOf(tools, { startedAt: at }), verdicts);
  }
  await storeCrawl(
    database,
    crawlOf([], { startedAt: day(3), status: "failed", reason: "It ended at once." }),
    [],
  );

  for (const { at, tools } of lists) {
    const listed = await serverToolsAt(database, SERVER, at);
    expect(listed.map(({ name, digest }) => [name, digest])).toEqual(
      tools.map((tool) => [tool.name, digestOf(tool)]).sort(),
    );
    expect(listed.map(({ definition }) => definition)).toEqual(expect.arrayContaining(tools));
  }
  expect(await serverToolsAt(database, SERVER, day(2))).toMatchObject([
    { name: "read_mail", firstSeen: day(1), lastSeen: day(2) },
    { name: "send_mail", risk: "high", category: "Execute", verdict: { risk: "high" } },
  ]);
  expect(await serverToolsAt(database, "npm/none", day(1))).toEqual([]);
  expect(await serverToolsAt(database, "npm/\0", day(1))).toEqual([]);
  await deleteServers(database, [SERVER]);
  expect(await serverToolsAt(database, SERVER, day(1))).toEqual([]);
});
