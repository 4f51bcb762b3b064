import type { FindingClause } from "./kind-schema.ts";
import type { Hit } from "./types.ts";

/** Shortest piece that is tried as an encoding of a text. */
const SHORTEST_TEXT = 24;

/** Most characters of a piece that are decoded. */
const MAX_DECODED = 16_384;

/** Bits per character from which a piece looks random; English in one case has about four. */
const RANDOM = 4.5;

const DATA_ADDRESS = /\bdata:[a-z]{1,20}\/[a-z0-9.+-]{1,60}(?:;[a-z0-9=-]{1,40}){0,3},/gi;

/**
 * Prepares the search for encoded pieces.
 *
 * @param saysSomething whether a decoded text holds a phrase of any kind
 */
export function compileEncoded(
  clauses: FindingClause[],
  saysSomething: (text: string) => boolean,
): (text: string) => Hit[] {
  return (text) => {
    const hits: Hit[] = [];
    for (const [start, end] of piecesOf(text)) {
      const piece = text.slice(start, end);
      const clause = clauses.find((one) => holds(one, piece, saysSomething));
      if (clause) hits.push({ clause, start, end });
    }
    return hits;
  };
}

/** Prepares the search for `data:` addresses. */
export function compileDataAddresses(clauses: FindingClause[]): (text: string) => Hit[] {
  return (text) => {
    const hits: Hit[] = [];
    DATA_ADDRESS.lastIndex = 0;
    for (let match = DATA_ADDRESS.exec(text); match; match = DATA_ADDRESS.exec(text)) {
      const content = match.index + match[0].length;
      let end = content;
      while (end < text.length && !isDelimiter(text.charCodeAt(end))) end++;
      const length = end - content;
      const start = match.index;
      const clause = clauses.find((one) => length >= (one.dataAddress ?? Number.POSITIVE_INFINITY));
      if (clause) hits.push({ clause, start, end });
      // What is inside one address is not looked at again: addresses within addresses would cost their square.
      DATA_ADDRESS.lastIndex = end;
    }
    return hits;
  };
}

const DELIMITERS = new Set([..."\"'<>)]}"].map((sign) => sign.charCodeAt(0)));
const isDelimiter = (code: number): boolean => code <= 32 || DELIMITERS.has(code);

/** The letters, digits and signs of base64 and base64url that stand together. */
function* piecesOf(text: string): Generator<[number, number]> {
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 32;
    const part =
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 47 && code <= 57) ||
      code === 43 ||
      code === 45 ||
      code === 61 ||
      code === 95;
    if (part) {
      if (start < 0) start = at;
    } else {
      if (start >= 0 && at - start >= SHORTEST_TEXT) yield [start, at];
      start = -1;
    }
  }
}

function holds(clause: FindingClause, piece: string, saysSomething: (text: string) => boolean): boolean {
  if (clause.encodedPhrase) {
    const decoded = decode(piece);
    return decoded !== undefined && saysSomething(decoded);
  }
  if (clause.hex !== undefined) return piece.length >= clause.hex && isHex(piece);
  return clause.base64 !== undefined && piece.length >= clause.base64 && looksRandom(piece);
}

const isHex = (piece: string): boolean => /^(?:0x)?[0-9a-f]+$/i.test(piece) && new Set(piece).size > 4;

/** Letters in both cases and digits, spread as in compressed or encrypted data; a path or a list of names is not. */
function looksRandom(piece: string): boolean {
  if (!isMixed(piece)) return false;
  const counts = new Map<string, number>();
  const sample = piece.slice(0, MAX_DECODED);
  for (const character of sample) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / sample.length) * Math.log2(count / sample.length);
  return bits >= RANDOM;
}

const isMixed = (piece: string): boolean => /\d/.test(piece) && /[A-Z]/.test(piece) && /[a-z]/.test(piece);

/** What base64 or hexadecimal digits say, when that is nothing but printable ASCII. */
function decode(piece: string): string | undefined {
  const hex = isHex(piece);
  // Base64 of a text has letters in both cases and digits; most long identifiers do not.
  if (!hex && !isMixed(piece)) return undefined;
  const text = hex ? fromHex(piece) : fromBase64(piece);
  return text !== undefined && text.length > 0 && /^[\t\n\r -~]+$/.test(text) ? text : undefined;
}

function fromBase64(piece: string): string | undefined {
  const plain = piece.slice(0, MAX_DECODED).replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (plain.includes("=")) return undefined;
  try {
    return atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain);
  } catch {
    return undefined;
  }
}

function fromHex(piece: string): string {
  const digits = piece.slice(0, MAX_DECODED).replace(/^0x/i, "");
  return digits.replace(/[0-9a-f]{1,2}/gi, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}
