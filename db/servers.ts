import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { CATEGORIES, RISKS } from "../classifier/index.ts";
import { noCounts } from "../classifier/record.ts";
import type { Authorization, LaunchConditions, RegistryEntry, ToolProblem } from "../crawler/types.ts";
import { fromJsonText, fromJsonTextOrNull, isStorable } from "./_text.ts";
import type { Database } from "./client.ts";
import { crawls, servers, tools } from "./schema.ts";
import type { CrawlRow, PackageRow, ServerDetail, ServerRow } from "./types.ts";

type StoredServer = typeof servers.$inferSelect;
type StoredCrawl = typeof crawls.$inferSelect;
type Counts = Pick<ServerRow, "byCategory" | "byRisk">;

const SHOWN_CRAWLS = 50;

/** Ids of all servers, those that are not shown any more included. */
export async function serverIds({ db }: Database): Promise<string[]> {
  const rows = await db.select({ id: servers.id }).from(servers).orderBy(asc(servers.id));
  return rows.map(({ id }) => id);
}

/** One server with its history, or undefined when it was never asked or has been withdrawn. */
export async function getServer(database: Database, id: string): Promise<ServerDetail | undefined> {
  if (!isStorable(id)) return undefined;
  const [row] = await database.db
    .select()
    .from(servers)
    .where(and(eq(servers.id, id), isNull(servers.withdrawn)));
  if (!row) return undefined;
  const [counts, history, spoken] = await Promise.all([
    countTools(database, [id]),
    database.db
      .select()
      .from(crawls)
      .where(eq(crawls.server, id))
      .orderBy(desc(crawls.startedAt), desc(crawls.id))
      .limit(SHOWN_CRAWLS),
    database.db
      .select()
      .from(crawls)
      .where(eq(crawls.id, row.lastGoodCrawl ?? row.lastCrawl ?? 0)),
  ]);
  const last = history[0];
  if (!last) return undefined;
  return {
    ...toServerRow(row, counts.get(id)),
    ...whatItSaid(spoken[0] ?? last),
    authorization: fromJsonTextOrNull<Authorization>(last.authorization),
    registryEntry: fromJsonTextOrNull<RegistryEntry>(last.registryEntry),
    lastCrawl: { ...toCrawlRow(last), stderr: last.stderr ?? undefined },
    crawls: history.map(toCrawlRow),
  };
}

function whatItSaid(crawl: StoredCrawl) {
  return {
    package: packageOf(crawl),
    serverInfo: fromJsonTextOrNull<Record<string, unknown>>(crawl.serverInfo),
    protocolVersion: crawl.protocolVersion ?? undefined,
    instructions: crawl.instructions ?? undefined,
    capabilities: fromJsonTextOrNull<Record<string, unknown>>(crawl.capabilities),
    launch: fromJsonTextOrNull<LaunchConditions>(crawl.launch),
    cache: crawl.ttlMs === null ? undefined : { ttlMs: crawl.ttlMs },
    problems: fromJsonText<ToolProblem[]>(crawl.problems),
  };
}

/** The package that a crawl installed. */
export function packageOf(
  crawl: Pick<StoredCrawl, "packageRegistry" | "packageName" | "packageVersion">,
): PackageRow | undefined {
  const { packageRegistry: registry, packageName: name, packageVersion: version } = crawl;
  return registry !== null && name !== null && version !== null ? { registry, name, version } : undefined;
}

/** A row as the catalog gives it out. */
export function toServerRow(row: StoredServer, counts: Counts = emptyCounts()): ServerRow {
  return {
    id: row.id,
    source: row.source,
    title: row.title ?? undefined,
    version: row.version ?? undefined,
    status: row.status,
    reason: row.reason ?? undefined,
    toolCount: row.toolCount,
    ...counts,
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
  };
}

function toCrawlRow(row: StoredCrawl): CrawlRow {
  return {
    startedAt: row.startedAt.toISOString(),
    status: row.status,
    reason: row.reason ?? undefined,
    toolCount: row.toolCount,
    durationMs: row.durationMs,
    source: row.source,
    version: row.packageVersion ?? saidVersion(row.serverInfo),
  };
}

function saidVersion(serverInfo: string | null): string | undefined {
  const version = fromJsonTextOrNull<Record<string, unknown>>(serverInfo)?.version;
  return typeof version === "string" ? version : undefined;
}

function emptyCounts(): Counts {
  return { byRisk: noCounts(RISKS), byCategory: noCounts(CATEGORIES) };
}

/** How many tools each of these servers serves now; those that serve none are not in it. */
export async function countTools({ db }: Database, ids: string[]): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>();
  if (ids.length === 0) return counts;
  const rows = await db
    .select({
      server: tools.server,
      category: tools.category,
      risk: tools.risk,
      count: sql<number>`count(*)::int`,
    })
    .from(tools)
    .where(and(inArray(tools.server, ids), isNull(tools.goneSince)))
    .groupBy(tools.server, tools.category, tools.risk);
  for (const { server, category, risk, count } of rows) {
    const entry = counts.get(server) ?? emptyCounts();
    entry.byCategory[category] += count;
    entry.byRisk[risk] += count;
    counts.set(server, entry);
  }
  return counts;
}
