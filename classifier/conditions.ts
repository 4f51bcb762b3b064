import { negationBefore, startsWith } from "./actions.ts";
import type { Matcher } from "./compile.ts";
import { choiceEvidence, wordEvidence } from "./evidence.ts";
import { type Argument, endsWithWords, type Features } from "./features.ts";
import type { Rule } from "./rule-schema.ts";
import { nameWords, type Word } from "./text.ts";
import type { Evidence } from "./types.ts";

/** The single conditions of a clause, each looked for on its own. */

/**
 * Looks for one of several phrases in the description. What would lower a verdict (rules for Read, and the clauses
 * that silence a rule) is looked for in the first sentence only: a server must not talk a verdict down by adding text.
 */
export function phraseIn(
  matcher: Matcher,
  features: Features,
  rule: Rule,
  phrases: string[][],
  lastSentence = rule.category === "Read" ? 0 : Number.POSITIVE_INFINITY,
): Evidence | undefined {
  const { words } = features.description;
  for (const phrase of phrases) {
    for (let at = 0; at + phrase.length <= words.length; at++) {
      if ((words[at] as Word).sentence > lastSentence) break;
      if (startsWith(words, at, phrase) && negationBefore(matcher, words, at) < 0) {
        return wordEvidence(rule, features.description, at, phrase.length);
      }
    }
  }
  return undefined;
}

/** The first input property with one of these names, or whose name ends in one. */
export function argumentNamed(features: Features, names: string[][]): Argument | undefined {
  return features.arguments.find((argument) => names.some((name) => endsWithWords(argument, name)));
}

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

/** The first word of a set, singular or plural, or pair of words, among those the filter allows. */
export function wordIn(
  words: Word[],
  set: Set<string>,
  allowed: (at: number) => boolean = () => true,
): { at: number; length: number } | undefined {
  for (let at = 0; at < words.length; at++) {
    if (!allowed(at)) continue;
    const { text } = words[at] as Word;
    const next = words[at + 1]?.text;
    if (
      next !== undefined &&
      allowed(at + 1) &&
      (set.has(`${text} ${next}`) || set.has(`${text} ${singular(next)}`))
    ) {
      return { at, length: 2 };
    }
    if (set.has(text) || set.has(singular(text))) return { at, length: 1 };
  }
  return undefined;
}

function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s")) return word;
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|us|is)$/.test(word)) return word;
  return /(sses|shes|ches|xes)$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
