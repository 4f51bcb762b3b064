import { WordMap } from "../lexicon.ts";
import { PLACES } from "../match.ts";
import { CATEGORIES, FACETS, RISKS } from "../types.ts";
import type { RulesSay } from "../weigh.ts";
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
  /** What the model says before it has heard a clue: OUTPUTS numbers, as all numbers here in logits. */
  bias: Float64Array;
  /** The numbers of all rows, OUTPUTS for each. */
  values: Float64Array;
  /** The same, where a row favours nothing milder over anything more severe. */
  rising: Float64Array;
  /** What the rows say of facets: one number for each of FACETS. */
  facets: Float64Array;
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
  /** What counts for a verdict of the rules: VERDICT_NUMBERS for each category and, within it, risk; zero where no row is. */
  verdicts: Float64Array;
}

/** Makes weights ready for look-up. */
export function loadModel(weights: Weights): Model {
  const { scale } = weights;
  const count = Object.values(weights.clues).reduce((sum, keys) => sum + Object.keys(keys).length, 0);
  const values = new Float64Array(count * OUTPUTS);
  const facets = new Float64Array(count * FACETS.length);
  const hasFacets = new Uint8Array(count);
  const rows = new Map<ClueKind, Map<string, number>>();
  let next = 0;
  for (const [kind, keys] of Object.entries(weights.clues)) {
    const byKey = new Map<string, number>();
    rows.set(kind as ClueKind, byKey);
    for (const [key, row] of Object.entries(keys)) {
      for (let at = 0; at < OUTPUTS; at++) values[next * OUTPUTS + at] = (row[at] ?? 0) / scale;
      for (let at = 0; at < row.length - OUTPUTS; at++) {
        hasFacets[next] = 1;
        facets[next * FACETS.length + at] = (row[OUTPUTS + at] ?? 0) / scale;
      }
      byKey.set(key, next++);
    }
  }
  return {
    weights,
    bias: Float64Array.from(weights.bias, (value) => value / scale),
    values,
    rising: risen(values),
    facets,
    hasFacets,
    facetBias: FACETS.map((facet) => weights.facets[facet].bias / scale),
    facetFrom: FACETS.map((facet) => weights.facets[facet].from / scale),
    words: fileWords(rows),
    arguments: rows.get("argument") ?? new Map(),
    rules: fileRules(rows.get("rule") ?? new Map()),
    branches: rows.get("branch") ?? new Map(),
    verdicts: fileVerdicts(weights),
  };
}

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
function risen(values: Float64Array): Float64Array {
  const made = values.slice();
  for (let at = 0; at < made.length; at++) {
    const output = at % OUTPUTS;
    if (output === 0 || output === MODEL_CATEGORIES.length) continue;
    made[at] = Math.max(made[at] as number, made[at - 1] as number);
  }
  return made;
}
