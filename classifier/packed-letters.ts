import { IN_NAME, IN_TEXT, kinds } from "./ascii.ts";

/**
 * Words of ASCII letters and digits, as nearly all are, by their letters: a word of a text is found in the lexicon without
 * making a string of it first.
 */

/** Letters of a word are told apart by three numbers, PACKED in each; whatever comes behind them is LONGER. */
const PACKED = 5;
const LETTER_BITS = 6;
const LONGER = 1 << 30;

/** What each character is in a word: the number of a letter, the same in both cases; 0 for what a plain word has none of. */
interface Letters {
  first: Uint8Array;
  /** The same behind the first: in a name, a capital begins another word. */
  rest: Uint8Array;
  /** Characters that take more than a look at letters and digits: 1. */
  odd: Uint8Array;
}

function asciiLetters(ascii: Uint8Array, identifier: boolean): Letters {
  const first = new Uint8Array(OTHER + 1);
  const rest = new Uint8Array(OTHER + 1);
  const odd = new Uint8Array(OTHER + 1);
  for (const [code, kind] of ascii.entries()) {
    if (kind === kinds.join) odd[code] = 1;
    if (kind < kinds.word || kind > kinds.digit) continue;
    const sign = String.fromCharCode(code).toLowerCase();
    first[code] = 1 + "abcdefghijklmnopqrstuvwxyz0123456789_".indexOf(sign);
    if (!identifier || !isCapital(code)) rest[code] = first[code] as number;
  }
  odd[OTHER] = 1;
  return { first, rest, odd };
}

/** Stands for any character outside ASCII. */
const OTHER = 128;
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const NAME_LETTERS = asciiLetters(IN_NAME, true);
const TEXT_LETTERS = asciiLetters(IN_TEXT, false);

const encoder = new TextEncoder();
/** Longer texts get a list of their own. */
const MOST_SPELT = 1 << 14;
const spelt = new Uint8Array(MOST_SPELT);

/**
 * The characters of a text as numbers, OTHER for those outside ASCII, and a space behind the last. Strings are of many
 * makes; it costs less to look at this. Holds until the next call.
 */
export function spell(text: string): Uint8Array {
  const codes = roomFor(text);
  if (!spellInto(text, codes)) {
    for (let at = 0; at < text.length; at++) codes[at] = Math.min(text.charCodeAt(at), OTHER);
  }
  codes[text.length] = 32;
  return codes;
}

/** The same for a text of ASCII characters; nothing for another one. */
export function spellAscii(text: string): Uint8Array | undefined {
  const codes = roomFor(text);
  if (!spellInto(text, codes)) return undefined;
  codes[text.length] = 32;
  return codes;
}

const roomFor = ({ length }: string): Uint8Array =>
  length < MOST_SPELT ? spelt : new Uint8Array(length + 1);

/** Whether all characters could be written as one byte each. */
function spellInto(text: string, codes: Uint8Array): boolean {
  const { read, written } = encoder.encodeInto(text, codes);
  return read === text.length && written === text.length;
}

/** The letters of the word that `plainWordEnd` found. */
let head = 0;
let middle = 0;
let tail = 0;

/**
 * Where a word ends that begins here; 0 when that takes more than a look at ASCII letters and digits.
 *
 * @param codes what `spell` made of a text
 */
export function plainWordEnd(codes: Uint8Array, start: number, identifier: boolean): number {
  const { first, rest, odd } = identifier ? NAME_LETTERS : TEXT_LETTERS;
  let at = start + 1;
  let one = first[codes[start] as number] as number;
  if (one === 0) return 0;
  let two = 0;
  let three = 0;
  let letter = rest[codes[at] as number] as number;
  for (; letter !== 0 && at < start + PACKED; letter = rest[codes[++at] as number] as number)
    one = (one << LETTER_BITS) | letter;
  for (; letter !== 0 && at < start + 2 * PACKED; letter = rest[codes[++at] as number] as number)
    two = (two << LETTER_BITS) | letter;
  for (; letter !== 0 && at < start + 3 * PACKED; letter = rest[codes[++at] as number] as number)
    three = (three << LETTER_BITS) | letter;
  if (letter !== 0) three |= LONGER;
  for (; letter !== 0; letter = rest[codes[++at] as number] as number);
  const behind = codes[at] as number;
  if (odd[behind] !== 0) return 0;
  // `getUser` are two words; what a run of capitals is depends on what comes behind it.
  if (identifier && isCapital(behind) && isCapital(codes[at - 1] as number)) return 0;
  head = one;
  middle = two;
  tail = three;
  return at;
}

/** Each place of a table has the three numbers of a word and its own, side by side, as they are read together. */
const WIDTH = 4;

/** Words by their letters (open addressing; at least half of the places are empty). */
class LetterTable {
  private places: Int32Array;
  private filed: { word: string; number: number }[] = [];

  /** @param count how many words it has room for before it has to grow */
  constructor(count: number) {
    this.places = new Int32Array(2 * WIDTH * count);
  }

  /** Files the word that `plainWordEnd` has just found. */
  file(word: string, number: number): void {
    this.filed.push({ word, number });
    if (this.filed.length * 2 * WIDTH <= this.places.length) {
      this.enter(number);
      return;
    }
    this.places = new Int32Array(this.places.length * 2);
    for (const one of this.filed) {
      plainWordEnd(spell(one.word), 0, false);
      this.enter(one.number);
    }
  }

  private enter(number: number): void {
    const { places } = this;
    const mask = places.length - WIDTH;
    let place = firstPlace(mask);
    while (places[place] !== 0) place = (place + WIDTH) & mask;
    places.set([head, middle, tail, number], place);
  }

  /** Number of the word at a place where `plainWordEnd` has just found one; -1 for one that was not filed. */
  find(text: string, start: number, end: number): number {
    const { places } = this;
    const mask = places.length - WIDTH;
    for (let place = firstPlace(mask); places[place] !== 0; place = (place + WIDTH) & mask) {
      if (places[place] !== head || places[place + 1] !== middle || places[place + 2] !== tail) continue;
      const number = places[place + 3] as number;
      if (tail < LONGER || long.get(number) === text.slice(start, end).toLowerCase()) return number;
    }
    return -1;
  }
}

function firstPlace(mask: number): number {
  const hash = Math.imul(head ^ Math.imul(middle ^ Math.imul(tail, 0x85ebca6b), 0x01000193), 0x9e3779b1);
  return ((hash ^ (hash >>> 15)) * WIDTH) & mask;
}

/** Words with more letters than are told apart, by their number. */
const long = new Map<number, string>();

/** The first words have a table of their own: so small that it stays in the processor's cache, and most words are there. */
const FIRST = 1 << 10;
const firstWords = new LetterTable(FIRST);
const otherWords = new LetterTable(FIRST);

/** Files a folded word under its letters, where it has no other signs; its number is 0 or more. */
export function filePlainWord(word: string, number: number): void {
  if (word === "" || plainWordEnd(spell(word), 0, false) !== word.length) return;
  if (tail >= LONGER) long.set(number, word);
  const words = number < FIRST ? firstWords : otherWords;
  words.file(word, number);
}

/** Number of the word at a place where `plainWordEnd` has just found one; -1 for one that was not filed. */
export function plainNumber(text: string, start: number, end: number): number {
  const number = firstWords.find(text, start, end);
  return number >= 0 ? number : otherWords.find(text, start, end);
}
