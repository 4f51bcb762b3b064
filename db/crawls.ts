import { createHash } from "node:crypto";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Verdict } from "../classifier/index.ts";
import type { CrawlResult, ToolProblem } from "../crawler/types.ts";
import { inBatches, type Transaction } from "./_batch.ts";
import {
  changesOf,
  crawlRow,
  definitionRow,
  type Known,
  refuseLongId,
  serverRow,
  takeOnce,
  toStoredTool,
} from "./_crawl-rows.ts";
import { storeChanges } from "./_store-changes.ts";
import { type StoredTool, storeTools } from "./_store-tools.ts";
import { storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { asStored } from "./review.ts";
import { crawls, definitions, rawPages, servers, tools, verdicts } from "./schema.ts";
import { verdictRow } from "./verdicts.ts";

/** The attempt at a job in the queue that a crawl is the outcome of. */
export interface Settlement {
  /** Names the attempt; unique for ever. */
  attempt: string;
  /** Ends it in the same transaction: both happen or neither. Throws when the attempt is not ours any more. */
  settle(tx: Transaction): Promise<void>;
}

/**
 * Stores one crawl, whole or not at all. Tools that a crawl which went well no longer lists are marked gone, and what
 * changed since the last good list is noted; a crawl that did not go well changes nothing about the tools. Of a crawl
 * that was started before the last good one only the attempt is kept.
 * @param given one verdict for each definition in the crawl, in any order: they are matched by digest. Where there is one
 *   by the same rules already, that one stays: it may have had a second reading.
 * @param settlement the job that ends with it, for a crawl from the queue.
 * @throws RefusedError for a server whose id is too long; Error when a definition has no verdict, and what the driver
 *   throws.
 */
export async function storeCrawl(
  database: Database,
  crawl: CrawlResult,
  given: Verdict[],
  settlement?: Settlement,
): Promise<void> {
  refuseLongId(crawl.server);
  const byDigest = new Map(given.map((verdict) => [verdict.digest, verdict]));
  const { kept, problems } = takeOnce(crawl);
  const stored = kept.map((definition, position) => toStoredTool(definition, position, byDigest));
  const startedAt = new Date(crawl.startedAt);
  const server = serverRow(crawl, stored.length, startedAt);
  await database.db.transaction(async (tx) => {
    const known = await lockServer(tx, server);
    const crawlId = await storeAttempt(tx, crawl, problems, stored.length, startedAt, settlement?.attempt);
    const isGood = crawl.status === "ok" && startedAt >= (known.good ?? startedAt);
    if (isGood) {
      const sighting = { server: server.id, crawl: crawlId, at: startedAt };
      await storeDefinitions(tx, stored, startedAt);
      const shown = await asStored(tx, stored);
      if (known.good) await storeChanges(tx, sighting, shown);
      await storeTools(tx, sighting, shown);
      await markGone(tx, server.id, stored, startedAt);
    }
    const changes = changesOf(crawl, server, crawlId, known, isGood);
    if (changes) await tx.update(servers).set(changes).where(eq(servers.id, server.id));
    await settlement?.settle(tx);
  });
}

/** Locks the server, so that its crawls are stored one after the other. */
async function lockServer(tx: Transaction, row: ReturnType<typeof serverRow>): Promise<Known> {
  await tx.insert(servers).values(row).onConflictDoNothing();
  const [server] = await tx
    .select({ source: servers.source, last: servers.lastCrawl, good: servers.lastGoodCrawl })
    .from(servers)
    .where(eq(servers.id, row.id))
    .for("update");
  const ids = [server?.last, server?.good].filter((id) => typeof id === "number");
  const found =
    ids.length === 0
      ? []
      : await tx
          .select({ id: crawls.id, startedAt: crawls.startedAt })
          .from(crawls)
          .where(inArray(crawls.id, ids));
  const startOf = (id: number | null | undefined) => found.find((crawl) => crawl.id === id)?.startedAt;
  return { source: server?.source ?? row.source, last: startOf(server?.last), good: startOf(server?.good) };
}

async function storeAttempt(
  tx: Transaction,
  crawl: CrawlResult,
  problems: ToolProblem[],
  toolCount: number,
  startedAt: Date,
  attempt: string | undefined,
): Promise<number> {
  const pages = crawl.raw.map((raw) => {
    const body = storable(raw);
    return { digest: createHash("sha256").update(body).digest("hex"), body };
  });
  for (const page of pages) await tx.insert(rawPages).values(page).onConflictDoNothing();
  const [row] = await tx
    .insert(crawls)
    .values({
      ...crawlRow(crawl, problems, toolCount, startedAt),
      pages: pages.map((page) => page.digest),
      job: attempt,
    })
    .returning({ id: crawls.id });
  if (!row) throw new Error("Storing a crawl: the database gave no id for it.");
  return row.id;
}

/** Sorted by digest, so that two crawls with the same definitions wait for each other instead of deadlocking. */
async function storeDefinitions(tx: Transaction, stored: StoredTool[], at: Date): Promise<void> {
  const unique = [...new Map(stored.map((tool) => [tool.digest, tool])).values()];
  unique.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  for (const batch of inBatches(unique)) {
    await tx
      .insert(definitions)
      .values(batch.map((tool) => definitionRow(tool, at)))
      .onConflictDoNothing();
    await tx
      .insert(verdicts)
      .values(batch.map((tool) => verdictRow(tool.verdict)))
      .onConflictDoNothing();
  }
}

async function markGone(tx: Transaction, server: string, stored: StoredTool[], at: Date): Promise<void> {
  const names = stored.map((tool) => tool.name);
  const ofServer = and(eq(tools.server, server), isNull(tools.goneSince));
  const others =
    names.length === 0 ? ofServer : and(ofServer, sql`not (${tools.name} = any(${sql.param(names)}))`);
  await tx.update(tools).set({ goneSince: at }).where(others);
}
