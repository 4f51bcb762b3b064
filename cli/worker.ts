import { setTimeout as sleep } from "node:timers/promises";
import { type CrawlResult, crawlServer, type Source } from "../crawler/index.ts";
import {
  type Claim,
  type Database,
  freshServers,
  LapsedError,
  type Queue,
  RefusedError,
  type Settlement,
  storeCrawl,
} from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";
import { classifyCrawl } from "./_classify-crawl.ts";
import { type CrawlPlan, planSchema, sourceOf } from "./_crawl-plan.ts";
import { mayStore } from "./_crawl-store.ts";
import { rootMessage } from "./_root-message.ts";

export interface WorkerOptions {
  home: string;
  /** Ends the worker; what it has begun goes back to the queue. */
  signal: AbortSignal;
  /** Servers crawled at a time. */
  concurrency: number;
  /** Milliseconds between two servers of one host. */
  hostDelay: number;
  /** Ends when nothing waits and nothing runs, here or elsewhere, instead of waiting for more. */
  untilEmpty: boolean;
  unsafeNoSandbox?: boolean;
  /** For the User-Agent. */
  contact?: string;
  corrections: Corrections;
  /** Told of each attempt that ended. */
  onEnd?: (end: AttemptEnd) => void;
  /** Told, in one sentence, of trouble that the worker goes on after. */
  onTrouble?: (sentence: string) => void;
}

/** How an attempt at a job ended. */
export interface AttemptEnd {
  server: string;
  /** `fresh`: not asked, what is stored is good enough. `lapsed`: another worker has the job now. */
  outcome: CrawlResult["status"] | "fresh" | "lapsed";
  reason?: string;
  tools: number;
  /** Milliseconds. */
  duration: number;
}

interface Shop {
  database: Database;
  queue: Queue;
  options: WorkerOptions;
}

/** Between two looks into an empty queue, in milliseconds, and half as much at random: many workers look at it. */
const LOOK_MS = 400;
/** After an error of the database, in milliseconds. */
const TROUBLE_MS = 3000;

/**
 * Crawls what is in the queue, as one of any number of workers. A crawl is stored and its job ended in one transaction,
 * so that a worker may be killed at any moment: a job is finished once or not at all. Trouble with the database is
 * waited out.
 */
export async function runWorker(database: Database, queue: Queue, options: WorkerOptions): Promise<void> {
  const shop = { database, queue, options };
  await Promise.all(Array.from({ length: options.concurrency }, () => workOn(shop)));
}

async function workOn(shop: Shop): Promise<void> {
  const { queue, options } = shop;
  const { signal } = options;
  while (!signal.aborted) {
    try {
      const claim = await queue.take();
      if (claim) await attempt(shop, claim);
      else if (options.untilEmpty && (await isEmpty(queue))) return;
      else await pause(LOOK_MS * (1 + Math.random() / 2), signal);
    } catch (error) {
      if (signal.aborted) return;
      options.onTrouble?.(`The worker goes on in a moment: ${rootMessage(error)}.`);
      await pause(TROUBLE_MS, signal);
    }
  }
}

async function isEmpty(queue: Queue): Promise<boolean> {
  const { waiting, running } = await queue.counts();
  return waiting + running === 0;
}

async function pause(time: number, signal: AbortSignal): Promise<void> {
  await sleep(time, undefined, { signal }).catch(() => {});
}

/** One attempt at a job, from the claim to its end. Throws for trouble with the database alone. */
async function attempt(shop: Shop, claim: Claim): Promise<void> {
  const { queue, options } = shop;
  const start = performance.now();
  const lapsed = new AbortController();
  const alive = setInterval(() => {
    // A database that does not answer now may do so in time for the next sign of life.
    void queue.touch(claim).then(
      (isOurs) => isOurs || lapsed.abort(new LapsedError("lapsed")),
      () => {},
    );
  }, claim.patience / 4);
  const tell = (end: Omit<AttemptEnd, "server" | "duration">) =>
    options.onEnd?.({ server: claim.server, duration: Math.round(performance.now() - start), ...end });
  try {
    const signal = AbortSignal.any([options.signal, lapsed.signal]);
    tell(await crawlClaim(shop, claim, signal));
  } catch (error) {
    if (error instanceof LapsedError || lapsed.signal.aborted) tell({ outcome: "lapsed", tools: 0 });
    else if (options.signal.aborted) await queue.giveBack(claim);
    else throw error;
  } finally {
    clearInterval(alive);
  }
}

async function crawlClaim(
  shop: Shop,
  claim: Claim,
  signal: AbortSignal,
): Promise<Omit<AttemptEnd, "server" | "duration">> {
  const { database, queue, options } = shop;
  const plan = planSchema.safeParse(claim.plan);
  const source = plan.success ? sourceOf(plan.data) : undefined;
  if (!plan.success || !source?.ok) {
    const reason =
      source?.ok === false ? source.reason : "A Placard of another version put it into the queue.";
    await queue.settle(queue.failed(claim, reason));
    return { outcome: "failed", reason, tools: 0 };
  }
  const { reference, force } = plan.data;
  if (!force && (await freshServers(database, [reference])).size > 0) {
    await queue.settle(queue.done(claim));
    return { outcome: "fresh", tools: 0 };
  }
  const { host } = claim;
  if (host !== undefined) await sleep(await queue.hostWait(host), undefined, { signal });
  const result = await askServer(source.source, plan.data, options, signal);
  // Before the job ends, because then another worker may take the host's next one.
  if (host !== undefined) await queue.restHost(host, options.hostDelay);
  return store(shop, claim, result);
}

async function askServer(
  source: Source,
  { reference, network, timeoutMs }: CrawlPlan,
  { home, unsafeNoSandbox, contact }: WorkerOptions,
  signal: AbortSignal,
): Promise<CrawlResult> {
  const startedAt = new Date().toISOString();
  const limits = timeoutMs === undefined ? {} : { startMs: timeoutMs, requestMs: timeoutMs };
  try {
    return await crawlServer(source, reference, { home, signal, network, limits, unsafeNoSandbox, contact });
  } catch (error) {
    signal.throwIfAborted();
    // One server that we stumble over must not keep the worker from the others.
    const reason = `Crawling ${reference.server}: something in Placard itself went wrong: ${rootMessage(error)}.`;
    const { server, source: named } = reference;
    const nothing = { tools: [], problems: [], raw: [], durationMs: 0 };
    return { server, source: named, status: "failed", reason, startedAt, ...nothing };
  }
}

async function store(
  { database, queue, options }: Shop,
  claim: Claim,
  result: CrawlResult,
): Promise<Omit<AttemptEnd, "server" | "duration">> {
  const { crawl, verdicts } = await classifyCrawl(result, options.corrections);
  const { status, reason, tools, retryAfterMs } = crawl;
  const settlement: Settlement =
    status === "failed" ? queue.failed(claim, reason ?? status, retryAfterMs) : queue.done(claim);
  try {
    if (await mayStore(database, crawl)) await storeCrawl(database, crawl, verdicts, settlement);
    else await queue.settle(settlement);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await queue.settle(queue.failed(claim, error.message));
    return { outcome: "failed", reason: error.message, tools: 0 };
  }
  return { outcome: status, reason, tools: tools.length };
}
