import { createHash } from "node:crypto";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { digestOf, type ToolDefinition, type Verdict } from "../classifier/index.ts";
import type { CrawlResult, ToolProblem } from "../crawler/types.ts";
import { inBatches, type Transaction } from "./_batch.ts";
import { type StoredTool, storeTools } from "./_store-tools.ts";
import { jsonText, jsonTextOrNull, storable, storableOrNull } from "./_text.ts";
import { storeChanges } from "./changes.ts";
import type { Database } from "./client.ts";
import { asStored } from "./review.ts";
import { crawls, definitions, rawPages, servers, tools, verdicts } from "./schema.ts";
import { verdictRow } from "./verdicts.ts";

/** A crawl that the catalog cannot take. Callers show its message, one sentence, as the user's to act on. */
export class RefusedError extends Error {
  override name = "RefusedError";
}

/** The attempt at a job in the queue that a crawl is the outcome of. */
export interface Settlement {
  /** Names the attempt; unique for ever. */
  attempt: string;
  /** Ends it in the same transaction: both happen or neither. Throws when the attempt is not ours any more. */
  settle(tx: Transaction): Promise<void>;
}

/** An index entry of PostgreSQL holds 2,704 bytes, and a tool's has the server's id and the tool's name in it. */
const LONGEST_ID = 2000;
const LONGEST_KEY = 2600;
/** A year, in milliseconds: what a server says beyond that is no promise. */
const LONGEST_TTL = 365 * 24 * 3_600_000;

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

function refuseLongId(server: string): void {
  const length = Buffer.byteLength(storable(server));
  if (length <= LONGEST_ID) return;
  throw new RefusedError(
    `Storing the tools of ${storable(server).slice(0, 80)}…: the server's id is ${length} characters long, and the catalog takes ${LONGEST_ID}. Crawl it under a shorter address, or give it a name with --name.`,
  );
}

/** What is known of a server when a crawl of it is stored. */
interface Known {
  source: string;
  /** When the newest of its crawls was started, and the newest good one. */
  last?: Date;
  good?: Date;
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

/** The first tool of each name; the others, and names that are too long, become problems at their place in the server's list. */
function takeOnce(crawl: CrawlResult): { kept: ToolDefinition[]; problems: ToolProblem[] } {
  const taken = new Set(crawl.problems.map((problem) => problem.index));
  const seen = new Set<string>();
  const kept: ToolDefinition[] = [];
  const left: ToolProblem[] = [];
  const idLength = Buffer.byteLength(storable(crawl.server));
  let index = 0;
  for (const definition of crawl.tools) {
    while (taken.has(index)) index += 1;
    const name = storable(definition.name);
    if (idLength + Buffer.byteLength(name) > LONGEST_KEY) {
      const problem = "Its name and the server's id together are longer than the catalog can hold.";
      left.push({ index, name: definition.name, problem });
    } else if (seen.has(name)) {
      const problem = "The list has another tool of this name before it; that one was taken.";
      left.push({ index, name: definition.name, problem });
    } else kept.push(definition);
    seen.add(name);
    index += 1;
  }
  return { kept, problems: [...crawl.problems, ...left].sort((a, b) => a.index - b.index) };
}

function toStoredTool(
  definition: ToolDefinition,
  position: number,
  byDigest: Map<string, Verdict>,
): StoredTool {
  const digest = digestOf(definition);
  const verdict = byDigest.get(digest);
  if (!verdict)
    throw new Error(`Storing a crawl: no verdict was given for the tool ${jsonText(definition.name)}.`);
  return { name: storable(definition.name), position, digest, definition, verdict };
}

function serverRow(crawl: CrawlResult, toolCount: number, at: Date) {
  return {
    id: storable(crawl.server),
    source: storable(crawl.source),
    title: storableOrNull(textOf(crawl.serverInfo, "title") ?? textOf(crawl.serverInfo, "name")),
    version: storableOrNull(crawl.package?.version ?? textOf(crawl.serverInfo, "version")),
    status: crawl.status,
    reason: storableOrNull(crawl.reason),
    toolCount: crawl.status === "ok" ? toolCount : 0,
    withdrawn: crawl.withdrawn ?? null,
    firstSeen: at,
    lastSeen: at,
  };
}

/**
 * What a crawl changes of a server that is known; undefined when it is but an entry in the history. One that went badly
 * says nothing new about the server itself, and one of another source (a version that does not exist) does not even say
 * that what we have is outdated.
 */
function changesOf(
  crawl: CrawlResult,
  row: ReturnType<typeof serverRow>,
  crawlId: number,
  { source: knownSource, last, good }: Known,
  isGood: boolean,
) {
  const { source, status, reason, withdrawn, title, version, toolCount, lastSeen } = row;
  const isLatest = new Date(crawl.startedAt) >= (last ?? row.lastSeen);
  const isOther = status !== "ok" && withdrawn === null && good !== undefined && source !== knownSource;
  const outcome = isLatest && !isOther && { source, status, reason, withdrawn };
  if (!isLatest && !isGood) return undefined;
  return {
    ...(isLatest && { lastCrawl: crawlId }),
    ...outcome,
    ...(isGood && { title, version, toolCount, lastSeen, lastGoodCrawl: crawlId }),
  };
}

function textOf(info: Record<string, unknown> | undefined, field: string): string | undefined {
  const value = info?.[field];
  return typeof value === "string" && value !== "" ? value : undefined;
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
      server: storable(crawl.server),
      source: storable(crawl.source),
      status: crawl.status,
      reason: storableOrNull(crawl.reason),
      toolCount,
      packageRegistry: crawl.package?.registry,
      packageName: storableOrNull(crawl.package?.name),
      packageVersion: storableOrNull(crawl.package?.version),
      protocolVersion: storableOrNull(crawl.protocolVersion),
      serverInfo: jsonTextOrNull(crawl.serverInfo),
      capabilities: jsonTextOrNull(crawl.capabilities),
      instructions: storableOrNull(crawl.instructions),
      launch: jsonTextOrNull(crawl.launch),
      problems: jsonText(problems),
      pages: pages.map((page) => page.digest),
      stderr: storableOrNull(crawl.stderr),
      startedAt,
      durationMs: Math.round(crawl.durationMs),
      authorization: jsonTextOrNull(crawl.authorization),
      registryEntry: jsonTextOrNull(crawl.registryEntry),
      ttlMs: crawl.cache?.ttlMs === undefined ? null : Math.min(Math.round(crawl.cache.ttlMs), LONGEST_TTL),
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

/** Longest text that words are looked up in; a definition itself is kept whole. */
const SEARCH_LIMIT = 20_000;

export function definitionRow(
  { digest, definition, name }: Pick<StoredTool, "digest" | "definition" | "name">,
  at: Date,
) {
  const title = typeof definition.title === "string" ? definition.title : undefined;
  const description = typeof definition.description === "string" ? definition.description : undefined;
  const search = [name, title, description].filter((text) => text !== undefined).join("\n");
  return {
    digest,
    name,
    title: storableOrNull(title),
    body: jsonText(definition),
    search: storable(search.slice(0, SEARCH_LIMIT)),
    firstSeen: at,
  };
}

async function markGone(tx: Transaction, server: string, stored: StoredTool[], at: Date): Promise<void> {
  const names = stored.map((tool) => tool.name);
  const ofServer = and(eq(tools.server, server), isNull(tools.goneSince));
  const others =
    names.length === 0 ? ofServer : and(ofServer, sql`not (${tools.name} = any(${sql.param(names)}))`);
  await tx.update(tools).set({ goneSince: at }).where(others);
}
