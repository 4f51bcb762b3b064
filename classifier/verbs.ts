import { isWord } from "./lexicon.ts";
import type { KnownVerb, Phrase } from "./matcher.ts";
import type { Word } from "./text.ts";

/** Words and verbs at places of a text. */

/** A verb found in a list of words. */
export interface Action {
  verb: KnownVerb;
  at: number;
}

/** Whether all words of a verb stand at a place where its first one does. */
export const isVerbAt = ({ rest }: KnownVerb, words: Word[], at: number): boolean =>
  rest.length === 0 || startsWith(words, at + 1, rest);

/** Whether these words stand at this place. */
export function startsWith(words: Word[], at: number, phrase: Phrase): boolean {
  if (at + phrase.length > words.length) return false;
  for (let index = 0; index < phrase.length; index++)
    if (!isWord(words[at + index] as Word, phrase[index] as number)) return false;
  return true;
}
