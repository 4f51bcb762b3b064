import { generation, learn, numberOf } from "../lexicon.ts";
import { PLACES } from "../match.ts";
import type { Word } from "../text.ts";
import { CATEGORIES, FACETS, RISKS } from "../types.ts";
import type { RulesSay } from "../weigh.ts";
import { type ClueKind, ruleKey, singular, verdictKeys } from "./clues.ts";
import { PairTable } from "./pairs.ts";
import { SparseRows } from "./sparse-rows.ts";
import { MODEL_CATEGORIES, numbersOf, OUTPUTS, type Weights } from "./weights.ts";

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
  /** Weights are whole numbers: how many make 1, in logits. */
  scale: number;
  /** What the model says before it has heard a clue, OUTPUTS numbers. */
  bias: Int32Array;
  /** How many rows there are. */
  count: number;
  /** What rows say of the outputs. */
  rows: SparseRows;
  /** The same for a row beside name and description: it favours nothing milder over anything more severe, and speaks against no risk. */
  beside: SparseRows;
  /** What rows say of FACETS; mostly of one or two. */
  facets: SparseRows;
  /** For each of FACETS from which sum on the tool has it. */
  facetsFrom: number[];
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
  /** What counts for a verdict of the rules: OUTPUTS numbers for each category and, within it, risk. */
  verdicts: Int32Array;
}

/** Kinds of clues that are heard beside name and description, too. */
const BESIDE: ReadonlySet<string> = new Set<ClueKind>(["rule", "branch", "argument", "ending"]);

/**
 * Makes weights ready for look-up.
 *
 * @throws RangeError when a weight is too large or not whole
 */
export function loadModel(weights: Weights): Model {
  const { clues, scale } = weights;
  const stored: number[][] = [];
  const isBeside: boolean[] = [];
  const rows = new Map<ClueKind, Map<string, number>>();
  for (const [kind, keys] of Object.entries(clues)) {
    const byKey = new Map<string, number>();
    rows.set(kind as ClueKind, byKey);
    for (const key of inOrder(keys)) {
      byKey.set(key, stored.length);
      stored.push(keys[key] as number[]);
      isBeside.push(BESIDE.has(kind));
    }
  }
  const outputsOf = (row: number[]) => numbersOf(row).slice(0, OUTPUTS);
  return {
    weights,
    scale,
    bias: Int32Array.from(weights.bias),
    count: stored.length,
    rows: new SparseRows(mapped(stored, outputsOf)),
    beside: new SparseRows(mapped(stored, (row, at) => (isBeside[at] ? risen(outputsOf(row)) : []))),
    facets: new SparseRows(mapped(stored, (row) => numbersOf(row).slice(OUTPUTS))),
    facetsFrom: FACETS.map((facet) => weights.facets[facet].from - weights.facets[facet].bias),
    ...fileWords(rows),
    arguments: rows.get("argument") ?? new Map(),
    rules: fileRules(rows.get("rule") ?? new Map()),
    branches: rows.get("branch") ?? new Map(),
    verdicts: fileVerdicts(weights),
  };
}

/** Like an array's `map`, but nothing is kept: all rows at once would be the greatest part of what loading takes. */
function* mapped<In, Out>(list: readonly In[], map: (one: In, at: number) => Out): Iterable<Out> {
  for (const [at, one] of list.entries()) yield map(one, at);
}

function risen(numbers: number[]): number[] {
  let least = Number.NEGATIVE_INFINITY;
  return numbers.map((number, at) => {
    least = Math.max(number, at < MODEL_CATEGORIES.length ? least : 0);
    return least;
  });
}

/** The keys of clues, those of frequent words first: their rows then lie side by side too. */
function inOrder(keys: Record<string, number[]>): string[] {
  const places = new Map<string, number>();
  for (const key of Object.keys(keys)) {
    const number = numberOf(key.split(" ", 1)[0] as string);
    places.set(key, number < 0 ? Number.MAX_SAFE_INTEGER : number);
  }
  const placeOf = (key: string) => places.get(key) as number;
  return [...places.keys()].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Where in `verdicts` the numbers of a verdict begin, given the indices of its category and risk. */
export const verdictAt = ({ severity, level }: Pick<RulesSay, "severity" | "level">): number =>
  (severity * RISKS.length + level) * OUTPUTS;

function fileVerdicts({ clues }: Weights): Int32Array {
  const filed = new Int32Array(CATEGORIES.length * RISKS.length * OUTPUTS);
  for (const [severity, category] of CATEGORIES.entries()) {
    for (const [level, risk] of RISKS.entries()) {
      const from = verdictAt({ severity, level });
      for (const key of verdictKeys({ category, risk })) {
        const row = numbersOf(clues.verdict?.[key] ?? []);
        for (let at = 0; at < OUTPUTS; at++)
          filed[from + at] = (filed[from + at] as number) + (row[at] as number);
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
