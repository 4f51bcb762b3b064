import { IN_TEXT, kinds } from "./ascii.ts";
import { canFollow } from "./conditions.ts";
import type { Features } from "./features.ts";
import { type KnownText, lookUp } from "./known.ts";
import { ALL_WORDS, type AskedPhrase, type Matcher, type Phrases, TRAITS } from "./matcher.ts";
import { negationBefore } from "./negations.ts";
import { plainNumber, plainWordEnd, spell } from "./packed-letters.ts";
import { textWords } from "./text.ts";
import { startsWith } from "./verbs.ts";

/** Bounds for strangers' schemas: how much is read of one argument's description, and of all, in UTF-16 code units. */
const LONGEST_READ = 400;
const MOST_READ = 20_000;

/**
 * Reads what a schema says about its arguments: `{"input": {"description": "Shell command to run"}}`. Of an argument only
 * phrases are believed that rules ask for; its sentences are about the argument, and not about the tool.
 *
 * @param found called for each phrase that a clause asks for and no negation governs, with the text and where in it
 */
export function readExplanations(
  matcher: Matcher,
  features: Features,
  found: (phrase: AskedPhrase, source: KnownText, at: number) => void,
): void {
  let left = MOST_READ;
  for (const { about, pointer } of features.arguments) {
    if (about === "" || left <= 0) continue;
    left -= Math.min(about.length, LONGEST_READ);
    const text = about.slice(0, LONGEST_READ);
    if (!mayExplain(matcher, text)) continue;
    const source = lookUp(matcher, { pointer: `${pointer}/description`, text, words: textWords(text) });
    for (let at = 0; at < source.words.length; at++) {
      for (const phrase of source.known[at]?.explanations.all ?? NONE) {
        if (!startsWith(source.words, at, phrase.words) || negationBefore(source, at) >= 0) continue;
        found(phrase, source, at);
      }
    }
  }
}

/**
 * Whether a text may hold a phrase that rules ask of explanations: whether two of its words stand side by side as they do
 * in one. Few texts do, and of the others no words have to be kept.
 */
function mayExplain({ words, traits }: Matcher, text: string): boolean {
  const codes = spell(text);
  let begun: Phrases | undefined;
  for (let at = 0; at < text.length; ) {
    const code = codes[at] as number;
    if (code > 127) return true;
    const kind = IN_TEXT[code] as number;
    if (kind < kinds.word || kind > kinds.digit) {
      at++;
      continue;
    }
    const end = plainWordEnd(codes, at, false);
    if (end === 0) return true;
    const number = plainNumber(text, at, end);
    if (begun && number >= 0 && canFollow(begun, { number })) return true;
    const explains = number >= 0 && ((traits[number] ?? 0) & TRAITS.explanations) !== 0;
    begun = explains ? words.at(number)?.explanations : undefined;
    if (begun?.seconds === ALL_WORDS) return true;
    at = end;
  }
  return false;
}

const NONE: never[] = [];
