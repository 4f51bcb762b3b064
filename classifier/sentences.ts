import type { KnownText } from "./known.ts";
import { hasTrait, type Matcher, TRAITS } from "./matcher.ts";
import { beginsWithCapital, type Word } from "./text.ts";

/**
 * Begins a new sentence at a verb with a capital that no full stop precedes: "Cached result Deletes a user". What stands
 * before it must not take its place as what the tool does. Changes the words' sentences in place; done once, to a text
 * that was just split into words.
 */
export function splitAtVerbs(read: KnownText, matcher: Matcher): void {
  const { text, words } = read;
  let added = 0;
  let previous = words[0]?.sentence;
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as Word;
    const { sentence } = word;
    const isTitle =
      sentence === previous && hasTrait(matcher, word, TRAITS.isVerb) && isTitleCase(text, word);
    if (isTitle && stands(text, words, at) && !isDemanded(read, at)) {
      added++;
      word.clause = true;
    }
    previous = sentence;
    word.sentence += added;
  }
}

/** In "Bulk Delete Users" every word has a capital; that tells something only where the word before has none, or is the first. */
function stands(text: string, words: Word[], at: number): boolean {
  const before = words[at - 1] as Word;
  return !isUpper(text.charCodeAt(before.start)) || words[at - 2]?.sentence !== before.sentence;
}

/** "[Requires Login] Add an entry": only where nothing follows that a verb could act on. */
function isDemanded({ words, known }: KnownText, at: number): boolean {
  const next = words[at + 1];
  const isAlone = next === undefined || next.clause || next.sentence !== words[at]?.sentence;
  return isAlone && known[at - 1]?.demand === true;
}

/** "Delete", and not "DELETE" or "WhatsApp". */
const isTitleCase = (text: string, { start, end }: Word): boolean =>
  beginsWithCapital(text, start) && !/[A-Z]/.test(text.slice(start + 1, end));

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
