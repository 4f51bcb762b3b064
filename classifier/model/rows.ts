import { WordMap } from "../lexicon.ts";
import { PLACES } from "../match.ts";
import { CATEGORIES, FACETS, RISKS } from "../types.ts";
import { type ClueKind, ruleKey, singular, verdictKeys } from "./clues.ts";
import { MODEL_CATEGORIES, OUTPUTS, type Weights } from "./weights.ts";

/** A row that is not there. */
export const NO_ROW = -1;

/** Rows of a word, by the kinds of clues it can be. */
export interface WordRows {
  name: number;
  first: number;
  last: number;
  text: number;
  ending: number;
  /** Row of the pair of this word and another one behind it. */
  pairs: Map<WordRows, number> | undefined;
}

/**
 * Weights made ready for look-up. Rows are numbers, and are filed so that a definition's words are looked up once and
 * no key is put together while it is read.
 */
export interface Model {
  weights: Weights;
  /** The numbers of all rows, OUTPUTS for each: whole numbers as in the weights, `weights.scale` times too large. */
  values: Int16Array;
  /** The same, where a row favours nothing milder over anything more severe. */
  rising: Int16Array;
  /** What the rows say of facets: one number for each of FACETS. */
  facets: Int16Array;
  /** Which rows say anything of facets. */
  hasFacets: Uint8Array;
  /** For each of FACETS, what is said for it without any clue, and from which sum on the tool has it. */
  facetBias: number[];
  facetFrom: number[];
  /** By word as it stands in the text, in singular and plural. */
  words: WordMap<WordRows>;
  /** By all words of an argument's name, joined by `_`. */
  arguments: Map<string, number>;
  /** By rule id: a row for each of PLACES, and one for a main clause behind the first words. */
  rules: Map<string, number[]>;
  /** By category of a branch. */
  branches: Map<string, number>;
  /** Rows that count for a verdict of the rules: for each category and, within it, risk. */
  verdicts: number[][][];
}

/** Makes weights ready for look-up. */
export function loadModel(weights: Weights): Model {
  const count = Object.values(weights.clues).reduce((sum, keys) => sum + Object.keys(keys).length, 0);
  const values = new Int16Array(count * OUTPUTS);
  const facets = new Int16Array(count * FACETS.length);
  const hasFacets = new Uint8Array(count);
  const rows = new Map<ClueKind, Map<string, number>>();
  let next = 0;
  for (const [kind, keys] of Object.entries(weights.clues)) {
    const byKey = new Map<string, number>();
    rows.set(kind as ClueKind, byKey);
    for (const [key, row] of Object.entries(keys)) {
      for (let at = 0; at < OUTPUTS; at++) values[next * OUTPUTS + at] = row[at] ?? 0;
      for (let at = 0; at < row.length - OUTPUTS; at++) {
        hasFacets[next] = 1;
        facets[next * FACETS.length + at] = row[OUTPUTS + at] ?? 0;
      }
      byKey.set(key, next++);
    }
  }
  const rowOf = (kind: ClueKind, key: string): number => rows.get(kind)?.get(key) ?? NO_ROW;
  return {
    weights,
    values,
    rising: risen(values),
    facets,
    hasFacets,
    facetBias: FACETS.map((facet) => weights.facets[facet].bias / weights.scale),
    facetFrom: FACETS.map((facet) => weights.facets[facet].from / weights.scale),
    words: fileWords(rows),
    arguments: rows.get("argument") ?? new Map(),
    rules: fileRules(rows.get("rule") ?? new Map()),
    branches: rows.get("branch") ?? new Map(),
    verdicts: CATEGORIES.map((category) =>
      RISKS.map((risk) =>
        verdictKeys({ category, risk })
          .map((key) => rowOf("verdict", key))
          .filter((row) => row !== NO_ROW),
      ),
    ),
  };
}

const WORD_KINDS = ["name", "first", "last", "text", "ending"] as const;

function fileWords(rows: Map<ClueKind, Map<string, number>>): Model["words"] {
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
      pairs: undefined,
    };
    for (const spelling of [word, `${word}s`]) if (singular(spelling) === word) words.set(spelling, made);
    return made;
  };
  for (const kind of WORD_KINDS) for (const [word, row] of rows.get(kind) ?? []) file(word)[kind] = row;
  for (const [pair, row] of rows.get("pair") ?? []) {
    const [first = "", second = ""] = pair.split(" ");
    const before = file(first);
    before.pairs ??= new Map();
    before.pairs.set(file(second), row);
  }
  return new WordMap(words);
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

/** The least that a row can say without favouring anything milder over anything more severe. */
function risen(values: Int16Array): Int16Array {
  const made = values.slice();
  for (let at = 0; at < made.length; at++) {
    const output = at % OUTPUTS;
    if (output === 0 || output === MODEL_CATEGORIES.length) continue;
    made[at] = Math.max(made[at] as number, made[at - 1] as number);
  }
  return made;
}
