import { and, asc, eq, sql } from "drizzle-orm";
import type { Verdict } from "../classifier/index.ts";
import { fromJsonText } from "./_text.ts";
import type { Database } from "./client.ts";
import { definitions, tools, verdicts } from "./schema.ts";
import { verdictRow } from "./verdicts.ts";

const BATCH = 500;

/** What a verdict is stored under. */
type Key = Pick<Verdict, "digest" | "rules">;
type Apply = (verdict: Verdict) => Verdict;

/**
 * Brings stored verdicts up to what reviewers say now, also those that stay because of older rules, and shows them in
 * the lists: those on these definitions, and those that an earlier list has corrected. Can be stopped and gone on with
 * at any time.
 * @param digests the definitions that are corrected now.
 * @param apply the verdict as it is to be shown, whether it was corrected before or not.
 * @returns how many verdicts changed.
 * @throws what the driver throws.
 */
export async function showCorrections(
  database: Database,
  digests: readonly string[],
  apply: Apply,
  options: { signal?: AbortSignal } = {},
): Promise<number> {
  let changed = 0;
  let after: Key = { digest: "", rules: "" };
  while (options.signal?.aborted !== true) {
    const batch = await concerned(database, digests, after);
    for (const stored of batch) {
      // Most are up to date, and need no lock.
      if (revised(stored.body, apply) && (await revise(database, stored, apply))) changed += 1;
    }
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last;
  }
  return changed;
}

function concerned({ db }: Database, digests: readonly string[], after: Key) {
  const { digest, rules, body, corrected } = verdicts;
  return db
    .select({ digest, rules, body })
    .from(verdicts)
    .where(
      and(
        sql`(${corrected} or ${digest} = any(${sql.param([...digests])}))`,
        sql`(${digest}, ${rules}) > (${after.digest}, ${after.rules})`,
      ),
    )
    .orderBy(asc(digest), asc(rules))
    .limit(BATCH);
}

/** A stored verdict as a row as it is to be; undefined where it is that already. */
function revised(body: string, apply: Apply) {
  const row = verdictRow(apply(fromJsonText<Verdict>(body)));
  return row.body === body ? undefined : row;
}

/** One verdict, in the order in which whoever stores one takes its locks: see `replaceVerdict`. */
function revise({ db }: Database, { digest, rules }: Key, apply: Apply): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${definitions} in row exclusive mode`);
    const isThis = and(eq(verdicts.digest, digest), eq(verdicts.rules, rules));
    const [stored] = await tx.select({ body: verdicts.body }).from(verdicts).where(isThis).for("update");
    const row = stored && revised(stored.body, apply);
    if (!row) return false;
    const { classifiedAt: _, ...changes } = row;
    await tx.update(verdicts).set(changes).where(isThis);
    const { category, risk, rank, facets } = row;
    await tx
      .update(tools)
      .set({ category, risk, rank, facets })
      .where(and(eq(tools.digest, digest), eq(tools.rules, rules)));
    return true;
  });
}
