import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import type { LaunchConditions } from "../crawler/types.ts";
import { onceFor } from "./_prepared.ts";
import { isShown } from "./_shown.ts";
import { fromJsonText, fromJsonTextOrNull, isStorable } from "./_text.ts";
import { type StoredToolRow, TOOL_COLUMNS, toToolRow } from "./_tool-row.ts";
import { toVersion, versionRows } from "./_versions.ts";
import type { Database } from "./client.ts";
import { crawls, definitions, tools, toolVersions, verdicts } from "./schema.ts";
import { packageOf } from "./servers.ts";
import type { Provenance, ServerTool, ToolDetail } from "./types.ts";

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
  const { tool, versions } = toolQueries(database);
  const [[row], had] = await Promise.all([
    tool.execute({ server, name }),
    versions.execute({ server, name }),
  ]);
  if (!row) return undefined;
  return { ...toServerTool(row), provenance: toProvenance(row.served), versions: had.map(toVersion) };
}

/** What a crawl says of where tools came from. */
const SERVED = {
  source: crawls.source,
  packageRegistry: crawls.packageRegistry,
  packageName: crawls.packageName,
  packageVersion: crawls.packageVersion,
  protocolVersion: crawls.protocolVersion,
  launch: crawls.launch,
  ttlMs: crawls.ttlMs,
  startedAt: crawls.startedAt,
};

const toolQueries = onceFor((db) => {
  const [server, name] = [sql.placeholder("server"), sql.placeholder("name")];
  return {
    tool: db
      .select({ ...WHOLE, served: SERVED })
      .from(tools)
      .innerJoin(definitions, eq(definitions.digest, tools.digest))
      .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
      .innerJoin(crawls, eq(crawls.id, tools.crawl))
      .where(and(isShown(tools.server), eq(tools.server, server), eq(tools.name, name)))
      .prepare("tool"),
    versions: versionRows({ db }, and(eq(toolVersions.server, server), eq(toolVersions.name, name))).prepare(
      "versions",
    ),
  };
});

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

/** What a tool's page says of the crawl that served it. */
export function toProvenance(crawl: Pick<typeof crawls.$inferSelect, keyof typeof SERVED>): Provenance {
  return {
    source: crawl.source,
    package: packageOf(crawl),
    protocolVersion: crawl.protocolVersion ?? undefined,
    launch: fromJsonTextOrNull<LaunchConditions>(crawl.launch),
    cache: crawl.ttlMs === null ? undefined : { ttlMs: crawl.ttlMs },
    crawledAt: crawl.startedAt.toISOString(),
  };
}

/** A row of `wholeTools` as callers get it. */
export function toServerTool(row: StoredToolRow & { definition: string; verdict: string }): ServerTool {
  return {
    ...toToolRow(row),
    definition: fromJsonText<ToolDefinition>(row.definition),
    verdict: fromJsonText<Verdict>(row.verdict),
  };
}
