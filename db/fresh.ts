import { and, eq, inArray, sql } from "drizzle-orm";
import { inBatches } from "./_batch.ts";
import { fromJsonTextOrNull, storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { crawls, servers } from "./schema.ts";

/** How long a list counts as fresh where the server does not say, in milliseconds: a day. */
const DAY = 24 * 3_600_000;

/** A server as a source names it; `updatedAt` is when its registry says that its entry changed, if one lists it. */
export interface Candidate {
  server: string;
  source: string;
  updatedAt?: string;
}

/**
 * Those of these servers that need no crawl: their last crawl was of the same source (a package's version is part of
 * that) and the same registry entry, went well, and is not older than the server's own `ttlMs`, or a day.
 * @returns their ids.
 */
export async function freshServers(database: Database, candidates: Candidate[]): Promise<Set<string>> {
  const fresh = new Set<string>();
  for (const batch of inBatches(candidates)) {
    const wanted = new Map(batch.map((one) => [storable(one.server), one]));
    const rows = await database.db
      .select({ id: servers.id, source: servers.source, entry: crawls.registryEntry })
      .from(servers)
      .innerJoin(crawls, and(eq(crawls.id, servers.lastCrawl), eq(crawls.id, servers.lastGoodCrawl)))
      .where(
        and(
          inArray(servers.id, [...wanted.keys()]),
          sql`${crawls.startedAt} + coalesce(${crawls.ttlMs}, ${DAY}) * interval '1 millisecond' > now()`,
        ),
      );
    for (const { id, source, entry } of rows) {
      const one = wanted.get(id);
      const updatedAt = fromJsonTextOrNull<{ updatedAt?: string }>(entry)?.updatedAt;
      const isSameEntry = one?.updatedAt === undefined || one.updatedAt === updatedAt;
      if (one && storable(one.source) === source && isSameEntry) fresh.add(one.server);
    }
  }
  return fresh;
}
