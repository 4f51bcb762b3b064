import { and, asc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import { rankOf } from "./_rank.ts";
import { fromJsonText, jsonText, storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { definitions, tools, verdicts } from "./schema.ts";

/** What a reclassification did. */
export interface Reclassification {
  /** Definitions that got a verdict of these rules. */
  classified: number;
  /** Definitions that the classifier threw at; they keep the verdict they had. */
  failed: { digest: string; reason: string }[];
}

const BATCH = 100;

/**
 * Gives every stored definition a verdict of these rules where it has none yet, and shows it in the lists. Can be
 * stopped and gone on with at any time.
 * @param classify the classifier.
 * @param rulesVersion the version its verdicts carry.
 */
export async function reclassify(
  database: Database,
  classify: (definition: ToolDefinition) => Verdict,
  rulesVersion: string,
  options: { signal?: AbortSignal } = {},
): Promise<Reclassification> {
  const outcome: Reclassification = { classified: 0, failed: [] };
  let after = "";
  while (options.signal?.aborted !== true) {
    const batch = await withoutVerdict(database, rulesVersion, after);
    if (batch.length === 0) break;
    const rows = [];
    for (const { digest, body } of batch) {
      try {
        rows.push({ ...verdictRow(classify(fromJsonText<ToolDefinition>(body))), digest });
      } catch (error) {
        outcome.failed.push({ digest, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    if (rows.length > 0) await database.db.insert(verdicts).values(rows).onConflictDoNothing();
    outcome.classified += rows.length;
    after = batch.at(-1)?.digest ?? after;
  }
  await showVerdicts(database, rulesVersion);
  return outcome;
}

function withoutVerdict(database: Database, rules: string, after: string) {
  return database.db
    .select({ digest: definitions.digest, body: definitions.body })
    .from(definitions)
    .leftJoin(verdicts, and(eq(verdicts.digest, definitions.digest), eq(verdicts.rules, rules)))
    .where(and(isNull(verdicts.digest), gt(definitions.digest, after)))
    .orderBy(asc(definitions.digest))
    .limit(BATCH);
}

/** Repeats the verdicts of these rules in the rows that lists are read from. */
async function showVerdicts(database: Database, rules: string): Promise<void> {
  await database.db
    .update(tools)
    .set({
      rules: sql`${verdicts.rules}`,
      category: sql`${verdicts.category}`,
      risk: sql`${verdicts.risk}`,
      rank: sql`${verdicts.rank}`,
      facets: sql`${verdicts.facets}`,
    })
    .from(verdicts)
    .where(and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, rules), ne(tools.rules, rules)));
}

/** A verdict as a row. */
export function verdictRow(verdict: Verdict) {
  const { digest, rules, category, risk, confidence, facets, summary } = verdict;
  return {
    digest,
    rules,
    category,
    risk,
    rank: rankOf(risk, category),
    confidence,
    facets,
    summary: storable(summary),
    body: jsonText(verdict),
    corrected: "correction" in verdict,
    classifiedAt: new Date(),
  };
}
