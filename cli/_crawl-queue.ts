import { type CrawlOptions, DEFAULT_LIMITS, type ListedReference, type Source } from "../crawler/index.ts";
import {
  type CrawlJob,
  type Database,
  freshServers,
  openDatabase,
  openQueue,
  type Queue,
} from "../db/index.ts";
import { type CrawlPlan, hostOf, secretIn } from "./_crawl-plan.ts";
import { EXIT, Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";
import { type AttemptEnd, runWorker } from "./worker.ts";

/** A source with what a worker needs to make it anew. */
export interface Queueable {
  source: Source;
  plan: Omit<CrawlPlan, "reference">;
}

/** `placard crawl --queue`: names the servers behind the sources and leaves the crawls to the workers. */
export async function queueCrawls(
  sources: Queueable[],
  options: { priority: number; signal: AbortSignal },
  io: Io,
): Promise<void> {
  for (const { source, plan } of sources) {
    const secret = secretIn(plan);
    if (secret !== undefined) {
      const why = "everyone who may read the database could see it";
      throw new Failure(
        `Queueing ${safe(source.label)}: ${secret}, and ${why}. Crawl it without --queue.`,
        EXIT.usage,
      );
    }
  }
  await withQueue(io, false, async (database, queue) => {
    let queued = 0;
    let fresh = 0;
    let known = 0;
    const syncs: string[] = [];
    for (const { source, plan } of sources) {
      const sync: Sync = { isWhole: true };
      for await (const batch of batchesOf(source, plan, options.priority, io, options.signal)) {
        const isFresh = plan.force
          ? new Set()
          : await freshServers(
              database,
              batch.map(({ reference }) => reference),
            );
        const wanted = batch.filter(({ job }) => !isFresh.has(job.server)).map(({ job }) => job);
        const added = await queue.add(wanted);
        queued += added;
        fresh += batch.length - wanted.length;
        known += wanted.length - added;
        for (const { reference } of batch) follow(sync, reference);
      }
      const sentence = renderSync(source.label, sync);
      if (sentence !== undefined) syncs.push(sentence);
    }
    const counts = await queue.counts();
    await io.out(
      `${queued} queued, ${fresh} fresh and left alone (--force crawls them), ${known} in the queue already. ` +
        `In the queue now: ${counts.waiting} waiting, ${counts.running} running, ${counts.dead} given up.\n${syncs.join("")}`,
    );
  });
}

/** How far the list of a source was read, and the newest change in it. */
interface Sync {
  newest?: string;
  isWhole: boolean;
}

function follow(sync: Sync, { updatedAt, isRest }: Planned["reference"]): void {
  if (isRest) sync.isWhole = false;
  if (updatedAt !== undefined && updatedAt > (sync.newest ?? "")) sync.newest = updatedAt;
}

/** A list is in no order of time: after one that broke off, the newest change says nothing about what was missed. */
function renderSync(label: string, { newest, isWhole }: Sync): string | undefined {
  if (!isWhole) return `The list of ${safe(label)} broke off: list it from the same time again.\n`;
  const isOneEntry = label.includes("#");
  if (newest === undefined || isOneEntry) return undefined;
  return `The newest change in ${safe(label)} is of ${newest}; next time, --updated-since ${newest} lists only what changed since.\n`;
}

const BATCH = 200;

interface Planned {
  job: CrawlJob;
  reference: ListedReference;
}

/** A registry has tens of thousands of servers: they are queued as they are listed, and never all in memory. */
async function* batchesOf(
  source: Source,
  plan: Queueable["plan"],
  priority: number,
  io: Io,
  signal: AbortSignal,
): AsyncGenerator<Planned[]> {
  let batch: Planned[] = [];
  for await (const listed of source.list(listContext(io, signal))) {
    const { server } = listed;
    batch.push({
      reference: listed,
      job: { server, host: hostOf(listed), priority, plan: { ...plan, reference: listed } },
    });
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function listContext(io: Io, signal: AbortSignal) {
  const quiet = { onStage: () => {}, onNotice: () => {} } satisfies Partial<CrawlOptions>;
  const home = placardHome(io.env);
  return {
    ...quiet,
    home,
    signal,
    limits: DEFAULT_LIMITS,
    network: false,
    environment: {},
    unsafeNoSandbox: false,
  };
}

/** `placard crawl --worker`: crawls what is in the queue until it is stopped. */
export async function workQueue(
  options: {
    concurrency: number;
    delay: number;
    untilEmpty: boolean;
    unsafeNoSandbox: boolean;
    quiet: boolean;
  },
  io: Io,
): Promise<void> {
  const { concurrency, delay, untilEmpty, unsafeNoSandbox } = options;
  const note = (line: string) => options.quiet || io.note(line);
  await withQueue(io, true, (database, queue) =>
    runWorker(database, queue, {
      home: placardHome(io.env),
      signal: io.signal(),
      concurrency,
      hostDelay: delay * 1000,
      untilEmpty,
      unsafeNoSandbox,
      onEnd: (end) => note(renderEnd(end)),
      onTrouble: (sentence) => io.note(`placard: ${brief(sentence, 500)}`),
    }),
  );
}

function renderEnd({ server, outcome, reason, tools, duration }: AttemptEnd): string {
  const words = {
    ok: `${tools} ${tools === 1 ? "tool" : "tools"}`,
    fresh: "fresh, left alone",
    lapsed: "another worker has it now",
    failed: "failed",
    skipped: "skipped",
    "needs-authorization": "needs authorization",
  };
  const why = reason === undefined ? "" : `: ${brief(reason, 300)}`;
  return `${safe(server)}: ${words[outcome]} (${(duration / 1000).toFixed(1)} s)${why}`;
}

/** `placard crawl --dead`: the crawls that were given up. */
export async function listDead(json: boolean, io: Io): Promise<void> {
  await withQueue(io, false, async (_database, queue) => {
    const dead = await queue.dead();
    if (json) {
      for (const job of dead) await io.out(`${JSON.stringify(job)}\n`);
      return;
    }
    if (dead.length === 0) await io.out("No crawl was given up.\n");
    for (const { server, reason, attempts, diedAt } of dead) {
      await io.out(
        `${safe(server)}\n  given up ${diedAt} after ${attempts} attempts: ${brief(reason, 500)}\n`,
      );
    }
  });
}

async function withQueue(
  io: Io,
  works: boolean,
  use: (database: Database, queue: Queue) => Promise<void>,
): Promise<void> {
  const opened = await openDatabase({
    home: placardHome(io.env),
    url: io.env.DATABASE_URL,
    onNotice: (notice) => io.note(`placard: ${notice}`),
  });
  if (!opened.ok) throw new Failure(opened.reason);
  const { database } = opened;
  try {
    const queue = await openQueue(database, { works });
    try {
      await use(database, queue);
    } finally {
      await queue.close();
    }
  } finally {
    await database.close();
  }
}
