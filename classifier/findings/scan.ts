import {
  BLANK,
  CHARACTERS,
  classOf,
  FIRST_LETTER,
  IDEOGRAPH,
  KIND,
  LOOKALIKE,
  NOT_PLAIN,
  SEPARATOR,
  SEVERAL,
  TRANSPARENT,
} from "./letters.ts";

/**
 * The first pass: reads each character of each text once and says what is worth a closer look. It may call for a look
 * in vain; it must not miss, so it folds letters exactly as `text.ts` does.
 */

/** What a text was seen to hold. Words of interest carry their own flags. */
export const SEEN = {
  phrase: 1,
  literal: 2,
  address: 4,
  data: 8,
  characters: 16,
  lookalike: 32,
  longWord: 64,
  blank: 128,
} as const;

/** A piece without separators this long may be encoded. */
export const LONG_WORD = 20;

/** White space this long moves what follows out of sight. */
export const LONG_BLANK = 200;

/** Most words of interest in one text whose surroundings are read. */
export const MAX_POSITIONS = 2_000;

export interface ScanResult {
  /** Any of `SEEN`. */
  seen: number;
  /** Words of interest, and how far around them to read; empty unless `SEEN.phrase`. */
  positions: readonly Position[];
}

/** Where a word begins, and how many words in front of it and behind it belong to what it may be part of. */
export interface Position {
  at: number;
  before: number;
  behind: number;
}

/** Why a word is of interest. */
export interface Watch {
  /** Of `SEEN`. */
  flags: number;
  before: number;
  behind: number;
}

/**
 * Prepares the first pass.
 *
 * @param words words of interest, folded
 * @param characters whether a code point is one of those that can hide text
 */
export function compileScan(
  words: ReadonlyMap<string, Watch>,
  characters: (point: number) => boolean,
): (text: string) => ScanResult {
  const table = new Uint8Array(1 << 16);
  const reachBefore = new Uint8Array(1 << 16);
  const reachBehind = new Uint8Array(1 << 16);
  for (const [word, { flags, before, behind }] of words) {
    let hash = SEED;
    for (let at = 0; at < word.length; at++) hash = mix(hash, word.charCodeAt(at));
    const index = slot(hash);
    table[index] = (table[index] as number) | flags;
    reachBefore[index] = Math.max(reachBefore[index] as number, before);
    reachBehind[index] = Math.max(reachBehind[index] as number, behind);
  }
  const farBefore = Uint8Array.of(reachBefore.reduce((a, b) => Math.max(a, b)));
  const farBehind = Uint8Array.of(reachBehind.reduce((a, b) => Math.max(a, b)));
  const isWatched = (word: string): boolean => words.has(word.toLowerCase()) || /[^a-z0-9]/i.test(word);
  const classes = new Uint32Array(1 << 16);
  const astral = new Map<number, number>();
  const ascii = Uint32Array.from({ length: 128 }, (_, code) => classOf(code, characters));
  const lookUp = (text: string, at: number, code: number): number => {
    const point = code >= 0xd800 && code < 0xdc00 ? (text.codePointAt(at) as number) : code;
    const known = point > 0xffff ? astral.get(point) : classes[point];
    if (known) return known;
    const found = classOf(point, characters);
    if (point <= 0xffff) classes[point] = found;
    else if (astral.size < 20_000) astral.set(point, found);
    return found;
  };

  const plain = new Uint16Array(1 << 16);
  const plainClass = (text: string, at: number): number => {
    const code = text.charCodeAt(at);
    const found = code < 128 ? (ascii[code] as number) : lookUp(text, at, code);
    const isPlain =
      found <= KIND && (code < 0xd800 || code >= 0xe000) && found !== IDEOGRAPH && found !== SEVERAL;
    const kind = isPlain ? found : NOT_PLAIN;
    plain[code] = kind;
    return kind;
  };

  /** The same for running text without anything unusual, much faster: nothing where the text is something else. */
  const scanPlain = (text: string): ScanResult | undefined => {
    const { length } = text;
    let positions = NOWHERE;
    let seen = 0;
    let blanks = 0;
    let spaces = 0;
    for (let at = 0; at < length; ) {
      let kind = plain[text.charCodeAt(at)] || plainClass(text, at);
      if (kind < FIRST_LETTER) {
        if (kind === BLANK) {
          spaces++;
          if (++blanks === LONG_BLANK) seen |= SEEN.blank;
        } else if (kind === NOT_PLAIN) {
          return undefined;
        } else {
          blanks = 0;
        }
        at++;
        continue;
      }
      const start = at;
      let hash = SEED;
      blanks = 0;
      do {
        if (kind !== TRANSPARENT) hash = mix(hash, kind);
        kind = ++at < length ? plain[text.charCodeAt(at)] || plainClass(text, at) : SEPARATOR;
      } while (kind >= FIRST_LETTER || kind === TRANSPARENT);
      const index = slot(hash);
      const flags = table[index] as number;
      // Different words can share a slot; a word with letters outside ASCII is not worth telling apart.
      if (flags !== 0 && isWatched(text.slice(start, at))) {
        seen |= flags;
        if ((flags & SEEN.phrase) !== 0) positions = noted(positions, start, reachBefore, reachBehind, index);
      }
      if (at - start >= LONG_WORD) seen |= SEEN.longWord;
    }
    return spaces > 0 ? { seen, positions } : undefined;
  };

  // Both loops have no closures over what they count with: they run for every character of every definition.
  return (text) => {
    const quick = scanPlain(text);
    if (quick) return quick;
    let positions = NOWHERE;
    let seen = 0;
    let hash = SEED;
    let start = -1;
    let unbroken = -1;
    let blanks = 0;
    let lower = false;
    let ideograph = -1;
    const { length } = text;
    for (let at = 0; at <= length; at++) {
      const code = at < length ? text.charCodeAt(at) : 0;
      let kind = code < 128 ? (ascii[code] as number) : lookUp(text, at, code);
      if (kind > KIND) {
        if (at < length && (kind & CHARACTERS) !== 0) seen |= SEEN.characters;
        if ((kind & LOOKALIKE) !== 0) seen |= SEEN.lookalike;
        kind &= KIND;
      }
      const letter = kind >= FIRST_LETTER;
      const upper = code >= 65 && code <= 90;
      if (letter && start >= 0 && !(upper && lower)) {
        hash = mix(hash, kind);
        lower = !upper;
        if (code >= 0xd800 && code < 0xdc00) at++;
        continue;
      }
      if (kind === TRANSPARENT) {
        if (code >= 0xd800 && code < 0xdc00) at++;
        continue;
      }
      if (start >= 0) {
        const index = slot(hash);
        const flags = table[index] as number;
        if (flags !== 0 && isWatched(text.slice(start, at))) {
          seen |= flags;
          if ((flags & SEEN.phrase) !== 0)
            positions = noted(positions, start, reachBefore, reachBehind, index);
        }
        if (!letter && at - unbroken >= LONG_WORD) seen |= SEEN.longWord;
        start = -1;
      }
      if (letter) {
        start = at;
        if (unbroken < 0) unbroken = at;
        blanks = 0;
        hash = mix(SEED, kind);
        lower = !upper;
      } else if (kind === IDEOGRAPH) {
        const end = at + (code >= 0xd800 && code < 0xdc00 ? 2 : 1);
        if (ideograph >= 0) {
          let pair = SEED;
          for (let i = ideograph; i < end; i++) pair = mix(pair, text.charCodeAt(i));
          const index = slot(pair);
          const flags = table[index] as number;
          seen |= flags;
          if ((flags & SEEN.phrase) !== 0)
            positions = noted(positions, ideograph, reachBefore, reachBehind, index);
        }
        ideograph = at;
        unbroken = -1;
        blanks = 0;
      } else {
        unbroken = -1;
        ideograph = -1;
        if (kind === BLANK) {
          if (++blanks === LONG_BLANK) seen |= SEEN.blank;
        } else {
          blanks = 0;
          if (kind === SEVERAL) {
            // A sign that stands for several letters: whatever is around it is read closely.
            seen |= SEEN.phrase;
            positions = noted(positions, at, farBefore, farBehind, 0);
          }
        }
      }
      if (code >= 0xd800 && code < 0xdc00) at++;
    }
    return { seen, positions };
  };
}

/** Adds a place to the list, up to a bound. */
function noted(
  positions: Position[],
  at: number,
  before: Uint8Array,
  behind: Uint8Array,
  index: number,
): Position[] {
  const list = positions === NOWHERE ? [] : positions;
  if (list.length < MAX_POSITIONS) {
    list.push({ at, before: before[index] as number, behind: behind[index] as number });
  }
  return list;
}

/** The positions in most texts. */
export const NOWHERE: Position[] = [];

const SEED = 0x811c9dc5;
const mix = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const slot = (hash: number): number => (hash ^ (hash >>> 15)) & 0xffff;
