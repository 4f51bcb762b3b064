import { excluded } from "./exclude.ts";
import type { CrawlContext, Fetched, ParsedSource } from "./source.ts";

/** Asks the one server behind another source: what a registry's entry or a configuration leads to. */
export async function fetchThrough(parsed: ParsedSource, context: CrawlContext): Promise<Fetched> {
  if (!parsed.ok) return { ok: false, status: "failed", reason: parsed.reason, raw: [], facts: {} };
  for await (const reference of parsed.source.list(context)) {
    return excluded(reference.server, context.excludeFile) ?? parsed.source.fetch(reference, context);
  }
  throw new Error(`${parsed.source.label} lists no server`);
}
