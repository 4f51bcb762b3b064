import { IN_NAME, IN_TEXT, kinds } from "./ascii.ts";
import { generation, numberOf, wordOf } from "./lexicon.ts";

/** Words of ASCII letters and digits, as nearly all are: read without making a string for each. */

/** Letters of a word that are told apart by a number of LETTER_BITS each; whatever comes behind them is LONGER. */
const PACKED = 10;
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

/** The letters of the word that `plainWordEnd` found, half of them each, and the number of what `plainWord` made of it. */
let plainHead = 0;
let plainTail = 0;
export let plainNumber = 0;

/** Where a word ends that begins here; 0 when that takes more than a look at ASCII letters and digits. */
export function plainWordEnd(text: string, start: number, identifier: boolean): number {
  const letters = identifier ? NAME_LETTERS : TEXT_LETTERS;
  const { length } = text;
  let head = 0;
  let tail = 0;
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
    if (at - start < PACKED / 2) head = (head << LETTER_BITS) | letter;
    else if (at - start < PACKED) tail = (tail << LETTER_BITS) | letter;
    else tail |= LONGER;
  }
  plainHead = head;
  plainTail = tail;
  return at;
}

const isCapital = (code: number): boolean => code >= 65 && code <= 90;

/**
 * Words read lately, by their letters: texts consist of few different words, and this saves making and hashing a string
 * for each. Of two words with one place the later one stays, so that the table does not grow.
 */
const lately: string[] = new Array<string>(1 << 14).fill("");
const latelyHead = new Int32Array(lately.length);
const latelyTail = new Int32Array(lately.length);
/** Their numbers, which hold for one generation of the lexicon. */
const latelyNumber = new Int32Array(lately.length);
let latelySince = generation;

function placeOf(head: number, tail: number): number {
  const hash = Math.imul(head ^ Math.imul(tail, 0x01000193), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) & (lately.length - 1);
}

/** The folded word at a place where `plainWordEnd` found one. */
export function plainWord(text: string, start: number, end: number): string {
  if (latelySince !== generation) {
    latelyHead.fill(0);
    latelySince = generation;
  }
  const place = placeOf(plainHead, plainTail);
  if (latelyHead[place] === plainHead && latelyTail[place] === plainTail) {
    const known = lately[place] as string;
    if (plainTail < LONGER || isSameWord(known, text, start, end)) {
      plainNumber = latelyNumber[place] as number;
      return known;
    }
  }
  const read = text.slice(start, end).toLowerCase();
  plainNumber = numberOf(read);
  const word = plainNumber < 0 ? read : wordOf(plainNumber);
  if (plainNumber >= 0 || word.length <= LONGEST_KEPT) {
    lately[place] = word;
    latelyHead[place] = plainHead;
    latelyTail[place] = plainTail;
    latelyNumber[place] = plainNumber;
  }
  return word;
}

/** ASCII in lower case. */
const LOWER = Uint8Array.from({ length: 128 }, (_, code) => (isCapital(code) ? code + 32 : code));

/** Of words that the lexicon has not: long ones are rare, and a piece of a text keeps the whole text in memory. */
const LONGEST_KEPT = 12;

function isSameWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at++) {
    if (word.charCodeAt(at) !== LOWER[text.charCodeAt(start + at)]) return false;
  }
  return true;
}
