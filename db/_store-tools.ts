import { eq, inArray, sql } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import { inBatches, type Transaction } from "./_batch.ts";
import { rankOf } from "./_rank.ts";
import { tools, toolVersions } from "./schema.ts";

/** A tool on its way into the database. */
export interface StoredTool {
  name: string;
  position: number;
  digest: string;
  definition: ToolDefinition;
  verdict: Verdict;
}

/** Which server the tools are of, and the crawl that saw them. */
export interface Sighting {
  server: string;
  crawl: number;
  at: Date;
}

/** Writes the tools that a crawl saw: new ones, those seen again, changed ones, and those that came back. */
export async function storeTools(tx: Transaction, sighting: Sighting, seen: StoredTool[]): Promise<void> {
  const known = await tx
    .select({ name: tools.name, digest: tools.digest, goneSince: tools.goneSince })
    .from(tools)
    .where(eq(tools.server, sighting.server));
  const before = new Map(known.map((row) => [row.name, row]));
  for (const batch of inBatches(seen)) {
    await tx
      .insert(tools)
      .values(batch.map((tool) => toolRow(sighting, tool)))
      .onConflictDoUpdate({ target: [tools.server, tools.name], set: SEEN_AGAIN });
  }
  const unchanged = seen.filter((tool) => {
    const row = before.get(tool.name);
    return row !== undefined && row.digest === tool.digest && row.goneSince === null;
  });
  await extendVersions(tx, sighting, unchanged);
  const same = new Set(unchanged);
  await startVersions(
    tx,
    sighting,
    seen.filter((tool) => !same.has(tool)),
  );
}

/** Everything but when the tool was first seen. */
const SEEN_AGAIN = {
  position: sql`excluded.position`,
  digest: sql`excluded.digest`,
  rules: sql`excluded.rules`,
  category: sql`excluded.category`,
  risk: sql`excluded.risk`,
  rank: sql`excluded.rank`,
  facets: sql`excluded.facets`,
  lastSeen: sql`excluded.last_seen`,
  goneSince: sql`null`,
  crawl: sql`excluded.crawl`,
};

function toolRow({ server, crawl, at }: Sighting, { name, position, digest, verdict }: StoredTool) {
  const { category, risk, facets, rules } = verdict;
  const rank = rankOf(risk, category);
  return {
    server,
    name,
    position,
    digest,
    rules,
    category,
    risk,
    rank,
    facets,
    firstSeen: at,
    lastSeen: at,
    crawl,
  };
}

async function extendVersions(tx: Transaction, { server, at }: Sighting, same: StoredTool[]): Promise<void> {
  for (const batch of inBatches(same)) {
    const newest = tx
      .selectDistinctOn([toolVersions.name], { id: toolVersions.id })
      .from(toolVersions)
      .where(
        sql`${toolVersions.server} = ${server} and ${inArray(
          toolVersions.name,
          batch.map((tool) => tool.name),
        )}`,
      )
      .orderBy(toolVersions.name, sql`${toolVersions.id} desc`);
    await tx.update(toolVersions).set({ lastSeen: at }).where(inArray(toolVersions.id, newest));
  }
}

async function startVersions(
  tx: Transaction,
  { server, at }: Sighting,
  changed: StoredTool[],
): Promise<void> {
  for (const batch of inBatches(changed)) {
    await tx
      .insert(toolVersions)
      .values(batch.map(({ name, digest }) => ({ server, name, digest, firstSeen: at, lastSeen: at })));
  }
}
