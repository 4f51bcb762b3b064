import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { crawlProgress, finishRun, startRun, updateJob } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";

const planned = [
  { server: "npm/one", source: "npm:one@1.0.0" },
  { server: "npm/two", source: "npm:two@1.0.0" },
  { server: "npm/three", source: "npm:three@1.0.0" },
];

test("progress follows the jobs", async () => {
  const database = await openTestDatabase();
  expect(await crawlProgress(database)).toEqual({ jobs: [], done: 0, failed: 0, total: 0 });
  const run = await startRun(database, [...planned, { server: "npm/one", source: "npm:one@2.0.0" }]);
  await updateJob(database, run, "npm/one", {
    state: "running",
    stage: "installing",
    startedAt: "2026-01-01T00:00:00.000Z",
  });
  let progress = await crawlProgress(database);
  expect(progress).toMatchObject({ done: 0, failed: 0, total: 3, run: { id: run } });
  expect(progress.run?.finishedAt).toBeUndefined();
  expect(progress.jobs.map((job) => [job.server, job.state])).toEqual([
    ["npm/one", "running"],
    ["npm/two", "waiting"],
    ["npm/three", "waiting"],
  ]);
  expect(progress.jobs[0]).toMatchObject({ stage: "installing", source: "npm:one@1.0.0" });

  await updateJob(database, run, "npm/one", {
    state: "done",
    tools: 9,
    finishedAt: "2026-01-01T00:00:05.000Z",
  });
  await updateJob(database, run, "npm/two", { state: "failed", reason: "It ended\u0000." });
  await finishRun(database, run);
  progress = await crawlProgress(database);
  expect(progress).toMatchObject({ done: 2, failed: 1, total: 3 });
  expect(progress.run?.finishedAt).toBeDefined();
  expect(progress.jobs[0]).toMatchObject({ state: "done", tools: 9, finishedAt: "2026-01-01T00:00:05.000Z" });
  expect(progress.jobs[1]).toMatchObject({ state: "failed", reason: "It ended\uFFFD." });
  expect(progress.jobs[2]?.state).toBe("skipped");
});

test("a run whose process was killed reads as finished", async () => {
  const database = await openTestDatabase();
  const run = await startRun(database, planned);
  await updateJob(database, run, "npm/one", { state: "running" });
  await database.db.execute(sql`update runs set heartbeat = heartbeat - interval '10 minutes'`);
  const progress = await crawlProgress(database);
  expect(progress.run?.finishedAt).toBeDefined();
  expect(progress.jobs.every((job) => job.state === "skipped" && job.reason !== undefined)).toBe(true);
});
