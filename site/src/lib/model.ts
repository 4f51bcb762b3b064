/** What the trained model has learnt, as its page shows it: the words and rules that speak most for each category. */
import type { ClueKind } from "../../../classifier/model/clues.ts";
import { MODEL_CATEGORIES, numbersOf, weights } from "../../../classifier/model/weights.ts";

/** Where a word counts. */
const PLACE: Partial<Record<ClueKind, string>> = {
  name: "name",
  first: "start of the name",
  last: "end of the name",
  text: "description",
  pair: "description",
  argument: "argument",
  ending: "end of an argument",
};

export interface Clue {
  /** The word, two neighbours, or a rule's id. */
  key: string;
  /** Where it counts so, the strongest place first. */
  places: string[];
  /** How much more it says for the category than for the others on average, in logits, at its strongest place. */
  weight: number;
  /** 0 to 100, of the strongest shown. */
  width: number;
}

export interface LearntCategory {
  category: (typeof MODEL_CATEGORIES)[number];
  words: Clue[];
  rules: Clue[];
}

const WORDS = 10;
const RULES = 5;

let learnt: LearntCategory[] | undefined;

/** The strongest words and rules for each category, the most severe category first. Read once: weights are part of the build. */
export function learntCategories(): LearntCategory[] {
  learnt ??= MODEL_CATEGORIES.map((category, index) => ({
    category,
    words: strongest(index, Object.keys(PLACE) as ClueKind[], WORDS),
    rules: strongest(index, ["rule"], RULES),
  })).reverse();
  return learnt;
}

/** How many words, rules and the like have a weight. */
export function clueCount(): number {
  return Object.values(weights.clues).reduce((sum, keys) => sum + Object.keys(keys).length, 0);
}

function strongest(category: number, clueKinds: ClueKind[], most: number): Clue[] {
  const found = new Map<string, { places: { place: string; weight: number }[] }>();
  for (const kind of clueKinds) {
    for (const [filed, values] of Object.entries(weights.clues[kind] ?? {})) {
      const weight = lead(values, category) / weights.scale;
      if (weight <= 0) continue;
      const [key, place] = kind === "rule" ? splitRule(filed) : [filed.replaceAll("_", " "), PLACE[kind]];
      const entry = found.get(key) ?? { places: [] };
      found.set(key, entry);
      entry.places.push({ place: place ?? kind, weight });
    }
  }
  const clues = [...found]
    .map(([key, { places }]) => {
      const sorted = places.sort((a, b) => b.weight - a.weight);
      return { key, places: [...new Set(sorted.map(({ place }) => place))], weight: sorted[0]?.weight ?? 0 };
    })
    .sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1))
    .slice(0, most);
  const top = clues[0]?.weight ?? 1;
  return clues.map((clue) => ({ ...clue, width: Math.round((clue.weight / top) * 100) }));
}

/** `delete-data@main clause` → the rule, and where it held. */
function splitRule(filed: string): [string, string] {
  const at = filed.indexOf("@");
  const place = filed.slice(at + 1);
  return [filed.slice(0, at), place === "later" ? "later text" : place];
}

/** As the classifier reads a row: what it says for one category, over the mean of the others. */
function lead(row: number[], category: number): number {
  const values = numbersOf(row);
  const own = values[category] ?? 0;
  const all = values.slice(0, MODEL_CATEGORIES.length).reduce((sum, value) => sum + value, 0);
  return own - (all - own) / (MODEL_CATEGORIES.length - 1);
}
