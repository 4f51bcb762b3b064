import { FREQUENT_WORDS } from "./frequent-words.ts";
import { filePlainWord } from "./packed-letters.ts";

/**
 * Numbers for the words that rules and model know, so that a word of a definition is looked up once, when it is read,
 * and from then on by its number. Only the classifier's own words get one: what strangers write takes no memory here.
 */
const numbers = new Map<string, number>();
const words: string[] = [];

/** Counts the words: what was read at an earlier count may hold words that have become known since. */
export let generation = 1;

/** Number of one of the classifier's own words, folded; a word that has none gets one. */
export function learn(word: string): number {
  const known = numbers.get(word);
  if (known !== undefined) return known;
  const number = words.push(word) - 1;
  numbers.set(word, number);
  filePlainWord(word, number);
  generation++;
  return number;
}

for (const word of FREQUENT_WORDS) learn(word);

/** Number of a folded word; for one that is not known, the generation in which that was so, below zero. */
export function numberOf(word: string): number {
  return numbers.get(word) ?? -generation;
}

/** The word that has a number, 0 or more. */
export function wordOf(number: number): string {
  return words[number] as string;
}

/** A word of a text, as far as looking it up goes. */
interface Numbered {
  text: string;
  /** See `numberOf`. */
  number: number;
}

/** Whether a word of a text is the known one with this number. */
export function isWord({ text, number }: Numbered, known: number): boolean {
  // Where it was read before that one was known, its number does not say.
  return number === known || (number < 0 && text === words[known]);
}

/** A set of folded words. */
export class WordBits {
  private readonly byText: ReadonlySet<string>;
  /** A bit for each number. */
  private readonly bits: Int32Array;
  private readonly generation: number;

  constructor(entries: ReadonlySet<string>) {
    const numbers = [...entries].map(learn);
    this.byText = entries;
    this.bits = new Int32Array(Math.max(0, ...numbers.map((number) => (number >> 5) + 1)));
    for (const number of numbers)
      this.bits[number >> 5] = (this.bits[number >> 5] as number) | (1 << (number & 31));
    this.generation = generation;
  }

  /** The same, given the number of a word that has one now. */
  hasNumber(number: number): boolean {
    const place = number >> 5;
    return place < this.bits.length && (((this.bits[place] as number) >>> (number & 31)) & 1) === 1;
  }

  has({ text, number }: Numbered): boolean {
    // Where it was read before this set was made, its number does not say.
    return number >= 0 ? this.hasNumber(number) : -number < this.generation && this.byText.has(text);
  }
}

/** A map from folded words to what is known of them. */
export class WordMap<Value> {
  private readonly byText: ReadonlyMap<string, Value>;
  private readonly byNumber: readonly (Value | undefined)[];
  /** Instead, where there are few: hundreds of maps as long as all words would take 80 KB each. */
  private readonly few: ReadonlyMap<number, Value> | undefined;
  private readonly generation: number;

  constructor(entries: ReadonlyMap<string, Value>) {
    const numbered = new Map([...entries].map(([word, value]) => [learn(word), value]));
    const isFew = entries.size * 16 < words.length;
    this.byText = entries;
    this.few = isFew ? numbered : undefined;
    this.byNumber = isFew ? [] : words.map((_, number) => numbered.get(number));
    this.generation = generation;
  }

  /** The same, given the number of a word that has one now. */
  at(number: number): Value | undefined {
    if (this.few) return this.few.get(number);
    return number < this.byNumber.length ? this.byNumber[number] : undefined;
  }

  get({ text, number }: Numbered): Value | undefined {
    if (number >= 0) return this.at(number);
    // Read before this map was made: its number does not say whether the map has it.
    return -number < this.generation ? this.byText.get(text) : undefined;
  }
}
