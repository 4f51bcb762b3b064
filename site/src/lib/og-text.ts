/** Names made ready to be drawn: what the fonts have, codes for the rest, and no more than fits. */
import { spelled } from "./hidden.ts";

/** Longer names are cut before anybody looks at them. */
const LOOKED_AT = 3_000;
/**
 * What the fonts that are loaded can draw: Latin with its extensions, Greek, Cyrillic, and the usual punctuation. They
 * have more; what is not listed is written as its code, never as an empty box.
 */
export const DRAWN =
  /[\u0020-\u007E\u00A1-\u00AC\u00AE-\u0148\u014A-\u017F\u0384-\u038A\u038C\u038E-\u03A1\u03A3-\u03CE\u0400-\u045F\u1E80-\u1E85\u2013\u2014\u2018-\u201A\u201C-\u201E\u2020\u2022\u2026\u2039\u203A\u20AC\u2122]/u;

/**
 * The text on one line, with ` U+4F60 ` for each character that cannot be drawn.
 * @param length the most characters it may have: what is too much goes from its middle, for names differ at their ends
 */
export function drawable(text: string, length: number): string {
  const pieces = Array.from(spelled(text.slice(0, LOOKED_AT).normalize("NFC")), piece);
  const total = pieces.reduce((sum, { length: own }) => sum + own, 0);
  if (total <= length) return tidy(pieces);
  const half = Math.floor((length - 1) / 2);
  return `${tidy(fitting(pieces, half))}…${tidy(fitting(pieces.toReversed(), half).reverse())}`;
}

function piece(character: string): string {
  if (DRAWN.test(character)) return character;
  return ` U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} `;
}

/** As many whole pieces from the front as fit. */
function fitting(pieces: string[], length: number): string[] {
  let left = length;
  const end = pieces.findIndex((each) => {
    left -= each.length;
    return left < 0;
  });
  return pieces.slice(0, end === -1 ? pieces.length : end);
}

function tidy(pieces: string[]): string {
  return pieces.join("").replace(/ +/g, " ").trim();
}
