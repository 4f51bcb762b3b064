import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
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
  const isYoung = sql`${crawls.startedAt} + coalesce(${crawls.ttlMs}, ${DAY}) * interval '1 millisecond' > now()`;
  return among(
    database,
    candidates,
    [eq(crawls.id, servers.lastGoodCrawl), isYoung],
    ({ updatedAt }, last) => updatedAt === undefined || updatedAt === last.entryUpdatedAt,
  );
}

/**
 * Those of these servers whose last crawl, of the same source and the same registry entry, was skipped for the reason
 * that they would be skipped for now. However long ago: nothing would be asked.
 * @returns their ids.
 */
export async function stillSkipped(
  database: Database,
  candidates: (Candidate & { reason: string })[],
): Promise<Set<string>> {
  return among(
    database,
    candidates,
    [eq(crawls.status, "skipped")],
    ({ updatedAt, reason }, last) =>
      storable(reason) === last.reason &&
      // A server that is left out on request is left out whatever its registry says of it, and that is not kept.
      (updatedAt === undefined || last.entryUpdatedAt === undefined || updatedAt === last.entryUpdatedAt),
  );
}

/** What the last crawl of a server said. */
interface Last {
  reason: string | null;
  entryUpdatedAt?: string;
}

/** Ids of the candidates whose last crawl was of the same source, meets the conditions and passes the test. */
async function among<One extends Candidate>(
  { db }: Database,
  candidates: One[],
  conditions: SQL[],
  passes: (one: One, last: Last) => boolean,
): Promise<Set<string>> {
  const passed = new Set<string>();
  for (const batch of inBatches(candidates)) {
    const wanted = new Map(batch.map((one) => [storable(one.server), one]));
    const rows = await db
      .select({
        id: servers.id,
        source: crawls.source,
        reason: crawls.reason,
        entry: crawls.registryEntry,
      })
      .from(servers)
      .innerJoin(crawls, eq(crawls.id, servers.lastCrawl))
      .where(and(inArray(servers.id, [...wanted.keys()]), ...conditions));
    for (const { id, source, reason, entry } of rows) {
      const one = wanted.get(id);
      const entryUpdatedAt = fromJsonTextOrNull<{ updatedAt?: string }>(entry)?.updatedAt;
      if (one && storable(one.source) === source && passes(one, { reason, entryUpdatedAt }))
        passed.add(one.server);
    }
  }
  return passed;
}
