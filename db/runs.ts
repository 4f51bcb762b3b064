import { and, asc, desc, eq, inArray } from "drizzle-orm";
import { inBatches } from "./_batch.ts";
import { storable, storableOrNull } from "./_text.ts";
import type { Database } from "./client.ts";
import { jobs, runs } from "./schema.ts";
import type { Job, JobPatch, Progress } from "./types.ts";

/** A server to be crawled in a run. */
export interface PlannedJob {
  server: string;
  source: string;
}

/** A run whose process gave no sign of life for this long has been killed. */
const ABANDONED_AFTER_MS = 90_000;
const STOPPED = "Crawling was stopped before its turn was over; the next start tries it again.";

/**
 * Starts a run of crawls; its jobs wait, in this order. A server that is named twice is one job.
 * @returns the run's id, for the functions below. Call one of them at least once a minute: a silent run counts as dead.
 */
export async function startRun(database: Database, planned: PlannedJob[]): Promise<string> {
  return database.db.transaction(async (tx) => {
    const now = new Date();
    const [run] = await tx.insert(runs).values({ startedAt: now, heartbeat: now }).returning({ id: runs.id });
    if (!run) throw new Error("Starting a run of crawls: the database gave no id for it.");
    const rows = planned.map(({ server, source }, position) => ({
      run: run.id,
      server: storable(server),
      position,
      source: storable(source),
      state: "waiting" as const,
    }));
    for (const batch of inBatches(rows)) await tx.insert(jobs).values(batch).onConflictDoNothing();
    return String(run.id);
  });
}

/** Notes what changed about one job. */
export async function updateJob(
  database: Database,
  runId: string,
  server: string,
  patch: JobPatch,
): Promise<void> {
  const { state, stage, reason, tools, startedAt, finishedAt } = patch;
  const changes = {
    state,
    tools,
    stage: stage === undefined ? undefined : storable(stage),
    reason: reason === undefined ? undefined : storable(reason),
    startedAt: toDate(startedAt),
    finishedAt: toDate(finishedAt),
  };
  if (Object.values(changes).some((value) => value !== undefined)) {
    const ofRun = and(eq(jobs.run, Number(runId)), eq(jobs.server, storable(server)));
    await database.db.update(jobs).set(changes).where(ofRun);
  }
  await touchRun(database, runId);
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** Says that the run's process is alive. */
export async function touchRun(database: Database, runId: string): Promise<void> {
  await database.db
    .update(runs)
    .set({ heartbeat: new Date() })
    .where(eq(runs.id, Number(runId)));
}

/** Ends a run; jobs that are not through by then were skipped. */
export async function finishRun(database: Database, runId: string): Promise<void> {
  const now = new Date();
  await database.db.transaction(async (tx) => {
    const unfinished = and(eq(jobs.run, Number(runId)), inArray(jobs.state, ["waiting", "running"]));
    await tx
      .update(jobs)
      .set({ state: "skipped", reason: storableOrNull(STOPPED), finishedAt: now })
      .where(unfinished);
    await tx
      .update(runs)
      .set({ finishedAt: now, heartbeat: now })
      .where(eq(runs.id, Number(runId)));
  });
}

/** The newest run. One whose process was killed reads as finished when it last gave a sign of life. */
export async function crawlProgress(database: Database): Promise<Progress> {
  const [run] = await database.db.select().from(runs).orderBy(desc(runs.id)).limit(1);
  if (!run) return { jobs: [], done: 0, failed: 0, total: 0 };
  const rows = await database.db.select().from(jobs).where(eq(jobs.run, run.id)).orderBy(asc(jobs.position));
  const abandoned = run.finishedAt === null && Date.now() - run.heartbeat.getTime() > ABANDONED_AFTER_MS;
  const finishedAt = abandoned ? run.heartbeat : run.finishedAt;
  const list = rows.map((row) => (abandoned ? abandon(toJob(row)) : toJob(row)));
  return {
    run: {
      id: String(run.id),
      startedAt: run.startedAt.toISOString(),
      ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
    },
    jobs: list,
    done: list.filter((job) => job.state === "done" || job.state === "skipped").length,
    failed: list.filter((job) => job.state === "failed").length,
    total: list.length,
  };
}

function abandon(job: Job): Job {
  return job.state === "waiting" || job.state === "running"
    ? { ...job, state: "skipped", reason: STOPPED }
    : job;
}

function toJob(row: typeof jobs.$inferSelect): Job {
  return {
    server: row.server,
    source: row.source,
    state: row.state,
    stage: row.stage ?? undefined,
    reason: row.reason ?? undefined,
    tools: row.tools ?? undefined,
    startedAt: row.startedAt?.toISOString(),
    finishedAt: row.finishedAt?.toISOString(),
  };
}
