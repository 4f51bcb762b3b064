import { sql } from "drizzle-orm";
import type { PgBoss } from "pg-boss";
import { z } from "zod";
import { inBatches, type Transaction } from "./_batch.ts";
import { startBoss, within } from "./_boss.ts";
import {
  CRAWL_QUEUE,
  countJobs,
  DEAD_QUEUE,
  type DeadJob,
  jobDataSchema,
  listDead,
  type QueueCounts,
} from "./_queue-look.ts";
import { hostKey, hostWait, putOff, restHost } from "./_queue-rest.ts";
import { storable } from "./_text.ts";
import type { Database } from "./client.ts";
import type { Settlement } from "./crawls.ts";

/** A server that is to be crawled by whichever worker gets to it. */
export interface CrawlJob {
  /** Server id; one that waits or runs already is not queued twice. */
  server: string;
  /** Host that is asked; jobs of one host run one at a time. Absent for what runs on the worker's machine. */
  host?: string;
  /** Higher goes first; 0 unless told. */
  priority?: number;
  /** What the worker needs to know. Plain data; the queue does not look into it. */
  plan: unknown;
}

/** A job that a worker has taken, and nobody else has. */
export interface Claim extends CrawlJob {
  id: string;
  /** 0 for the first attempt. */
  attempt: number;
  /** No other attempt follows when this one fails. */
  isLast: boolean;
  /** Milliseconds without a sign of life (`touch`) after which the job goes to another worker. */
  patience: number;
}

export interface QueueOptions {
  /** True for a worker: it also puts back the jobs of workers that died. */
  works?: boolean;
  /** Attempts after the first; 4 unless told. For jobs added from here on. */
  retries?: number;
  /** Seconds before the second attempt, doubled for each one after; 20 unless told. */
  retryDelay?: number;
  /** Seconds without a sign of life after which a job's worker counts as dead, 10 at least; 30 unless told. */
  patience?: number;
}

/** A worker went on with a job that had been taken from it because it gave no sign of life. What it did is discarded. */
export class LapsedError extends Error {
  override name = "LapsedError";
}

const HOUR = 3600;
const YEAR = 365 * 24 * HOUR;
/** Any number: whoever adds jobs holds this lock, so that a server is looked up and added as one. */
const ADDING = 7_102_029;

const claimedSchema = z.object({
  id: z.string(),
  data: jobDataSchema,
  priority: z.number(),
  retryCount: z.number(),
  retryLimit: z.number(),
  heartbeatSeconds: z.number(),
});
/** pg-boss says so, and leaves it out of its types. */
const settledSchema = z.object({ affected: z.number() });

/**
 * Opens the queue of crawls in the catalog's database, which any number of processes on any number of machines share.
 * @throws what the driver throws.
 */
export async function openQueue(database: Database, options: QueueOptions = {}): Promise<Queue> {
  const boss = await startBoss(database, { works: options.works ?? false });
  await boss.createQueue(DEAD_QUEUE, { retentionSeconds: YEAR });
  // One active job for each key, by a unique index: also two workers at the same moment cannot take two of one host.
  await boss.createQueue(CRAWL_QUEUE, { policy: "singleton", deadLetter: DEAD_QUEUE });
  return new Queue(database, boss, options);
}

/** The queue of crawls. Get one from `openQueue`; close it before the database. */
export class Queue {
  readonly #database: Database;
  readonly #boss: PgBoss;
  readonly #options: QueueOptions;

  constructor(database: Database, boss: PgBoss, options: QueueOptions) {
    this.#database = database;
    this.#boss = boss;
    this.#options = options;
  }

  /**
   * Adds jobs, except for servers that have one which is not finished. A server that was given up gets a new chance.
   * @returns how many were added.
   */
  async add(jobs: CrawlJob[]): Promise<number> {
    let added = 0;
    for (const batch of inBatches(jobs)) {
      added += await this.#database.db.transaction((tx) => this.#addBatch(tx, batch));
    }
    return added;
  }

  async #addBatch(tx: Transaction, batch: CrawlJob[]): Promise<number> {
    const { retries = 4, retryDelay = 20, patience = 30 } = this.#options;
    await tx.execute(sql`select pg_advisory_xact_lock(${ADDING})`);
    const wanted = new Map(batch.map((job) => [storable(job.server), job]));
    const ids = sql.param([...wanted.keys()]);
    const known = await tx.execute<{ server: string }>(
      sql`select data->>'server' as server from pgboss.job
        where name = ${CRAWL_QUEUE} and state < 'completed' and data->>'server' = any(${ids})`,
    );
    for (const { server } of known) wanted.delete(server);
    if (wanted.size === 0) return 0;
    const fresh = sql.param([...wanted.keys()]);
    await tx.execute(
      sql`delete from pgboss.job where name = ${DEAD_QUEUE} and data->>'server' = any(${fresh})`,
    );
    const rows = [...wanted].map(([server, { host, priority, plan }]) => ({
      data: { server, ...(host !== undefined && { host }), plan },
      priority: priority ?? 0,
      singletonKey: host === undefined ? `server ${server}` : hostKey(host),
      retryLimit: retries,
      retryDelay,
      retryBackoff: true,
      retryDelayMax: HOUR,
      heartbeatSeconds: patience,
      expireInSeconds: HOUR,
      retentionSeconds: YEAR,
    }));
    await this.#boss.insert(CRAWL_QUEUE, rows, { db: within(tx) });
    return rows.length;
  }

  /** The next job that may run now: highest priority first, then oldest, of a host that nobody is asking. */
  async take(): Promise<Claim | undefined> {
    const [row] = await this.#boss.fetch(CRAWL_QUEUE, { includeMetadata: true });
    if (!row) return undefined;
    const { id, data, priority, retryCount, retryLimit, heartbeatSeconds } = claimedSchema.parse(row);
    const isLast = retryCount >= retryLimit;
    return { ...data, id, priority, attempt: retryCount, isLast, patience: heartbeatSeconds * 1000 };
  }

  /**
   * Gives a sign of life for a job.
   * @returns false when it has been taken from us.
   */
  async touch(claim: Claim): Promise<boolean> {
    const touched = await this.#boss.touch(CRAWL_QUEUE, attemptOf(claim));
    return settledSchema.parse(touched).affected > 0;
  }

  /** Ends a job together with the crawl that is stored: for `storeCrawl`. */
  done(claim: Claim): Settlement {
    return this.#settlement(claim, (tx) =>
      this.#boss.complete(CRAWL_QUEUE, attemptOf(claim), null, { db: within(tx) }),
    );
  }

  /**
   * Gives the job back for its next attempt, or up after the last one, together with the crawl that is stored.
   * @param rest milliseconds that the next attempt is to wait at least, because the server asked for it: up to a day, and
   *   other jobs of its host up to an hour.
   */
  failed(claim: Claim, reason: string, rest = 0): Settlement {
    const output = { reason: storable(reason) };
    return this.#settlement(claim, async (tx) => {
      const failed = await this.#boss.fail(CRAWL_QUEUE, attemptOf(claim), output, { db: within(tx) });
      if (rest > 0) await putOff(tx, claim, rest);
      return failed;
    });
  }

  /** Puts a job back as if it had not been taken, for a worker that is told to stop. */
  async giveBack(claim: Claim): Promise<void> {
    await this.#database.db.transaction(async (tx) => {
      const cancelled = await this.#boss.cancel(CRAWL_QUEUE, attemptOf(claim), { db: within(tx) });
      if (settledSchema.parse(cancelled).affected > 0)
        await this.#boss.resume(CRAWL_QUEUE, claim.id, { db: within(tx) });
    });
  }

  /** Ends a job with nothing to store. */
  async settle(settlement: Settlement): Promise<void> {
    await this.#database.db.transaction((tx) => settlement.settle(tx));
  }

  #settlement(claim: Claim, end: (tx: Transaction) => Promise<unknown>): Settlement {
    return {
      attempt: `${claim.id}/${claim.attempt}`,
      async settle(tx) {
        const { affected } = settledSchema.parse(await end(tx));
        if (affected === 0)
          throw new LapsedError(`The job for ${claim.server} has been taken by another worker.`);
      },
    };
  }

  /** How long to wait until a host may be asked again, in milliseconds. */
  hostWait(host: string): Promise<number> {
    return hostWait(this.#database, host);
  }

  /** Keeps a host from being asked for this long from now, in milliseconds. */
  restHost(host: string, delay: number): Promise<void> {
    return restHost(this.#database, host, delay);
  }

  counts(): Promise<QueueCounts> {
    return countJobs(this.#database);
  }

  /** Jobs that were given up, newest first, at most 1,000. They stay until their server is added again. */
  dead(): Promise<DeadJob[]> {
    return listDead(this.#database);
  }

  /** Stops looking after the queue. Jobs that are taken and not finished go back to the queue in time. */
  async close(): Promise<void> {
    await this.#boss.stop({ close: false, graceful: false });
  }
}

function attemptOf({ id, attempt }: Claim): { id: string; retryCount: number } {
  return { id, retryCount: attempt };
}
