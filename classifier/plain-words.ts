import { generation, wordOf } from "./lexicon.ts";
import { plainNumber } from "./packed-letters.ts";
import type { Word } from "./text.ts";

/** The word at a place where `plainWordEnd` has just found one. */
export function plainWord(text: string, start: number, end: number, sentence: number, clause: boolean): Word {
  const known = plainNumber(text, start, end);
  return known >= 0
    ? { text: wordOf(known), number: known, start, end, sentence, clause }
    : { text: text.slice(start, end).toLowerCase(), number: -generation, start, end, sentence, clause };
}
