import type { KnownText } from "./known.ts";
import type { VerbForm } from "./matcher.ts";
import type { Word } from "./text.ts";

/** What a text says is not done. */

/** Words that may stand between a negation and its verb: "does not currently delete". */
const NEGATION_REACH = 3;

/**
 * Index of the negation that governs a word, or -1. "Not only" is none.
 *
 * @param form of the word, when it is a verb
 */
export function negationBefore({ words, known }: KnownText, at: number, form?: VerbForm): number {
  const own = words[at] as Word;
  for (let index = at; index >= 0 && index >= at - NEGATION_REACH; index--) {
    const word = words[index] as Word;
    if (word.sentence !== own.sentence) return -1;
    const about = index < at ? known[index] : undefined;
    if (about?.negation && words[index + 1]?.text !== "only") {
      return form === "present" && about.negatingPreposition ? -1 : index;
    }
    if (word.clause) return -1;
  }
  return -1;
}

/** Whether a verb's only object is none: "Starts nothing.", "sends no mail". */
export function nothingBehind({ words, known }: KnownText, at: number): boolean {
  const word = words[at];
  const about = known[at];
  if (!word || word.clause || word.sentence !== words[at - 1]?.sentence) return false;
  const end = about?.nothing ? at + 1 : about?.nothingOf ? at + 2 : -1;
  if (end < 0 || words[end - 1]?.sentence !== word.sentence) return false;
  const next = words[end];
  return next === undefined || next.sentence !== word.sentence || next.clause;
}
