import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Verdict } from "../classifier/index.ts";
import { inBatches, type Transaction } from "./_batch.ts";
import type { StoredTool } from "./_store-tools.ts";
import type { Database } from "./client.ts";
import { definitions, tools, verdicts } from "./schema.ts";
import { verdictRow } from "./verdicts.ts";

/**
 * Puts a verdict in the place of the stored one on the same definition by the same rules, and shows it for every tool
 * that has this definition, of whichever server. Later crawls by these rules keep it.
 * @param verdict is stored whole, with what a second reading or a correction added to it.
 * @returns how many tools show it; 0 when nobody serves the definition any more, and then nothing is stored.
 * @throws what the driver throws.
 */
export async function replaceVerdict(database: Database, verdict: Verdict): Promise<number> {
  const row = verdictRow(verdict);
  const { digest, rules, category, risk, rank, facets } = row;
  return database.db.transaction(async (tx) => {
    // As whoever stores a crawl: a server that is being forgotten takes its definitions with it first, or after us.
    await tx.execute(sql`lock table ${definitions} in row exclusive mode`);
    const known = await tx
      .select({ digest: definitions.digest })
      .from(definitions)
      .where(eq(definitions.digest, digest));
    if (known.length === 0) return 0;
    await tx
      .insert(verdicts)
      .values(row)
      .onConflictDoUpdate({ target: [verdicts.digest, verdicts.rules], set: row });
    const shown = await tx
      .update(tools)
      .set({ rules, category, risk, rank, facets })
      .where(eq(tools.digest, digest))
      .returning({ name: tools.name });
    return shown.length;
  });
}

/**
 * The tools of a crawl with what the catalog says of them: a verdict that had a second reading stands above the one
 * that the crawl brings. The verdicts stay locked to the end of the transaction, so that a review is not half shown.
 * @param seen tools whose verdicts are stored.
 */
export async function asStored(tx: Transaction, seen: StoredTool[]): Promise<StoredTool[]> {
  const known = new Map<string, Pick<Verdict, "category" | "risk" | "facets">>();
  const digests = [...new Set(seen.map(({ digest }) => digest))].sort();
  const rules = [...new Set(seen.map(({ verdict }) => verdict.rules))];
  for (const batch of inBatches(digests)) {
    const { digest, category, risk, facets } = verdicts;
    const rows = await tx
      .select({ digest, rules: verdicts.rules, category, risk, facets })
      .from(verdicts)
      .where(and(inArray(digest, batch), inArray(verdicts.rules, rules)))
      .orderBy(asc(digest))
      .for("share");
    for (const { digest, rules, ...shown } of rows) known.set(keyOf(digest, rules), shown);
  }
  return seen.map((tool) => ({
    ...tool,
    verdict: { ...tool.verdict, ...known.get(keyOf(tool.digest, tool.verdict.rules)) },
  }));
}

const keyOf = (digest: string, rules: string): string => `${digest} ${rules}`;
