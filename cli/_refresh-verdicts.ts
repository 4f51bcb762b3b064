import { classify, RULES_VERSION } from "../classifier/index.ts";
import { type Database, reclassify, showCorrections } from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";

/**
 * Brings stored verdicts up to the present rules and corrections; whoever shows the catalog does it first. Can be
 * stopped and gone on with at any time.
 * @param note told, in one sentence each, what was done and what went wrong.
 * @throws what the driver throws.
 */
export async function refreshVerdicts(
  database: Database,
  { digests, apply }: Corrections,
  signal: AbortSignal,
  note: (line: string) => void,
): Promise<void> {
  const judge = (definition: Parameters<typeof classify>[0]) => apply(classify(definition));
  const { classified, failed } = await reclassify(database, judge, RULES_VERSION, { signal });
  if (classified > 0) note(`Classified ${classified} stored definitions by the rules of ${RULES_VERSION}.`);
  for (const { digest, reason } of failed) note(`placard: classifying ${digest}: ${reason}.`);
  const corrected = await showCorrections(database, digests, apply, { signal });
  if (corrected > 0) {
    const verdicts = corrected === 1 ? "1 stored verdict" : `${corrected} stored verdicts`;
    note(`Brought ${verdicts} up to the present corrections.`);
  }
}
