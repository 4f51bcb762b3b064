import { IN_NAME, IN_TEXT, kinds } from "./ascii.ts";

/**
 * Words of ASCII letters and digits, as nearly all are, by their letters: a word of a text is found in the lexicon without
 * making a string of it first.
 */

/** Letters of a word are told apart by three numbers, PACKED in each; whatever comes behind them is LONGER. */
const PACKED = 5;
const LETTER_BITS = 6;
const LONGER = 1 << 30;
/** A character that takes more than a look at letters and digits. */
const ODD = 63;

/** What a plain word is made of, numbered, the same in both cases; 0 ends a word. */
function asciiLetters(ascii: Uint8Array): Uint8Array {
  return ascii.map((kind, code) => {
    if (kind === kinds.join) return ODD;
    if (kind < kinds.word || kind > kinds.digit) return 0;
    const sign = String.fromCharCode(code).toLowerCase();
    return 1 + "abcdefghijklmnopqrstuvwxyz0123456789_".indexOf(sign);
  });
}
const NAME_LETTERS = asciiLetters(IN_NAME);
const TEXT_LETTERS = asciiLetters(IN_TEXT);

/** The letters of the word that `plainWordEnd` found. */
let head = 0;
let middle = 0;
let tail = 0;

/** Where a word ends that begins here; 0 when that takes more than a look at ASCII letters and digits. */
export function plainWordEnd(text: string, start: number, identifier: boolean): number {
  const letters = identifier ? NAME_LETTERS : TEXT_LETTERS;
  const { length } = text;
  let [one, two, three] = [0, 0, 0];
  let at = start;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    const letter = code < 128 ? (letters[code] as number) : ODD;
    if (letter === 0) break;
    if (letter === ODD) return 0;
    if (identifier && at > start && isCapital(code)) {
      // `getUser` are two words; what a run of capitals is depends on what comes behind it.
      if (isCapital(text.charCodeAt(at - 1))) return 0;
      break;
    }
    const index = at - start;
    if (index < PACKED) one = (one << LETTER_BITS) | letter;
    else if (index < 2 * PACKED) two = (two << LETTER_BITS) | letter;
    else if (index < 3 * PACKED) three = (three << LETTER_BITS) | letter;
    else three |= LONGER;
  }
  head = one;
  middle = two;
  tail = three;
  return at;
}

const isCapital = (code: number): boolean => code >= 65 && code <= 90;

/** Each place of the table has the three numbers of a word and its own, side by side, as they are read together. */
const WIDTH = 4;
let table = new Int32Array(1 << 10);
let filed: { word: string; number: number }[] = [];

/** Files a folded word under its letters, where it has no other signs; its number is 0 or more. */
export function filePlainWord(word: string, number: number): void {
  if (plainWordEnd(word, 0, false) !== word.length || word === "") return;
  filed.push({ word, number });
  if (filed.length * 2 * WIDTH <= table.length) {
    enter(word, number);
    return;
  }
  table = new Int32Array(table.length * 2);
  const all = filed;
  filed = [];
  for (const one of all) filePlainWord(one.word, one.number);
}

function enter(word: string, number: number): void {
  let place = placeOf();
  while (table[place] !== 0) place = next(place);
  table.set([head, middle, tail, number], place);
  if (tail >= LONGER) long.set(number, word);
}

/** Words with more letters than are told apart, by their number. */
const long = new Map<number, string>();

function placeOf(): number {
  const hash = Math.imul(head ^ Math.imul(middle ^ Math.imul(tail, 0x85ebca6b), 0x01000193), 0x9e3779b1);
  return ((hash ^ (hash >>> 15)) * WIDTH) & (table.length - WIDTH);
}

const next = (place: number): number => (place + WIDTH) & (table.length - WIDTH);

/** Number of the word at a place where `plainWordEnd` has just found one; -1 for one that was not filed. */
export function plainNumber(text: string, start: number, end: number): number {
  for (let place = placeOf(); table[place] !== 0; place = next(place)) {
    if (table[place] !== head || table[place + 1] !== middle || table[place + 2] !== tail) continue;
    const number = table[place + 3] as number;
    if (tail < LONGER || long.get(number) === text.slice(start, end).toLowerCase()) return number;
  }
  return -1;
}
