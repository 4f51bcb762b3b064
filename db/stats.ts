import { and, isNull, sql } from "drizzle-orm";
import { CATEGORIES, FACETS, RISKS } from "../classifier/index.ts";
import { noCounts } from "../classifier/record.ts";
import { CRAWL_STATUSES } from "../crawler/types.ts";
import { isShown } from "./_shown.ts";
import type { Database } from "./client.ts";
import { servers, tools } from "./schema.ts";
import type { CatalogStats } from "./types.ts";

const count = sql<number>`count(*)::int`;

/** Counts over the whole catalog. */
export async function catalogStats({ db }: Database): Promise<CatalogStats> {
  const served = and(isNull(tools.goneSince), isShown(tools.server));
  const facet = sql<(typeof FACETS)[number]>`unnest(${tools.facets})`;
  const [statuses, kinds, facets] = await Promise.all([
    db
      .select({ status: servers.status, count })
      .from(servers)
      .where(isNull(servers.withdrawn))
      .groupBy(servers.status),
    db
      .select({ category: tools.category, risk: tools.risk, count })
      .from(tools)
      .where(served)
      .groupBy(tools.category, tools.risk),
    db
      .select({ facet: facet.as("facet"), count })
      .from(tools)
      .where(served)
      .groupBy(sql`1`),
  ]);
  const stats: CatalogStats = {
    servers: 0,
    byStatus: noCounts(CRAWL_STATUSES),
    tools: 0,
    byCategory: noCounts(CATEGORIES),
    byRisk: noCounts(RISKS),
    byFacet: noCounts(FACETS),
  };
  for (const row of statuses) {
    stats.servers += row.count;
    stats.byStatus[row.status] += row.count;
  }
  for (const row of kinds) {
    stats.tools += row.count;
    stats.byCategory[row.category] += row.count;
    stats.byRisk[row.risk] += row.count;
  }
  for (const row of facets) stats.byFacet[row.facet] = row.count;
  return stats;
}
