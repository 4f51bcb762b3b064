import { resolve } from "node:path";
import { excluded } from "./exclude.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { CrawlContext, CrawlOptions, Fetched, Source } from "./source.ts";
import type { CrawlResult, ListedReference, ServerReference } from "./types.ts";

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
  reference: ListedReference,
  options: CrawlOptions,
): Promise<CrawlResult> {
  const context = contextOf(options);
  context.signal.throwIfAborted();
  const startedAt = new Date();
  const start = performance.now();
  const fetched = excluded(reference.server, context.excludeFile) ?? (await source.fetch(reference, context));
  return {
    server: reference.server,
    source: reference.source,
    ...read(source, fetched),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - start),
  };
}

/** MCP 2026-07-28, Caching. */
const PRIVATE =
  "Listing the tools: the server marks its list as private (cacheScope), for whoever asks and no one else, so it was not kept. Its author can mark it as public.";

function read(
  source: Source,
  fetched: Fetched,
): Omit<CrawlResult, keyof ServerReference | "startedAt" | "durationMs"> {
  const { facts } = fetched;
  const isPrivate = facts.cache?.scope === "private";
  const raw = isPrivate ? [] : fetched.raw;
  const nothing = { tools: [], problems: [], raw, ...facts };
  if (!fetched.ok) return { status: fetched.status, reason: fetched.reason, ...nothing };
  if (isPrivate) return { status: "skipped", reason: PRIVATE, ...nothing };
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
    ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    network: options.network ?? false,
    environment: options.environment ?? {},
    unsafeNoSandbox: options.unsafeNoSandbox ?? false,
    ...(options.contact === undefined ? {} : { contact: options.contact }),
    ...(options.excludeFile === undefined ? {} : { excludeFile: options.excludeFile }),
  };
}
