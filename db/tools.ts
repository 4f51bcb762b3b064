import {
  and,
  arrayContains,
  asc,
  desc,
  eq,
  ilike,
  inArray,
  isNotNull,
  isNull,
  type SQL,
  sql,
} from "drizzle-orm";
import { z } from "zod";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import type { LaunchConditions } from "../crawler/types.ts";
import { decodeCursor, encodeCursor, pageLimit, toPage } from "./_cursor.ts";
import { isShown } from "./_shown.ts";
import { fromJsonText, fromJsonTextOrNull, isStorable, storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { crawls, definitions, tools, toolVersions, verdicts } from "./schema.ts";
import { packageOf } from "./servers.ts";
import type { Page, Provenance, ServerTool, ToolDetail, ToolFilter, ToolRow, ToolVersion } from "./types.ts";

const LIST = "tools";
const cursorKeys = z.tuple([z.number().min(0).max(99), z.string(), z.string()]);
/** More words than anyone types; each is a condition of its own. */
const MAX_WORDS = 12;

const ROW = {
  server: tools.server,
  name: tools.name,
  title: definitions.title,
  digest: tools.digest,
  category: tools.category,
  risk: tools.risk,
  rank: tools.rank,
  confidence: verdicts.confidence,
  facets: tools.facets,
  summary: verdicts.summary,
  firstSeen: tools.firstSeen,
  lastSeen: tools.lastSeen,
  goneSince: tools.goneSince,
};
const WHOLE = { ...ROW, definition: definitions.body, verdict: verdicts.body, crawl: tools.crawl };

type StoredRow = Omit<ToolRow, "title" | "firstSeen" | "lastSeen" | "goneSince"> & {
  title: string | null;
  rank: number;
  firstSeen: Date;
  lastSeen: Date;
  goneSince: Date | null;
};

/**
 * Tools that pass the filter, worst first (risk, then category), then by server and name.
 * @throws CursorError for a cursor of another list or of nobody.
 */
export async function listTools(database: Database, filter: ToolFilter = {}): Promise<Page<ToolRow>> {
  const limit = pageLimit(filter.limit);
  const rows = await database.db
    .select(ROW)
    .from(tools)
    .innerJoin(definitions, eq(definitions.digest, tools.digest))
    .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
    .where(and(...conditions(filter)))
    .orderBy(asc(tools.rank), asc(tools.server), asc(tools.name))
    .limit(limit + 1);
  return toPage(rows, limit, toToolRow, (row) => encodeCursor(LIST, [row.rank, row.server, row.name]));
}

function conditions(filter: ToolFilter): (SQL | undefined)[] {
  return [
    isShown(tools.server),
    served(filter.gone),
    filter.server === undefined ? undefined : eq(tools.server, storable(filter.server)),
    filter.category && eq(tools.category, filter.category),
    filter.risk && eq(tools.risk, filter.risk),
    filter.facet && arrayContains(tools.facets, [filter.facet]),
    ...words(filter.text).map((word) => ilike(definitions.search, `%${word}%`)),
    filter.cursor === undefined ? undefined : behind(filter.cursor),
  ];
}

function served(gone: ToolFilter["gone"] = false): SQL | undefined {
  if (gone === "only") return isNotNull(tools.goneSince);
  return gone ? undefined : isNull(tools.goneSince);
}

/** The words of a search, with what LIKE would take for a wildcard escaped. */
function words(text: string | undefined): string[] {
  const found = storable(text ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  return found.slice(0, MAX_WORDS).map((word) => word.replace(/[\\%_]/g, "\\$&"));
}

/** One comparison of rows, so that PostgreSQL goes straight to the place in the index. */
function behind(cursor: string): SQL {
  const [rank, server, name] = decodeCursor(LIST, cursor, cursorKeys);
  return sql`(${tools.rank}, ${tools.server}, ${tools.name}) > (${rank}::smallint, ${storable(server)}, ${storable(name)})`;
}

/** The tools a server serves now, in the server's order, with what a policy is made from. */
export async function serverTools(database: Database, id: string): Promise<ServerTool[]> {
  if (!isStorable(id)) return [];
  const rows = await wholeTools(database, and(eq(tools.server, id), isNull(tools.goneSince)));
  return rows.map(toServerTool);
}

/** One tool with its history, also one that is gone; undefined when the server never served it. */
export async function getTool(
  database: Database,
  server: string,
  name: string,
): Promise<ToolDetail | undefined> {
  if (!isStorable(server) || !isStorable(name)) return undefined;
  const [row] = await wholeTools(database, and(eq(tools.server, server), eq(tools.name, name)));
  if (!row) return undefined;
  const [provenance, versions] = await Promise.all([
    provenanceOf(database, row.crawl),
    versionsOf(database, server, name),
  ]);
  return { ...toServerTool(row), provenance, versions };
}

function wholeTools({ db }: Database, where: SQL | undefined) {
  return db
    .select(WHOLE)
    .from(tools)
    .innerJoin(definitions, eq(definitions.digest, tools.digest))
    .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
    .where(and(isShown(tools.server), where))
    .orderBy(asc(tools.position));
}

async function provenanceOf({ db }: Database, id: number): Promise<Provenance> {
  const [crawl] = await db.select().from(crawls).where(eq(crawls.id, id));
  if (!crawl) throw new Error(`Reading where a tool came from: crawl ${id} is missing.`);
  return {
    source: crawl.source,
    package: packageOf(crawl),
    protocolVersion: crawl.protocolVersion ?? undefined,
    launch: fromJsonTextOrNull<LaunchConditions>(crawl.launch),
    cache: crawl.ttlMs === null ? undefined : { ttlMs: crawl.ttlMs },
    crawledAt: crawl.startedAt.toISOString(),
  };
}

/** Each with the newest verdict there is on that definition. */
async function versionsOf({ db }: Database, server: string, name: string): Promise<ToolVersion[]> {
  const versions = await db
    .select()
    .from(toolVersions)
    .where(and(eq(toolVersions.server, server), eq(toolVersions.name, name)))
    .orderBy(desc(toolVersions.id));
  const digests = versions.map((version) => version.digest);
  const newest = await db
    .selectDistinctOn([verdicts.digest], {
      digest: verdicts.digest,
      category: verdicts.category,
      risk: verdicts.risk,
    })
    .from(verdicts)
    .where(inArray(verdicts.digest, digests))
    .orderBy(verdicts.digest, desc(verdicts.classifiedAt));
  const judged = new Map(newest.map((verdict) => [verdict.digest, verdict]));
  return versions.map(({ digest, firstSeen, lastSeen }) => ({
    digest,
    firstSeen: firstSeen.toISOString(),
    lastSeen: lastSeen.toISOString(),
    category: judged.get(digest)?.category ?? "Unknown",
    risk: judged.get(digest)?.risk ?? "unknown",
  }));
}

function toToolRow(row: StoredRow): ToolRow {
  return {
    server: row.server,
    name: row.name,
    title: row.title ?? undefined,
    digest: row.digest,
    category: row.category,
    risk: row.risk,
    confidence: row.confidence,
    facets: row.facets,
    summary: row.summary,
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
    goneSince: row.goneSince?.toISOString(),
  };
}

function toServerTool(row: StoredRow & { definition: string; verdict: string }): ServerTool {
  return {
    ...toToolRow(row),
    definition: fromJsonText<ToolDefinition>(row.definition),
    verdict: fromJsonText<Verdict>(row.verdict),
  };
}
