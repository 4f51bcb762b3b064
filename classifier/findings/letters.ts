import { textWords } from "../text.ts";

/** What the first pass takes a character for: one of these, or the code of the letter it is read as. */
export const SEPARATOR = 1;
/** Drops out of a word: an apostrophe, a character without width. */
export const TRANSPARENT = 2;
export const IDEOGRAPH = 3;
/** Stands for several letters, as a ligature does. */
export const SEVERAL = 4;
export const BLANK = 5;
/** Needs more than the fast loop can tell. */
export const NOT_PLAIN = 6;
export const FIRST_LETTER = 32;
/** The part of a class that is one of the above or a letter; beyond it lie flags. */
export const KIND = 0xffff;
/** One of the characters that can hide text. */
export const CHARACTERS = 1 << 16;
/** Reads as a Latin letter and is none. */
export const LOOKALIKE = 1 << 17;

/** How `text.ts` reads a character, found out by asking it. */
export function classOf(point: number, characters: (point: number) => boolean): number {
  const flags = characters(point) ? CHARACTERS : 0;
  if (point === 32 || (point >= 9 && point <= 13) || point === 0xa0 || point === 0x3000) return BLANK | flags;
  if (point === 39) return TRANSPARENT;
  const character = String.fromCodePoint(point);
  const [first, ...more] = textWords(`a${character}a`);
  if (more.length === 2) return IDEOGRAPH | flags;
  if (more.length === 1 || first === undefined || character === "-") return SEPARATOR | flags;
  const letters = first.text.slice(1, -1);
  if (letters === "") return TRANSPARENT | flags;
  // In names an underscore separates words, in texts it does not; here it always does.
  if (letters === "_") return SEPARATOR | flags;
  if (letters.length > 1) return SEVERAL | flags;
  const looks = point > 127 && /^[a-z]$/.test(letters) && !/[\p{Script=Latin}]/u.test(character);
  return letters.charCodeAt(0) | flags | (looks ? LOOKALIKE : 0);
}
