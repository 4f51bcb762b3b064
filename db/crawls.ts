import { createHash } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import { digestOf, type ToolDefinition, type Verdict } from "../classifier/index.ts";
import type { CrawlResult, ToolProblem } from "../crawler/types.ts";
import { inBatches, type Transaction } from "./_batch.ts";
import { type StoredTool, storeTools } from "./_store-tools.ts";
import { jsonText, jsonTextOrNull, storable, storableOrNull } from "./_text.ts";
import type { Database } from "./client.ts";
import { crawls, definitions, rawPages, servers, tools, verdicts } from "./schema.ts";
import { verdictRow } from "./verdicts.ts";

/**
 * Stores one crawl, whole or not at all. Tools that a crawl which went well no longer lists are marked gone; a
 * crawl that did not go well changes nothing about the tools.
 * @param verdicts one for each definition in the crawl, in any order: they are matched by digest.
 * @throws Error when a definition has no verdict, and what the driver throws.
 */
export async function storeCrawl(database: Database, crawl: CrawlResult, given: Verdict[]): Promise<void> {
  const byDigest = new Map(given.map((verdict) => [verdict.digest, verdict]));
  const { kept, problems } = takeOnce(crawl);
  const stored = kept.map((definition, position) => toStoredTool(definition, position, byDigest));
  const startedAt = new Date(crawl.startedAt);
  await database.db.transaction(async (tx) => {
    const server = serverRow(crawl, stored.length, startedAt);
    // First, because it locks the server: two crawls of one server are stored one after the other.
    await tx
      .insert(servers)
      .values(server)
      .onConflictDoUpdate({ target: servers.id, set: changes(crawl, server) });
    const crawlId = await storeAttempt(tx, crawl, problems, stored.length, startedAt);
    if (crawl.status !== "ok") {
      await tx.update(servers).set({ lastCrawl: crawlId }).where(eq(servers.id, server.id));
      return;
    }
    await storeDefinitions(tx, stored, startedAt);
    await storeTools(tx, { server: server.id, crawl: crawlId, at: startedAt }, stored);
    await markGone(tx, server.id, stored, startedAt);
    await tx
      .update(servers)
      .set({ lastCrawl: crawlId, lastGoodCrawl: crawlId })
      .where(eq(servers.id, server.id));
  });
}

/** The first tool of each name; the others become problems at their place in the server's list. */
function takeOnce(crawl: CrawlResult): { kept: ToolDefinition[]; problems: ToolProblem[] } {
  const taken = new Set(crawl.problems.map((problem) => problem.index));
  const seen = new Set<string>();
  const kept: ToolDefinition[] = [];
  const twice: ToolProblem[] = [];
  let index = 0;
  for (const definition of crawl.tools) {
    while (taken.has(index)) index += 1;
    const name = storable(definition.name);
    if (seen.has(name)) {
      const problem = "The list has another tool of this name before it; that one was taken.";
      twice.push({ index, name: definition.name, problem });
    } else kept.push(definition);
    seen.add(name);
    index += 1;
  }
  return { kept, problems: [...crawl.problems, ...twice].sort((a, b) => a.index - b.index) };
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
    firstSeen: at,
    lastSeen: at,
  };
}

/** What a crawl changes of a server that is known: one that went badly says nothing new about the server itself. */
function changes(crawl: CrawlResult, row: ReturnType<typeof serverRow>) {
  const outcome = { source: row.source, status: row.status, reason: row.reason };
  if (crawl.status !== "ok") return outcome;
  const { title, version, toolCount, lastSeen } = row;
  return { ...outcome, title, version, toolCount, lastSeen };
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

function definitionRow({ digest, definition, name }: StoredTool, at: Date) {
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
