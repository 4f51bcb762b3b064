import { and, asc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { Category, Facet, Risk, ToolDefinition, Verdict } from "../classifier/index.ts";
import type { CrawlStatus } from "../crawler/types.ts";
import type { Transaction } from "./_batch.ts";
import { isCanceled, LONGEST_QUERY_MS } from "./_patience.ts";
import { isShown } from "./_shown.ts";
import { fromJsonText } from "./_text.ts";
import { TOOL_COLUMNS, toToolRow } from "./_tool-row.ts";
import type { Database } from "./client.ts";
import { crawls, definitions, servers, toolSearch, tools, verdicts } from "./schema.ts";
import type { CatalogReport, ServerTool } from "./types.ts";

const count = sql<number>`count(*)::int`;
const isServed = and(isNull(tools.goneSince), isShown(tools.server));
const isListed = isNull(servers.withdrawn);

/**
 * Counts over the whole catalog, for a report on it. A figure that takes longer than four seconds is left out.
 * @param findingKinds ids of the findings to be counted
 */
export async function catalogReport(
  database: Database,
  findingKinds: readonly string[],
): Promise<CatalogReport> {
  const [judged, confidence, sizes, conflicts, findings, revisions, sources, outcomes, growth] =
    await Promise.all([
      inTime(database, judgedCounts),
      inTime(database, confidenceCounts),
      inTime(database, (tx) =>
        tx
          .select({ tools: servers.toolCount, servers: count })
          .from(servers)
          .where(and(isListed, gt(servers.toolCount, 0)))
          .groupBy(servers.toolCount)
          .orderBy(asc(servers.toolCount)),
      ),
      inTime(database, async (tx) => {
        const [row] = await tx
          .select({ count })
          .from(toolSearch)
          .where(
            and(sql`${toolSearch.terms} @@ $$'#served' & '#conflict'$$::tsquery`, isShown(toolSearch.server)),
          );
        return row?.count ?? 0;
      }),
      inTime(database, (tx) => findingCounts(tx, findingKinds)),
      inTime(database, (tx) =>
        tx
          .select({ revision: crawls.protocolVersion, servers: count })
          .from(servers)
          .innerJoin(crawls, eq(crawls.id, servers.lastGoodCrawl))
          .where(isListed)
          .groupBy(crawls.protocolVersion)
          .orderBy(sql`2 desc, 1`)
          .limit(20),
      ),
      inTime(database, (tx) => {
        const source = sql<string>`split_part(${servers.id}, '/', 1)`;
        return tx
          .select({ source, servers: count, tools: sql<number>`sum(${servers.toolCount})::int` })
          .from(servers)
          .where(isListed)
          .groupBy(sql`1`)
          .orderBy(sql`2 desc, 1`)
          .limit(20);
      }),
      inTime(database, (tx) =>
        tx
          .select({ status: sql<CrawlStatus>`${servers.status}`, servers: count })
          .from(servers)
          .where(isListed)
          .groupBy(servers.status)
          .orderBy(sql`2 desc, 1`),
      ),
      inTime(database, growthByDay),
    ]);
  return { judged, confidence, sizes, conflicts, findings, revisions, sources, outcomes, growth };
}

/**
 * Tools served now, drawn evenly: by the digest of their definition, which has nothing to do with what stands in it.
 * All of them where the catalog has no more than that.
 */
export async function sampleTools(database: Database, limit: number): Promise<ServerTool[]> {
  const rows = await inTime(database, (tx) =>
    tx
      .select({ ...TOOL_COLUMNS, definition: definitions.body, verdict: verdicts.body })
      .from(tools)
      .innerJoin(definitions, eq(definitions.digest, tools.digest))
      .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
      .where(isServed)
      .orderBy(asc(tools.digest), asc(tools.server), asc(tools.name))
      .limit(limit),
  );
  return (rows ?? []).map((row) => ({
    ...toToolRow(row),
    definition: fromJsonText<ToolDefinition>(row.definition),
    verdict: fromJsonText<Verdict>(row.verdict),
  }));
}

/**
 * Ids of servers that list tools, drawn evenly: by a digest of their id.
 * @param mostTools servers that list more are left out
 */
export async function sampleServers(database: Database, limit: number, mostTools: number): Promise<string[]> {
  const rows = await inTime(database, (tx) =>
    tx
      .select({ id: servers.id })
      .from(servers)
      .where(and(isListed, gt(servers.toolCount, 0), sql`${servers.toolCount} <= ${mostTools}`))
      .orderBy(sql`md5(${servers.id})`)
      .limit(limit),
  );
  return (rows ?? []).map(({ id }) => id);
}

function judgedCounts(tx: Transaction) {
  const { category, risk, facets } = tools;
  return tx
    .select({
      category: sql<Category>`${category}`,
      risk: sql<Risk>`${risk}`,
      facets: sql<Facet[]>`${facets}`,
      tools: count,
    })
    .from(tools)
    .where(isServed)
    .groupBy(category, risk, facets);
}

/** By tenths, from 0. */
async function confidenceCounts(tx: Transaction): Promise<number[]> {
  const tenth = sql<number>`least(9, floor((${verdicts.confidence} + 0.000001) * 10))::int`;
  const rows = await tx
    .select({ tenth, count })
    .from(tools)
    .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
    .where(and(isServed, sql`${tools.category} <> 'Unknown'`))
    .groupBy(sql`1`);
  const counts = Array.from({ length: 10 }, () => 0);
  for (const row of rows) counts[row.tenth] = row.count;
  return counts;
}

async function findingCounts(tx: Transaction, kinds: readonly string[]) {
  if (kinds.length === 0) return [];
  const query = sql`('''#served'' & ''#finding:' || kind || '''')::tsquery`;
  const rows = await tx.execute<{ kind: string; tools: number }>(sql`
    select kind, (
      select count(*)::int from ${toolSearch} where ${toolSearch.terms} @@ ${query} and ${isShown(toolSearch.server)}
    ) as tools from unnest(${sql.param([...kinds])}::text[]) as kind order by 2 desc, 1`);
  return rows.map(({ kind, tools }) => ({ kind, tools }));
}

/** On which days (UTC) tools were first seen, and since which those are gone that are. */
async function growthByDay(tx: Transaction) {
  const day = (column: SQL | typeof tools.firstSeen | typeof tools.goneSince) =>
    sql<string>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD')`;
  const [added, gone] = [
    await tx
      .select({ day: day(tools.firstSeen), tools: count })
      .from(tools)
      .where(isShown(tools.server))
      .groupBy(sql`1`),
    await tx
      .select({ day: day(tools.goneSince), tools: count })
      .from(tools)
      .where(and(isShown(tools.server), sql`${tools.goneSince} is not null`))
      .groupBy(sql`1`),
  ];
  const days = new Map<string, number>();
  for (const row of added) days.set(row.day, row.tools);
  for (const row of gone) days.set(row.day, (days.get(row.day) ?? 0) - row.tools);
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, tools]) => ({ day, more: tools }));
}

/** What a query gives, or undefined when it takes too long. */
async function inTime<Result>(
  { db }: Database,
  query: (tx: Transaction) => Promise<Result> | PromiseLike<Result>,
): Promise<Result | undefined> {
  try {
    return await db.transaction(
      async (tx) => {
        await tx.execute(sql`select set_config('statement_timeout', ${String(LONGEST_QUERY_MS)}, true)`);
        return await query(tx);
      },
      { accessMode: "read only" },
    );
  } catch (error) {
    if (isCanceled(error)) return undefined;
    throw error;
  }
}
