import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "./client.ts";

/** Names of the queues in pg-boss: of the crawls, and of those that were given up. */
export const CRAWL_QUEUE = "crawl";
export const DEAD_QUEUE = "crawl-dead";

/** What a job holds. */
export const jobDataSchema = z.object({ server: z.string(), host: z.string().optional(), plan: z.unknown() });
const reasonSchema = z.object({ reason: z.string() });

/** A job that was given up after its last attempt. */
export interface DeadJob {
  server: string;
  /** Why the last attempt failed. */
  reason: string;
  attempts: number;
  /** ISO 8601. */
  queuedAt: string;
  diedAt: string;
}

/** Jobs in the queue now. */
export interface QueueCounts {
  /** Ready, or waiting for its next attempt. */
  waiting: number;
  running: number;
  dead: number;
}

/** Counts the jobs of the queue. */
export async function countJobs({ db }: Database): Promise<QueueCounts> {
  const [row] = await db.execute<{ waiting: number; running: number; dead: number }>(
    sql`select count(*) filter (where name = ${CRAWL_QUEUE} and state < 'active')::int as waiting,
          count(*) filter (where name = ${CRAWL_QUEUE} and state = 'active')::int as running,
          count(*) filter (where name = ${DEAD_QUEUE} and state = 'created')::int as dead
        from pgboss.job where name in (${CRAWL_QUEUE}, ${DEAD_QUEUE})`,
  );
  return { waiting: row?.waiting ?? 0, running: row?.running ?? 0, dead: row?.dead ?? 0 };
}

/** Jobs that were given up, newest first, at most 1,000. */
export async function listDead({ db }: Database): Promise<DeadJob[]> {
  const rows = await db.execute<{
    data: unknown;
    output: unknown;
    attempts: number;
    queued: string;
    died: string;
  }>(
    sql`select data, source_output as output, source_retry_count + 1 as attempts,
          source_created_on as queued, created_on as died
        from pgboss.job where name = ${DEAD_QUEUE} and state = 'created' order by created_on desc, id limit 1000`,
  );
  return rows.map(({ data, output, attempts, queued, died }) => ({
    server: jobDataSchema.parse(data).server,
    // Else the queue's own words: the worker was killed each time.
    reason:
      reasonSchema.safeParse(output).data?.reason ??
      "The workers that crawled it ended before it was through, each time.",
    attempts,
    queuedAt: new Date(queued).toISOString(),
    diedAt: new Date(died).toISOString(),
  }));
}
