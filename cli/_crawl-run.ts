import pLimit from "p-limit";
import {
  type CrawlResult,
  crawlServer,
  DEFAULT_LIMITS,
  findSandbox,
  type ServerReference,
  type Source,
  sandboxNotice,
} from "../crawler/index.ts";
import {
  type Database,
  finishRun,
  getServer,
  type JobPatch,
  startRun,
  storeCrawl,
  touchRun,
  updateJob,
} from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";
import { classifyCrawl } from "./_classify-crawl.ts";
import { mayStore } from "./_crawl-store.ts";
import { type ProgressLine, showProgress } from "./_progress-line.ts";
import { rootMessage } from "./_root-message.ts";
import type { StatusLine } from "./_status-line.ts";

export interface CrawlRunOptions {
  home: string;
  signal: AbortSignal;
  /** Servers crawled at a time. */
  concurrency: number;
  /** For the User-Agent. */
  contact?: string;
  corrections: Corrections;
}

interface Planned {
  source: Source;
  reference: ServerReference;
}

const HEARTBEAT_MS = 30_000;

/**
 * Crawls the servers behind these sources into the catalog and shows how far it is, in the terminal and in the
 * database. Servers whose last crawl of the same source went well are left alone. A server's failure is noted and
 * the others go on; an abort ends the run early. Never throws for a crawl.
 * @returns how many servers were crawled.
 */
export async function crawlInto(
  database: Database,
  sources: Source[],
  status: StatusLine,
  options: CrawlRunOptions,
): Promise<number> {
  const planned = await plan(database, sources, options);
  if (planned.length === 0) return 0;
  const notice = sandboxNotice(await findSandbox());
  if (notice !== undefined) status.note(`placard: ${notice}`);
  const run = await startRun(
    database,
    planned.map(({ reference }) => reference),
  );
  const line = showProgress(status, planned.length);
  const note = noteKeeper(database, run, status);
  const alive = setInterval(() => note.alive(), HEARTBEAT_MS);
  const limit = pLimit(options.concurrency);
  await Promise.all(planned.map((one) => limit(() => crawlOne(database, one, { ...options, line, note }))));
  clearInterval(alive);
  line.end();
  await note.settled();
  await finishRun(database, run);
  return planned.length;
}

async function plan(
  database: Database,
  sources: Source[],
  { home, signal, contact }: CrawlRunOptions,
): Promise<Planned[]> {
  const planned = new Map<string, Planned>();
  const context = {
    home,
    signal,
    contact,
    onStage: () => {},
    limits: DEFAULT_LIMITS,
    network: false,
    environment: {},
    unsafeNoSandbox: false,
  };
  for (const source of sources) {
    if (signal.aborted) break;
    for await (const reference of source.list(context)) {
      const known = await getServer(database, reference.server);
      const fresh = known?.status === "ok" && known.source === reference.source;
      if (!fresh && !planned.has(reference.server)) planned.set(reference.server, { source, reference });
    }
  }
  return [...planned.values()];
}

interface JobContext extends CrawlRunOptions {
  line: ProgressLine;
  note: NoteKeeper;
}

async function crawlOne(database: Database, { source, reference }: Planned, job: JobContext): Promise<void> {
  const { server } = reference;
  const { line, note, signal } = job;
  if (signal.aborted) return;
  const startedAt = new Date();
  note.job(server, { state: "running", startedAt: startedAt.toISOString() });
  const end = (patch: JobPatch) => {
    const finishedAt = new Date();
    note.job(server, { ...patch, finishedAt: finishedAt.toISOString() });
    const durationMs = finishedAt.getTime() - startedAt.getTime();
    line.finished({ server, tools: patch.tools, reason: patch.reason, durationMs });
  };
  try {
    const result = await crawlServer(source, reference, {
      home: job.home,
      signal,
      contact: job.contact,
      onStage: (stage) => {
        line.stage(server, stage);
        note.job(server, { stage });
      },
    });
    const { crawl, verdicts } = await classifyCrawl(result, job.corrections);
    if (await mayStore(database, crawl)) await storeCrawl(database, crawl, verdicts);
    end(outcomeOf(crawl));
  } catch (error) {
    // Stopped on purpose: the run's end says so of every job that is not through.
    if (signal.aborted) return;
    end({
      state: "failed",
      reason: `Crawling ${server}: something in Placard itself went wrong: ${rootMessage(error)}.`,
    });
  }
}

/** A server that wants an account has answered: that is a result, without tools and with the reason. */
function outcomeOf({ status, reason, tools }: CrawlResult): JobPatch {
  if (status === "ok") return { state: "done", tools: tools.length };
  if (status === "needs-authorization") return { state: "done", tools: 0, reason: reason ?? status };
  return { state: status, reason: reason ?? status };
}

/** Writes a run's progress to the database, in order, without anybody waiting for it. */
interface NoteKeeper {
  job(server: string, patch: JobPatch): void;
  alive(): void;
  settled(): Promise<void>;
}

function noteKeeper(database: Database, run: string, status: StatusLine): NoteKeeper {
  let last: Promise<void> = Promise.resolve();
  let troubled = false;
  const enqueue = (write: () => Promise<void>) => {
    last = last.then(write).catch((error) => {
      // Once is enough: the pages miss some progress, the crawls themselves go on.
      if (!troubled) status.note(`placard: noting the progress in the database: ${rootMessage(error)}.`);
      troubled = true;
    });
  };
  return {
    job: (server, patch) => enqueue(() => updateJob(database, run, server, patch)),
    alive: () => enqueue(() => touchRun(database, run)),
    settled: () => last,
  };
}
