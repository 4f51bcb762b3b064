import { generation, learn, numberOf } from "../lexicon.ts";
import { PLACES } from "../match.ts";
import type { Word } from "../text.ts";
import { CATEGORIES, FACETS, RISKS } from "../types.ts";
import type { RulesSay } from "../weigh.ts";
import { type ClueKind, ruleKey, singular, verdictKeys } from "./clues.ts";
import { PairTable } from "./pairs.ts";
import { OUTPUTS, type Weights } from "./weights.ts";

/** A row that is not there. */
export const NO_ROW = -1;

/**
 * What `wordRows` has of a word, side by side: a row for each kind of clue it can be, and its number among the words that
 * are in a pair, as the first and as the second of one. NO_ROW where there is none. The last tells which words it is in a
 * pair with: a bit for each remainder of their numbers by 16.
 */
export const OF_WORD = {
  name: 0,
  first: 1,
  last: 2,
  text: 3,
  ending: 4,
  before: 5,
  behind: 6,
  pairedWith: 7,
} as const;
/** How many numbers that are. */
const WORD = 8;
type WordRows = Record<keyof typeof OF_WORD, number>;

/**
 * Weights made ready for look-up. Rows are numbers, and are filed so that a definition's words are looked up once and
 * no key is put together while it is read.
 */
export interface Model {
  weights: Weights;
  /** What the model says before it has heard a clue: OUTPUTS numbers, as all numbers here in logits. */
  bias: Float64Array;
  /** What all rows say of the outputs, OUTPUTS numbers for each, as indices in `levels`: so few bytes that they stay in the processor's cache. */
  rows: Uint16Array;
  /** For each row whether it says nothing of the outputs, only of facets: then it need not be added up. */
  isSilent: Uint8Array;
  facets: FacetRows;
  /** The numbers that there are. */
  levels: Float64Array;
  /** For each of FACETS, what is said for it without any clue, and from which sum on the tool has it. */
  facetBias: number[];
  facetFrom: number[];
  /** By a word's number in the lexicon, WORD numbers for each; see OF_WORD. Behind the last, those of an unknown one. */
  wordRows: Int16Array;
  /** The lexicon's generation when this was made. */
  generation: number;
  /** Rows of two words side by side. */
  pairs: PairTable;
  /** By all words of an argument's name, joined by `_`. */
  arguments: Map<string, number>;
  /** By rule id: a row for each of PLACES, and one for a main clause behind the first words. */
  rules: Map<string, number[]>;
  /** By category of a branch. */
  branches: Map<string, number>;
  /** What counts for a verdict of the rules: VERDICT_NUMBERS for each category and, within it, risk; zero where no row is. */
  verdicts: Float64Array;
}

/** What rows say of facets: mostly of one or two. */
export interface FacetRows {
  /** For each row where its part of `entries` begins; the next row's is its end. */
  starts: Uint32Array;
  /** Index of a facet in FACETS and, behind it, of what is said of it in `levels`. */
  entries: Uint16Array;
}

/**
 * Makes weights ready for look-up.
 *
 * @throws RangeError when they have more different numbers than rows can tell apart
 */
export function loadModel(weights: Weights): Model {
  const { clues, scale } = weights;
  // No lists of all numbers: they would be the greatest part of what loading takes.
  const different = new Set([0]);
  for (const keys of Object.values(clues)) {
    for (const row of Object.values(keys)) for (const value of row) different.add(value);
  }
  const stored = [...different];
  if (stored.length > MOST_LEVELS) {
    throw new RangeError(
      `Loading the model: it has ${stored.length} different weights. Train it with a smaller scale.`,
    );
  }
  const levelOf = new Map(stored.map((value, level) => [value, level]));
  const count = Object.values(clues).reduce((sum, keys) => sum + Object.keys(keys).length, 0);
  const numbers = new Uint16Array(count * OUTPUTS);
  const isSilent = new Uint8Array(count).fill(1);
  const starts = new Uint32Array(count + 1);
  const entries: number[] = [];
  const rows = new Map<ClueKind, Map<string, number>>();
  let next = 0;
  for (const [kind, keys] of Object.entries(clues)) {
    const byKey = new Map<string, number>();
    rows.set(kind as ClueKind, byKey);
    for (const [key, row] of inOrder(keys)) {
      for (let at = 0; at < row.length; at++) {
        const value = row[at] as number;
        if (value === 0) continue;
        const level = levelOf.get(value) ?? 0;
        if (at >= OUTPUTS) {
          entries.push(at - OUTPUTS, level);
          continue;
        }
        numbers[next * OUTPUTS + at] = level;
        isSilent[next] = 0;
      }
      byKey.set(key, next++);
      starts[next] = entries.length;
    }
  }
  return {
    weights,
    bias: Float64Array.from(weights.bias, (value) => value / scale),
    rows: numbers,
    isSilent,
    facets: { starts, entries: Uint16Array.from(entries) },
    levels: Float64Array.from(stored, (value) => value / scale),
    facetBias: FACETS.map((facet) => weights.facets[facet].bias / scale),
    facetFrom: FACETS.map((facet) => weights.facets[facet].from / scale),
    ...fileWords(rows),
    arguments: rows.get("argument") ?? new Map(),
    rules: fileRules(rows.get("rule") ?? new Map()),
    branches: rows.get("branch") ?? new Map(),
    verdicts: fileVerdicts(weights),
  };
}

/** The keys of clues, those of frequent words first: their rows then lie side by side too. */
function inOrder(keys: Record<string, number[]>): [key: string, row: number[]][] {
  const place = (key: string) => {
    const number = numberOf(key.split(" ", 1)[0] as string);
    return number < 0 ? Number.MAX_SAFE_INTEGER : number;
  };
  const placed = Object.entries(keys).map((entry) => ({ entry, place: place(entry[0]) }));
  return placed.sort((one, other) => one.place - other.place).map(({ entry }) => entry);
}

/** How many numbers an element of `rows` tells apart. */
const MOST_LEVELS = 1 << 16;

/** How many numbers `verdicts` has for each verdict: those of one row for each of its clues. */
export const VERDICT_NUMBERS = 3 * OUTPUTS;

/** Where in `verdicts` the numbers of a verdict begin, given the indices of its category and risk. */
export const verdictAt = ({ severity, level }: Pick<RulesSay, "severity" | "level">): number =>
  (severity * RISKS.length + level) * VERDICT_NUMBERS;

function fileVerdicts({ clues, scale }: Weights): Float64Array {
  const filed = new Float64Array(CATEGORIES.length * RISKS.length * VERDICT_NUMBERS);
  for (const [severity, category] of CATEGORIES.entries()) {
    for (const [level, risk] of RISKS.entries()) {
      for (const [index, key] of verdictKeys({ category, risk }).entries()) {
        const row = clues.verdict?.[key]?.slice(0, OUTPUTS).map((value) => value / scale) ?? [];
        filed.set(row, verdictAt({ severity, level }) + index * OUTPUTS);
      }
    }
  }
  return filed;
}

const WORD_KINDS = ["name", "first", "last", "text", "ending"] as const;

/** Where in `wordRows` the rows of a word begin. */
export function wordAt({ wordRows, generation: since }: Model, { number, text }: Word): number {
  // Read before the model was made: its number does not say whether the model knows it.
  const known = number < 0 && -number < since ? numberOf(text) : number;
  const unknown = wordRows.length - WORD;
  return known >= 0 && known * WORD < unknown ? known * WORD : unknown;
}

function fileWords(
  rows: Map<ClueKind, Map<string, number>>,
): Pick<Model, "wordRows" | "generation" | "pairs"> {
  const words = new Map<string, WordRows>();
  const file = (word: string): WordRows => {
    const known = words.get(word);
    if (known) return known;
    const made = {
      name: NO_ROW,
      first: NO_ROW,
      last: NO_ROW,
      text: NO_ROW,
      ending: NO_ROW,
      before: -1,
      behind: -1,
      pairedWith: 0,
    };
    for (const spelling of [word, `${word}s`]) if (singular(spelling) === word) words.set(spelling, made);
    return made;
  };
  for (const kind of WORD_KINDS) for (const [word, row] of rows.get(kind) ?? []) file(word)[kind] = row;
  const asked = rows.get("pair") ?? new Map<string, number>();
  const pairs = new PairTable(asked.size);
  let paired = 0;
  for (const [pair, row] of asked) {
    const [first, second] = pair.split(" ").map(file) as [WordRows, WordRows];
    if (first.before < 0) first.before = paired++;
    if (second.behind < 0) second.behind = paired++;
    pairs.set(first.before, second.behind, row);
    first.pairedWith |= 1 << (second.behind & 15);
  }
  return { ...flat(words), pairs };
}

function flat(words: ReadonlyMap<string, WordRows>): Pick<Model, "wordRows" | "generation"> {
  const numbers = new Map([...words].map(([word, rows]) => [learn(word), rows]));
  const unknown = Math.max(-1, ...numbers.keys()) + 1;
  const wordRows = new Int16Array((unknown + 1) * WORD).fill(NO_ROW);
  for (const [number, rows] of numbers) {
    for (const [kind, at] of Object.entries(OF_WORD)) {
      wordRows[number * WORD + at] = rows[kind as keyof typeof OF_WORD];
    }
  }
  return { wordRows, generation };
}

function fileRules(rows: Map<string, number>): Model["rules"] {
  const rules: Model["rules"] = new Map();
  for (const key of rows.keys()) {
    const id = key.slice(0, key.lastIndexOf("@"));
    rules.set(
      id,
      [...PLACES.map((place) => ruleKey(id, place, false)), ruleKey(id, "main clause", true)].map(
        (each) => rows.get(each) ?? NO_ROW,
      ),
    );
  }
  return rules;
}
