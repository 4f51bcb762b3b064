/** What a crawl changed about the tools of its server, noted while it is stored. */
import { and, eq, inArray, isNull } from "drizzle-orm";
import type { ToolDefinition } from "../classifier/index.ts";
import { inBatches, type Transaction } from "./_batch.ts";
import type { Sighting, StoredTool } from "./_store-tools.ts";
import { fromJsonText, jsonTextOrNull } from "./_text.ts";
import { compareLists, type ListedTool } from "./compare.ts";
import { changes, definitions, tools } from "./schema.ts";

/**
 * Notes what is new in a good list, in the transaction that is about to store it: the tools in the database are still
 * those of the good list before.
 */
export async function storeChanges(tx: Transaction, sighting: Sighting, seen: StoredTool[]): Promise<void> {
  const before = await formerTools(tx, sighting.server, seen);
  const after = seen.map(({ name, digest, definition, verdict }) => {
    const { category, risk, facets } = verdict;
    return { name, digest, definition, category, risk, facets };
  });
  const rows = compareLists(before, after).map(({ kind, tool, worse, before, after }) => ({
    server: sighting.server,
    crawl: sighting.crawl,
    at: sighting.at,
    kind,
    tool,
    worse,
    before: jsonTextOrNull(before),
    after: jsonTextOrNull(after),
  }));
  for (const batch of inBatches(rows)) await tx.insert(changes).values(batch);
}

/** Definitions are fetched only of tools that differ: most lists are the same as before. */
async function formerTools(tx: Transaction, server: string, seen: StoredTool[]): Promise<ListedTool[]> {
  const { name, digest, category, risk, facets } = tools;
  const rows = await tx
    .select({ name, digest, category, risk, facets })
    .from(tools)
    .where(and(eq(tools.server, server), isNull(tools.goneSince)))
    .orderBy(tools.position);
  const same = new Map(seen.map((tool) => [tool.name, tool]));
  const differing = rows.filter((row) => same.get(row.name)?.digest !== row.digest);
  const bodies = await definitionsOf(
    tx,
    differing.map((row) => row.digest),
  );
  return rows.map((row) => {
    const definition = bodies.get(row.digest) ?? same.get(row.name)?.definition;
    if (!definition) throw new Error(`Comparing lists: the definition ${row.digest} is missing.`);
    return { ...row, definition };
  });
}

async function definitionsOf(tx: Transaction, digests: string[]): Promise<Map<string, ToolDefinition>> {
  const found = new Map<string, ToolDefinition>();
  for (const batch of inBatches(digests)) {
    const rows = await tx
      .select({ digest: definitions.digest, body: definitions.body })
      .from(definitions)
      .where(inArray(definitions.digest, batch));
    for (const { digest, body } of rows) found.set(digest, fromJsonText<ToolDefinition>(body));
  }
  return found;
}
