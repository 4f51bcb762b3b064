import { excluded } from "./exclude.ts";
import type { Source } from "./source.ts";
import type { CrawlResult, ListedReference } from "./types.ts";

/**
 * How a crawl of a listed server would end, as far as that can be said without asking anybody.
 *
 * @returns the very status and sentence that it would end with; undefined for a server that has to be asked
 */
export function foresee(
  source: Source,
  reference: ListedReference,
): { status: Exclude<CrawlResult["status"], "ok">; reason: string } | undefined {
  const end = excluded(reference.server, undefined) ?? source.foresee?.(reference);
  return end === undefined || end.ok ? undefined : { status: end.status, reason: end.reason };
}
