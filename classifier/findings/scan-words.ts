import { generation, learn, wordOf } from "../lexicon.ts";
import { Mentioned } from "../mentioned.ts";
import { spellAscii } from "../packed-letters.ts";
import type { Word } from "../text.ts";
import { BLANK, classOf, FIRST_LETTER, KIND, TRANSPARENT } from "./letters.ts";
import { anchorWords, type Phrase } from "./phrase.ts";
import {
  LONG_BLANK,
  LONG_WORD,
  MAX_POSITIONS,
  NOWHERE,
  type Position,
  type ScanResult,
  SEEN,
  type Watch,
} from "./scan.ts";

/**
 * The first pass over a text whose words are known already: says what `compileScan` says of it, without reading their
 * letters again, and leaves out places of phrases that do not have all their words in the text.
 */

/** What a phrase asks for besides its word of interest: of each list, one word. */
type Needs = readonly (readonly number[])[];

/** A word of interest. */
interface Watched extends Watch {
  /** The phrases that are looked for around it. */
  phrases: Needs[];
}

/** What a character is between words, or in one. */
const SIGN = { separator: 0, blank: 1, letter: 2, transparent: 3, odd: 4 } as const;

/**
 * By a word's number, beside any of SEEN: that it was met before, and its length, where that is no more than LONGEST and it
 * has nothing but letters and digits.
 */
const MET = 1 << 8;
const LENGTH = 9;
const LONGEST = 127;

/** White space that comes later does not tell a running text from an identifier. */
const EARLY = 300;

/**
 * Prepares the first pass.
 *
 * @param words words of interest, folded
 * @param phrases what they are looked for
 * @param watchWord the word of interest that a phrase's own is looked for by
 * @param characters whether a code point is one of those that can hide text
 * @returns nothing for a text that takes a closer look: with signs outside ASCII, or without a space
 */
export function compileWordScan(
  words: ReadonlyMap<string, Watch>,
  phrases: readonly Phrase<unknown>[],
  watchWord: (word: string) => string,
  characters: (point: number) => boolean,
): (text: string, read: readonly Word[]) => ScanResult | undefined {
  const byText = fileWatched(words, phrases, watchWord);
  const byNumber = new Map([...byText].map(([word, watched]) => [learn(word), watched]));
  const since = generation;
  const signs = Uint8Array.from({ length: 128 }, (_, code) => signOf(classOf(code, characters)));
  const mentioned = new Mentioned();
  /** Found out when a word is first met, as words become known later than this is made. */
  let about = new Uint16Array(0);
  const meet = (number: number): number => {
    if (number >= about.length) {
      const more = new Uint16Array(2 * number + 1);
      more.set(about);
      about = more;
    }
    const word = wordOf(number);
    const length = word.length <= LONGEST && /^[a-z0-9]+$/.test(word) ? word.length : 0;
    about[number] = MET | (length << LENGTH) | (byNumber.get(number)?.flags ?? 0);
    return about[number] as number;
  };
  const isPossible = ({ watched }: Place): boolean =>
    watched.phrases.some((lists) => lists.every((list) => list.some((number) => mentioned.has(number))));

  return (text, read) => {
    const codes = spellAscii(text);
    if (!codes) return undefined;
    let seen = 0;
    let places: Place[] | undefined;
    let blank = EARLY;
    let isJoined = false;
    let from = 0;
    for (let index = 0; index <= read.length; index++) {
      const word = read[index];
      const start = word ? word.start : text.length;
      if (start - from >= LONG_BLANK) return undefined;
      for (; from < start; from++) {
        const sign = signs[codes[from] as number] as number;
        if (sign === SIGN.odd) return undefined;
        if (sign === SIGN.blank && from < blank) blank = from;
      }
      if (!word) break;
      const { number } = word;
      // Read before the words of interest were known: its number does not say.
      if (number < 0 && -number < since) return undefined;
      from = word.end;
      const known = number < 0 ? 0 : (about[number] as number) || meet(number);
      if (known >> LENGTH === from - start) {
        seen |= known & (MET - 1);
        if (from - start >= LONG_WORD) seen |= SEEN.longWord;
        if ((known & SEEN.phrase) !== 0) places = placed(places, start, byNumber.get(number) as Watched);
        continue;
      }
      // Its parts are words of their own here.
      for (let at = start; at < from; at++) {
        const first = at;
        let sign = signs[codes[at] as number] as number;
        for (; sign >= SIGN.letter; sign = signs[codes[++at] as number] as number) {
          if (sign === SIGN.odd) return undefined;
          if (sign === SIGN.transparent) isJoined = true;
        }
        if (at - first >= LONG_WORD) seen |= SEEN.longWord;
        if (first === start && at >= from && number < 0) break;
        if (codes[at] === HYPHEN) isJoined = true;
        const part = byText.get(text.slice(first, at).toLowerCase().replaceAll("'", ""));
        if (!part) continue;
        seen |= part.flags;
        if ((part.flags & SEEN.phrase) !== 0) places = placed(places, first, part);
      }
    }
    if (blank >= EARLY) return undefined;
    if (!places) return { seen, positions: NOWHERE };
    // Around a place, "re-send" may be read as two words.
    if (isJoined) return { seen, positions: places };
    mentioned.begin(read);
    const positions = places.filter(isPossible);
    return positions.length > 0 ? { seen, positions } : { seen: seen & ~SEEN.phrase, positions: NOWHERE };
  };
}

const HYPHEN = 45;

interface Place extends Position {
  watched: Watched;
}

/** Adds a place to the list, up to a bound. */
function placed(places: Place[] | undefined, at: number, watched: Watched): Place[] {
  const list = places ?? [];
  const { before, behind } = watched;
  if (list.length < MAX_POSITIONS) list.push({ at, before, behind, watched });
  return list;
}

function signOf(kind: number): number {
  if (kind > KIND) return SIGN.odd;
  if (kind >= FIRST_LETTER) return SIGN.letter;
  if (kind === BLANK) return SIGN.blank;
  return kind === TRANSPARENT ? SIGN.transparent : SIGN.separator;
}

function fileWatched(
  words: ReadonlyMap<string, Watch>,
  phrases: readonly Phrase<unknown>[],
  watchWord: (word: string) => string,
): Map<string, Watched> {
  const filed = new Map(
    [...words].map(([word, watch]): [string, Watched] => [word, { ...watch, phrases: [] }]),
  );
  for (const phrase of phrases) {
    const needs = needsOf(phrase);
    for (const word of anchorWords(phrase)) filed.get(watchWord(word))?.phrases.push(needs);
  }
  return filed;
}

/** The steps of a phrase that have to be there, but for its word of interest. */
const needsOf = ({ steps, anchor }: Phrase<unknown>): Needs =>
  steps
    .filter(({ optional, tool, end }, index) => index !== anchor && !optional && !tool && !end)
    .map(({ words }) => [...words].map(learn));
