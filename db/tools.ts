import { and, asc, desc, eq, inArray, isNull, type SQL } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import type { LaunchConditions } from "../crawler/types.ts";
import { isShown } from "./_shown.ts";
import { fromJsonText, fromJsonTextOrNull, isStorable } from "./_text.ts";
import { type StoredToolRow, TOOL_COLUMNS, toToolRow } from "./_tool-row.ts";
import type { Database } from "./client.ts";
import { crawls, definitions, tools, toolVersions, verdicts } from "./schema.ts";
import { packageOf } from "./servers.ts";
import type { Provenance, ServerTool, ToolDetail, ToolVersion } from "./types.ts";

const WHOLE = { ...TOOL_COLUMNS, definition: definitions.body, verdict: verdicts.body, crawl: tools.crawl };

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

/** Tools with their definitions and verdicts, in the servers' order. */
export function wholeTools({ db }: Database, where: SQL | undefined) {
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
  return toProvenance(crawl);
}

/** What a tool's page says of the crawl that served it. */
export function toProvenance(crawl: typeof crawls.$inferSelect): Provenance {
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

/** A row of `wholeTools` as callers get it. */
export function toServerTool(row: StoredToolRow & { definition: string; verdict: string }): ServerTool {
  return {
    ...toToolRow(row),
    definition: fromJsonText<ToolDefinition>(row.definition),
    verdict: fromJsonText<Verdict>(row.verdict),
  };
}
