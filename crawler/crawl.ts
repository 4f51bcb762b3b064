import { resolve } from "node:path";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { CrawlContext, CrawlOptions, Fetched, Source } from "./source.ts";
import type { CrawlResult, ServerReference } from "./types.ts";

/**
 * Crawls every server behind a source, one after the other.
 *
 * @returns one result a server, whatever the server did; a server's fault is a status and a reason, not an exception
 * @throws the reason of `options.signal` when it aborts; anything else thrown is a bug of ours
 */
export async function* crawl(source: Source, options: CrawlOptions): AsyncGenerator<CrawlResult> {
  const context = contextOf(options);
  for await (const reference of source.list(context)) yield await crawlServer(source, reference, options);
}

/**
 * Crawls one server that `source.list` named: for callers that run several at a time.
 *
 * @throws as `crawl` does
 */
export async function crawlServer(
  source: Source,
  reference: ServerReference,
  options: CrawlOptions,
): Promise<CrawlResult> {
  const context = contextOf(options);
  context.signal.throwIfAborted();
  const startedAt = new Date();
  const start = performance.now();
  const fetched = await source.fetch(reference, context);
  return {
    ...reference,
    ...read(source, fetched),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - start),
  };
}

function read(
  source: Source,
  fetched: Fetched,
): Omit<CrawlResult, keyof ServerReference | "startedAt" | "durationMs"> {
  const { raw, facts } = fetched;
  const nothing = { tools: [], problems: [], raw, ...facts };
  if (!fetched.ok) return { status: fetched.status, reason: fetched.reason, ...nothing };
  const parsed = source.parse(raw);
  if (!parsed.ok) return { status: "failed", reason: parsed.reason, ...nothing };
  const { stderr: _, ...kept } = facts;
  const notes = fetched.notes.map((problem, i) => ({
    index: parsed.tools.length + parsed.problems.length + i,
    problem,
  }));
  return { status: "ok", tools: parsed.tools, problems: [...parsed.problems, ...notes], raw, ...kept };
}

function contextOf(options: CrawlOptions): CrawlContext {
  return {
    home: resolve(options.home),
    signal: options.signal ?? new AbortController().signal,
    onStage: options.onStage ?? (() => {}),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    network: options.network ?? false,
    environment: options.environment ?? {},
    unsafeNoSandbox: options.unsafeNoSandbox ?? false,
  };
}
