import { type SQL, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import {
  crawlProgress,
  type Database,
  deleteServers,
  getServer,
  LapsedError,
  listTools,
  openQueue,
  serverIds,
  startRun,
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const shared = { name: "read_mail", description: "Reads a mail." };
const own = { name: "send_mail", description: "Sends a mail." };
const older = { name: "send_mail", description: "Sends a mail to anybody." };

async function store(database: Database, server: string, tools: { name: string }[], startedAt = day(1)) {
  await storeCrawl(
    database,
    crawlOf(tools, { server, startedAt }),
    tools.map((tool) => verdictOn(tool)),
  );
}

async function count({ db }: Database, from: SQL): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`select count(*)::int as count from ${from}`);
  return row?.count ?? -1;
}

test("a server goes with all that is there because of it, and others keep what they share", async () => {
  const database = await openTestDatabase();
  const queue = await openQueue(database, { retries: 0 });
  onTestFinished(() => queue.close());
  await store(database, "npm/mine", [shared, older]);
  await store(database, "npm/mine", [shared, own], day(2));
  // The same answer to the same question, and so the same raw page.
  await store(database, "npm/other", [shared, own]);
  await store(database, "npm/third", [shared]);
  await startRun(database, [
    { server: "npm/mine", source: "npm:mine" },
    { server: "npm/other", source: "npm:other" },
  ]);
  await queue.add([
    { server: "npm/mine", plan: {} },
    { server: "npm/other", plan: {}, priority: -1 },
  ]);
  const claim = await queue.take();
  if (claim?.server !== "npm/mine") throw new Error("the other job was taken");
  await queue.settle(queue.failed(claim, "It ended."));
  expect(await queue.counts()).toEqual({ waiting: 1, running: 0, dead: 1 });
  await queue.add([{ server: "npm/mine", plan: {} }]);

  const { removed } = await deleted(database, ["npm/mine"]);
  expect(removed).toEqual([
    // Of the jobs, one is the run's, one failed, one waits.
    { server: "npm/mine", tools: 2, crawls: 2, changes: 1, definitions: 1, jobs: 3 },
  ]);
  expect(await serverIds(database)).toEqual(["npm/other", "npm/third"]);
  expect(await getServer(database, "npm/mine")).toBeUndefined();
  expect((await listTools(database, {})).items.map(({ server, name }) => [server, name])).toEqual([
    ["npm/other", "read_mail"],
    ["npm/other", "send_mail"],
    ["npm/third", "read_mail"],
  ]);
  expect(await count(database, sql`definitions`)).toBe(2);
  expect(await count(database, sql`verdicts`)).toBe(2);
  expect(await count(database, sql`raw_pages`)).toBe(2);
  expect(await count(database, sql`changes`)).toBe(0);
  expect((await crawlProgress(database)).jobs.map(({ server }) => server)).toEqual(["npm/other"]);
  expect(await queue.counts()).toEqual({ waiting: 1, running: 0, dead: 0 });

  const rest = await deleted(database, ["npm/third", "npm/other", "npm/third"]);
  expect(rest.removed.map(({ server, definitions }) => [server, definitions])).toEqual([
    ["npm/third", 0],
    ["npm/other", 2],
  ]);
  for (const table of [sql`definitions`, sql`verdicts`, sql`raw_pages`, sql`crawls`, sql`tool_versions`])
    expect(await count(database, table)).toBe(0);
  await store(database, "npm/mine", [shared]);
  expect(await serverIds(database)).toEqual(["npm/mine"]);
});

async function deleted(database: Database, ids: string[]) {
  const result = await deleteServers(database, ids);
  if (!result.ok) throw new Error(`unknown: ${result.unknown.join(", ")}`);
  return result;
}

test("one unknown id keeps all; a server that is not shown any more is known, and one that only waits", async () => {
  const database = await openTestDatabase();
  await store(database, "npm/mine", [shared]);
  expect(await deleteServers(database, ["npm/mine", "npm/none", "a\0b"])).toEqual({
    ok: false,
    unknown: ["npm/none", "a\0b"],
  });
  expect(await serverIds(database)).toEqual(["npm/mine"]);
  const taken = { status: "skipped", reason: "It is left out.", withdrawn: "excluded" } as const;
  await storeCrawl(database, crawlOf([], { server: "npm/mine", startedAt: day(2), ...taken }), []);
  expect(await getServer(database, "npm/mine")).toBeUndefined();
  const queue = await openQueue(database);
  onTestFinished(() => queue.close());
  await queue.add([{ server: "npm/misspelt", plan: {} }]);
  expect((await deleted(database, ["npm/mine", "npm/misspelt"])).removed).toMatchObject([
    { server: "npm/mine", tools: 1, crawls: 2, jobs: 0 },
    { server: "npm/misspelt", tools: 0, crawls: 0, jobs: 1 },
  ]);
  expect(await queue.counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
});

test("a worker that is crawling it does not bring it back", async () => {
  const database = await openTestDatabase();
  const queue = await openQueue(database);
  onTestFinished(() => queue.close());
  await store(database, "npm/mine", [shared]);
  await queue.add([{ server: "npm/mine", plan: {} }]);
  const claim = await queue.take();
  if (!claim) throw new Error("nothing to take");
  await deleted(database, ["npm/mine"]);
  expect(await queue.touch(claim)).toBe(false);
  const crawl = crawlOf([shared], { server: "npm/mine", startedAt: day(3) });
  await expect(storeCrawl(database, crawl, [verdictOn(shared)], queue.done(claim))).rejects.toThrow(
    LapsedError,
  );
  expect(await serverIds(database)).toEqual([]);
});

test("removing and storing at the same time wait for each other", async () => {
  const database = await openTestDatabase();
  const ids = ["npm/a", "npm/b", "npm/c", "npm/d"];
  const round = (number: number) =>
    ids.flatMap((id, i) => [
      store(database, id, [shared, own], day(number)),
      i % 2 === 0 ? deleteServers(database, [id, ids[i + 1] ?? id]) : Promise.resolve(),
    ]);
  for (let number = 1; number <= 10; number++) {
    const ended = await Promise.allSettled(round(number));
    // A crawl may lose its server under its hands, and says so; nobody waits for ever.
    for (const one of ended) if (one.status === "rejected") expect(codeOf(one.reason)).toBe("23503");
  }
  for (const id of ids) await store(database, id, [shared, own], day(20));
  await deleted(database, ids);
  expect(await count(database, sql`definitions`)).toBe(0);
  expect(await count(database, sql`raw_pages`)).toBe(0);
});

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return "code" in error ? error.code : codeOf(error.cause);
}
