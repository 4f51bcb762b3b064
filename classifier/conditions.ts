import { choiceEvidence, wordEvidence } from "./evidence.ts";
import { type Argument, endsWithWords, type Features } from "./features.ts";
import type { KnownText } from "./known.ts";
import { ALL_WORDS, type ArgumentName, type Phrase, type Phrases, type WordSet } from "./matcher.ts";
import type { Mentioned } from "./mentioned.ts";
import { negationBefore } from "./negations.ts";
import type { FoundObject } from "./objects.ts";
import type { Rule } from "./rule-schema.ts";
import { nameWords, type Word } from "./text.ts";
import type { Evidence } from "./types.ts";
import { startsWith } from "./verbs.ts";

/** The single conditions of a clause, each looked for on its own. */

/** Whether one of the phrases can go on with this word. Says yes too often, but never no where one does. */
export function canFollow({ seconds }: Phrases, next: { number: number } | undefined): boolean {
  if (seconds === ALL_WORDS) return true;
  if (seconds === 0 || next === undefined) return false;
  // A word that was read before the phrases were known has no number of theirs.
  return next.number < 0 || ((seconds >> (next.number & 31)) & 1) === 1;
}

/** How far into its sentence a phrase may stand that makes a verdict milder: what comes later may have been put there. */
const CLAIM_REACH = 8;

/**
 * Looks for one of several phrases in the description, not behind a negation.
 *
 * @param mentioned the words of the description
 * @param sentence the one sentence to look in, and there only among its first words; everywhere when absent
 */
export function phraseIn(
  description: KnownText,
  mentioned: Mentioned,
  rule: Rule,
  phrases: Phrase[],
  sentence?: number,
): Evidence | undefined {
  const { words } = description;
  const start = sentence === undefined ? 0 : words.findIndex((word) => word.sentence === sentence);
  const end = sentence === undefined ? words.length : Math.min(words.length, start + CLAIM_REACH);
  for (const phrase of phrases) {
    if (!mentioned.mayHold(phrase)) continue;
    for (let at = Math.max(start, 0); at < end && at + phrase.length <= words.length; at++) {
      if (sentence !== undefined && (words[at] as Word).sentence !== sentence) continue;
      if (startsWith(words, at, phrase) && negationBefore(description, at) < 0) {
        return wordEvidence(rule, description, at, phrase.length);
      }
    }
  }
  return undefined;
}

/** The first input property with one of these names, or whose name ends in one. */
export function argumentNamed(features: Features, names: ArgumentName[]): Argument | undefined {
  for (const argument of features.arguments) {
    for (const name of names) if (isNamed(argument, name)) return argument;
  }
  return undefined;
}

/** Whether an argument's name ends in these words, or is just these. */
export const isNamed = (argument: Argument, { words, isWhole }: ArgumentName): boolean =>
  endsWithWords(argument, words) && (!isWhole || argument.words.length === words.length);

/** The first value of any enum that holds one of these words. */
export function choiceAmong(features: Features, rule: Rule, values: Set<string>): Evidence | undefined {
  for (const { choices } of features.arguments) {
    for (const { value, pointer } of choices) {
      if (typeof value !== "string") continue;
      const word = nameWords(value).find((part) => values.has(part.text));
      if (word) return choiceEvidence(rule, pointer, value, word);
    }
  }
  return undefined;
}

/** A stretch of a list of words; `end` is exclusive. */
interface Stretch {
  start: number;
  end: number;
}

/** The first word of a set, or pair of words, in a stretch of a text. */
export function wordIn(
  words: Word[],
  { single, pairs }: WordSet,
  { start, end }: Stretch = { start: 0, end: words.length },
): FoundObject | undefined {
  for (let at = start; at < end; at++) {
    const word = words[at] as Word;
    if (pairs && at + 1 < end && pairs.get(word)?.has(words[at + 1] as Word)) return { at, length: 2 };
    if (single.has(word)) return { at, length: 1 };
  }
  return undefined;
}

/** The same before or behind a stretch. */
export function wordBeside(words: Word[], set: WordSet, { start, end }: Stretch): FoundObject | undefined {
  return (
    wordIn(words, set, { start: 0, end: start }) ?? wordIn(words, set, { start: end, end: words.length })
  );
}
