import {
  type CrawlOptions,
  type CrawlResult,
  crawl,
  type Limits,
  readExclusions,
  type Source,
} from "../crawler/index.ts";
import type { Corrections } from "../policy/index.ts";
import { classifyCrawl } from "./_classify-crawl.ts";
import { readContact } from "./_contact.ts";
import { readCorrections } from "./_corrections.ts";
import type { CrawlCommandOptions } from "./_crawl-options.ts";
import { readSources } from "./_crawl-sources.ts";
import { CrawlStore } from "./_crawl-store.ts";
import { refuseSameServers } from "./_same-server.ts";
import { EXIT, Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { renderCrawl } from "./render/crawl.ts";
import { brief, painter, safe, safeJson } from "./render/text.ts";

/** Crawls here and now, one server after the other, and prints each when it is through. */
export async function crawlHere(operands: string[], options: CrawlCommandOptions, io: Io): Promise<void> {
  const sources = readSources(operands, options, io);
  checkExclusions(options.exclude ?? io.env.PLACARD_EXCLUDE);
  const corrections = await readCorrections(io.env);
  const signal = io.signal();
  await refuseSameServers(sources, placardHome(io.env), signal);
  const store = options.store ? new CrawlStore(io) : undefined;
  try {
    for (const source of sources) {
      for await (const result of crawl(source, crawlOptions(source, options, io, signal))) {
        await report(result, corrections, options, store, io);
      }
    }
  } finally {
    await store?.close();
  }
}

async function report(
  result: CrawlResult,
  corrections: Corrections,
  options: CrawlCommandOptions,
  store: CrawlStore | undefined,
  io: Io,
): Promise<void> {
  const { crawl: judged, verdicts } = await classifyCrawl(result, corrections);
  if (judged.status === "failed" || (judged.status === "skipped" && !isOneOfMany(judged)))
    io.exit(EXIT.failure);
  await io.out(
    options.json
      ? `${safeJson(publishedCrawl(judged))}\n`
      : `${renderCrawl(judged, verdicts, io.width, painter(io.colour.out))}\n`,
  );
  await store?.add(judged, verdicts);
}

/** In a registry some servers are always deleted or in need of a key, and some are left out on request: nothing failed. */
function isOneOfMany({ registryEntry, withdrawn }: CrawlResult): boolean {
  return registryEntry !== undefined || withdrawn !== undefined;
}

/** A crawl as printed: what people ask for first comes first, and the raw pages are left out. */
function publishedCrawl({ server, status, reason, tools, problems, raw: _, ...rest }: CrawlResult): object {
  return { server, status, reason, tools, problems, ...rest };
}

/** @throws Failure for a list of excluded servers that can't be read: without it somebody might be asked who wants not to be. */
function checkExclusions(file: string | undefined): void {
  if (!file) return;
  const read = readExclusions(file);
  if (!read.ok) throw new Failure(safe(read.reason), EXIT.usage);
}

function crawlOptions(
  source: Source,
  options: CrawlCommandOptions,
  io: Io,
  signal: AbortSignal,
): CrawlOptions {
  const time = options.timeout === undefined ? undefined : options.timeout * 1000;
  const limits: Partial<Limits> = time === undefined ? {} : { startMs: time, requestMs: time };
  return {
    home: placardHome(io.env),
    signal,
    limits,
    network: options.network ?? false,
    unsafeNoSandbox: options.unsafeNoSandbox ?? false,
    contact: readContact(options.contact, io.env),
    ...(options.exclude === undefined ? {} : { excludeFile: options.exclude }),
    onNotice: (notice) => io.note(`placard: ${safe(notice)}`),
    onStage(stage, detail) {
      if (options.quiet) return;
      io.note(`${safe(source.label)}: ${stage}${detail === undefined ? "" : ` ${brief(detail, 120)}`}`);
    },
  };
}
