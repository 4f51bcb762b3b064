import type { SourceText } from "./features.ts";
import type { KnownWord, Matcher } from "./matcher.ts";

/** A text whose words were looked up, each once: `known[at]` is what rules and vocabulary know of `words[at]`. */
export interface KnownText extends SourceText {
  known: readonly (KnownWord | undefined)[];
}

/** Looks up all words of a text. */
export function lookUp({ words: table }: Matcher, { pointer, text, words }: SourceText): KnownText {
  const known: (KnownWord | undefined)[] = [];
  for (const word of words) known.push(table.get(word));
  return { pointer, text, words, known };
}
