import { DEFAULT_LIMITS, foresee, type ListedReference, type Source } from "../crawler/index.ts";
import { type CrawlJob, type Database, freshServers, type Queue, stillSkipped } from "../db/index.ts";
import { readContact } from "./_contact.ts";
import type { CrawlCommandOptions } from "./_crawl-options.ts";
import { hostOf } from "./_crawl-plan.ts";
import { type Queueable, readQueueable } from "./_crawl-sources.ts";
import { withQueue } from "./_queue-open.ts";
import { EXIT } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";

/** `placard crawl --queue`: names the servers behind the sources and leaves the crawls to the workers. */
export async function fillQueue(operands: string[], options: CrawlCommandOptions, io: Io): Promise<void> {
  const sources = readQueueable(operands, options, io);
  const context = listContext(options, io);
  await withQueue(io, false, async (database, queue) => {
    const tally: Tally = { queued: 0, fresh: 0, skipped: 0, known: 0 };
    const syncs: string[] = [];
    for (const queueable of sources) {
      const { source } = queueable;
      const sync: Sync = {};
      for await (const batch of batchesOf(follow(source, sync, context))) {
        await queueBatch(batch, { ...queueable, priority: options.priority }, { database, queue, tally });
      }
      if (sync.brokeOff !== undefined) {
        io.note(`placard: ${brief(sync.brokeOff, 1_000)}`);
        io.exit(EXIT.failure);
      }
      const sentence = renderSync(source.label, sync);
      if (sentence !== undefined) syncs.push(sentence);
    }
    await io.out(`${renderTally(tally)} ${await renderCounts(queue)}\n${syncs.join("")}`);
  });
}

/** A registry has tens of thousands of servers: they are queued as they are listed, and never all in memory. */
const BATCH = 200;

async function* batchesOf(listed: AsyncIterable<ListedReference>): AsyncGenerator<ListedReference[]> {
  let batch: ListedReference[] = [];
  for await (const reference of listed) {
    batch.push(reference);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What became of the servers that were listed. */
interface Tally {
  queued: number;
  /** Left alone: their last crawl is good enough. */
  fresh: number;
  /** Left alone: they would be skipped as they were the last time. */
  skipped: number;
  /** In the queue already. */
  known: number;
}

async function queueBatch(
  listed: ListedReference[],
  { source, plan, priority }: Queueable & { priority: number },
  { database, queue, tally }: { database: Database; queue: Queue; tally: Tally },
): Promise<void> {
  const fresh = plan.force ? new Set() : await freshServers(database, listed);
  const stale = listed.filter(({ server }) => !fresh.has(server));
  const skipped = plan.force ? new Set() : await stillSkipped(database, foreseenSkips(source, stale));
  const jobs: CrawlJob[] = stale
    .filter(({ server }) => !skipped.has(server))
    .map((reference) => ({
      server: reference.server,
      host: hostOf(reference),
      priority,
      plan: { ...plan, reference },
    }));
  const added = await queue.add(jobs);
  tally.queued += added;
  tally.fresh += listed.length - stale.length;
  tally.skipped += stale.length - jobs.length;
  tally.known += jobs.length - added;
}

function foreseenSkips(source: Source, listed: ListedReference[]): (ListedReference & { reason: string })[] {
  return listed.flatMap((reference) => {
    const end = foresee(source, reference);
    return end?.status === "skipped" ? [{ ...reference, reason: end.reason }] : [];
  });
}

function renderTally({ queued, fresh, skipped, known }: Tally): string {
  const first = `${queued} queued, ${fresh} fresh and left alone (--force crawls them), ${known} in the queue already.`;
  return skipped === 0
    ? first
    : `${first} ${skipped} left alone too: skipped before, for a reason that still holds.`;
}

async function renderCounts(queue: Queue): Promise<string> {
  const { waiting, running, dead } = await queue.counts();
  return `In the queue now: ${waiting} waiting, ${running} running, ${dead} given up.`;
}

/** How far the list of a source was read, and the newest change in it. */
interface Sync {
  newest?: string;
  /** Why it was not read to its end. */
  brokeOff?: string;
}

/** The servers that a source lists, without what stands for those that could not be listed. */
async function* follow(source: Source, sync: Sync, context: ListContext): AsyncGenerator<ListedReference> {
  for await (const reference of source.list(context)) {
    const { updatedAt, isRest } = reference;
    if (isRest) sync.brokeOff = foresee(source, reference)?.reason ?? `${source.label}: the list broke off.`;
    else yield reference;
    if (updatedAt !== undefined && updatedAt > (sync.newest ?? "")) sync.newest = updatedAt;
  }
}

/** A list is in no order of time: after one that broke off, the newest change says nothing about what was missed. */
function renderSync(label: string, { newest, brokeOff }: Sync): string | undefined {
  if (brokeOff !== undefined)
    return `The list of ${safe(label)} broke off: list it from the same time again.\n`;
  const isOneEntry = label.includes("#");
  if (newest === undefined || isOneEntry) return undefined;
  return `The newest change in ${safe(label)} is of ${newest}; next time, --updated-since ${newest} lists only what changed since.\n`;
}

type ListContext = Parameters<Source["list"]>[0];

function listContext(options: CrawlCommandOptions, io: Io): ListContext {
  return {
    home: placardHome(io.env),
    signal: io.signal(),
    contact: readContact(options.contact, io.env),
    limits: DEFAULT_LIMITS,
    onStage: () => {},
    network: false,
    environment: {},
    unsafeNoSandbox: false,
  };
}
