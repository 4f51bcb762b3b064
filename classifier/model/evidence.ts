import type { Evidence } from "../types.ts";
import type { Vocabulary } from "../vocabulary.ts";
import type { Opinion } from "./opinion.ts";

/** The name under which evidence of the trained model goes, and of its page, /rules/trained-model. */
export const MODEL_RULE = "trained-model";

/** How many clues are told. */
const MOST = 3;

/** Words that tell a reader nothing when they are shown as evidence. */
export function dullWords({ openers, unfinished }: Vocabulary): Set<string> {
  return new Set([...openers, ...unfinished]);
}

/**
 * The words that moved the model most towards the category it says; overlapping ones are told once.
 *
 * @param dull words that tell a reader nothing, though they may tell something of how such tools are described
 */
export function clueEvidence({ category, contributions }: Opinion, dull: Set<string>): Evidence[] {
  const told: Evidence[] = [];
  for (const { pointer, text, start, end } of contributions) {
    if (told.length === MOST) break;
    if (told.some((other) => other.pointer === pointer && start < other.end && other.start < end)) continue;
    if (dull.has(text.slice(start, end).toLowerCase())) continue;
    told.push({ rule: MODEL_RULE, pointer, start, end, excerpt: text.slice(start, end), supports: category });
  }
  return told;
}
