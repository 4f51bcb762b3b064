import { negationBefore, startsWith } from "./actions.ts";
import type { CompiledClause, Matcher } from "./compile.ts";
import { wordEvidence } from "./evidence.ts";
import type { Features } from "./features.ts";
import { lookUp } from "./known.ts";
import { textWords } from "./text.ts";
import type { Evidence } from "./types.ts";

/** Bounds for strangers' schemas: how much is read of one argument's description, and of all, in UTF-16 code units. */
const LONGEST_READ = 400;
const MOST_READ = 20_000;

/**
 * Reads what a schema says about its arguments: `{"input": {"description": "Shell command to run"}}`. Of an argument only
 * phrases are believed that rules ask for; its sentences are about the argument, and not about the tool.
 *
 * @param found called for each phrase that a clause asks for and no negation governs
 */
export function readExplanations(
  matcher: Matcher,
  features: Features,
  found: (clause: CompiledClause, evidence: Evidence) => void,
): void {
  let left = MOST_READ;
  for (const { about, pointer } of features.arguments) {
    if (about === "" || left <= 0) continue;
    left -= Math.min(about.length, LONGEST_READ);
    const text = about.slice(0, LONGEST_READ);
    if (PLAIN.test(text) && !matcher.explaining.test(text)) continue;
    const source = lookUp(matcher, { pointer: `${pointer}/description`, text, words: textWords(text) });
    for (let at = 0; at < source.words.length; at++) {
      for (const { words, clause } of source.known[at]?.explanations ?? NONE) {
        if (!startsWith(source.words, at, words) || negationBefore(source, at) >= 0) continue;
        found(clause, wordEvidence(clause.rule, source, at, words.length));
      }
    }
  }
}

/** Texts in which no sign stands that reading leaves out of a word, as it does hyphens and hidden characters. */
const PLAIN = /^[\w \t\r\n.,:;()[\]{}/"=<>+*!?%&#@|]*$/;

const NONE: never[] = [];
