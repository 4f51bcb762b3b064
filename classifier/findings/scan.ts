import {
  BLANK,
  CHARACTERS,
  classOf,
  FIRST_LETTER,
  IDEOGRAPH,
  KIND,
  LOOKALIKE,
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
  const watched = new WatchTable(words);
  const classes = new CharacterClasses(characters);
  const { known } = classes;
  // No closures over what it counts with: it runs for every character of every definition.
  return (text) => {
    const sight = new Sight(text, watched);
    let hash = SEED;
    let start = -1;
    let unbroken = -1;
    let blanks = 0;
    let lower = false;
    let ideograph = -1;
    const { length } = text;
    for (let at = 0; at <= length; at++) {
      const code = at < length ? text.charCodeAt(at) : 0;
      let kind = known[code] || classes.look(text, at, code);
      if (kind > KIND) {
        sight.mark(kind);
        kind &= KIND;
      }
      const letter = kind >= FIRST_LETTER;
      const upper = code >= 65 && code <= 90;
      if (letter && start >= 0 && !(upper && lower)) {
        hash = mix(hash, kind);
        lower = !upper;
      } else if (kind !== TRANSPARENT) {
        if (start >= 0) {
          sight.word(hash, start, at);
          if (!letter && at - unbroken >= LONG_WORD) sight.seen |= SEEN.longWord;
          start = -1;
        }
        if (letter) {
          start = at;
          if (unbroken < 0) unbroken = at;
          hash = mix(SEED, kind);
          lower = !upper;
        } else {
          unbroken = -1;
          if (kind === IDEOGRAPH && ideograph >= 0) sight.pair(ideograph, at + widthOf(code));
          ideograph = kind === IDEOGRAPH ? at : -1;
          if (kind === SEVERAL) sight.several(at);
        }
        blanks = kind === BLANK ? blanks + 1 : 0;
        if (blanks === LONG_BLANK) sight.seen |= SEEN.blank;
      }
      if (isHigh(code)) at++;
    }
    return { seen: sight.seen, positions: sight.positions };
  };
}

/** What was seen of a text so far. */
class Sight {
  seen = 0;
  positions: Position[] = NOWHERE;
  private readonly text: string;
  private readonly watched: WatchTable;

  constructor(text: string, watched: WatchTable) {
    this.text = text;
    this.watched = watched;
  }

  /** Takes note of the flags of a character's class. */
  mark(kind: number): void {
    if ((kind & CHARACTERS) !== 0) this.seen |= SEEN.characters;
    if ((kind & LOOKALIKE) !== 0) this.seen |= SEEN.lookalike;
  }

  /** Takes note of a word, by its hash. */
  word(hash: number, start: number, end: number): void {
    const index = slot(hash);
    // Different words can share a slot; a word with letters outside ASCII is not worth telling apart.
    if (this.watched.flags[index] !== 0 && this.watched.has(this.text.slice(start, end)))
      this.note(index, start);
  }

  /** Takes note of two ideographs side by side. */
  pair(start: number, end: number): void {
    let hash = SEED;
    for (let at = start; at < end; at++) hash = mix(hash, this.text.charCodeAt(at));
    this.note(slot(hash), start);
  }

  /** A sign that stands for several letters: whatever is around it is read closely. */
  several(at: number): void {
    this.seen |= SEEN.phrase;
    this.place(at, this.watched.farBefore, this.watched.farBehind);
  }

  private note(index: number, at: number): void {
    const { flags, before, behind } = this.watched;
    this.seen |= flags[index] as number;
    if (((flags[index] as number) & SEEN.phrase) !== 0)
      this.place(at, before[index] as number, behind[index] as number);
  }

  /** Adds a place to the list, up to a bound. */
  private place(at: number, before: number, behind: number): void {
    if (this.positions === NOWHERE) this.positions = [];
    if (this.positions.length < MAX_POSITIONS) this.positions.push({ at, before, behind });
  }
}

/** Words of interest, filed by a hash of their letters, which is made while a text is read. */
class WatchTable {
  /** By slot: any of `SEEN`, and how far the surroundings reach. */
  readonly flags = new Uint8Array(SLOTS);
  readonly before = new Uint8Array(SLOTS);
  readonly behind = new Uint8Array(SLOTS);
  /** As far as any word's reach. */
  readonly farBefore: number;
  readonly farBehind: number;
  private readonly words: ReadonlyMap<string, Watch>;

  constructor(words: ReadonlyMap<string, Watch>) {
    this.words = words;
    for (const [word, { flags, before, behind }] of words) {
      let hash = SEED;
      for (let at = 0; at < word.length; at++) hash = mix(hash, word.charCodeAt(at));
      const index = slot(hash);
      this.flags[index] = (this.flags[index] as number) | flags;
      this.before[index] = Math.max(this.before[index] as number, before);
      this.behind[index] = Math.max(this.behind[index] as number, behind);
    }
    this.farBefore = this.before.reduce((a, b) => Math.max(a, b));
    this.farBehind = this.behind.reduce((a, b) => Math.max(a, b));
  }

  /** Whether a word that fell into the slot of one of them is it, or may be. */
  has(word: string): boolean {
    return this.words.has(word.toLowerCase()) || /[^a-z0-9]/i.test(word);
  }
}

/** What each character is read as; found out once for each. */
class CharacterClasses {
  /** By the code of those that are one; 0 where it was not found out yet. */
  readonly known = new Uint32Array(1 << 16);
  private readonly astral = new Map<number, number>();
  private readonly characters: (point: number) => boolean;

  constructor(characters: (point: number) => boolean) {
    this.characters = characters;
  }

  /** The class of the character at a place of a text, given its code there, one that is not known. */
  look(text: string, at: number, code: number): number {
    const point = isHigh(code) ? (text.codePointAt(at) as number) : code;
    if (point <= 0xffff) {
      const found = classOf(point, this.characters);
      // What the first half of a pair is alone says nothing about pairs.
      if (!isHigh(code)) this.known[code] = found;
      return found;
    }
    const known = this.astral.get(point);
    if (known) return known;
    const found = classOf(point, this.characters);
    if (this.astral.size < MOST_ASTRAL) this.astral.set(point, found);
    return found;
  }
}

/** Whether a code is the first half of a pair that makes one character (a high surrogate). */
const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const widthOf = (code: number): number => (isHigh(code) ? 2 : 1);

/** Most characters outside the basic plane that are remembered. */
const MOST_ASTRAL = 20_000;

/** The positions in most texts. */
export const NOWHERE: Position[] = [];

const SLOTS = 1 << 16;
const SEED = 0x811c9dc5;
const mix = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const slot = (hash: number): number => (hash ^ (hash >>> 15)) & (SLOTS - 1);
