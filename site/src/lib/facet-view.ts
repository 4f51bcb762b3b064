/** What a tool touches, each with the words that show it. */
import type { Evidence, Facet, Verdict } from "../../../classifier/index.ts";
import type { Footnotes } from "./footnotes.ts";
import { isGuessed } from "./guessed.ts";
import { quotes } from "./policy.ts";
import { ruleNamed } from "./rules.ts";
import { FACET_MEANING } from "./words.ts";

export interface FacetRow {
  facet: Facet;
  meaning: string;
  /** Only the trained model says so, by words that tools of that kind often have. */
  guessed: boolean;
  /** Words of the definition. */
  quotes: string[];
  /** Of their footnotes. */
  numbers: number[];
}

const NOTES = 6;

/** One row for each facet of a verdict, in its order. */
export function facetRows({ facets, evidence }: Verdict, notes: Footnotes): FacetRow[] {
  return facets.map((facet) => {
    const showing = evidence.filter((item) => item.facet === facet || showsBeside(item, facet));
    return {
      facet,
      meaning: FACET_MEANING[facet],
      guessed: isGuessed(showing),
      quotes: quotes(showing),
      numbers: notes.numbers(showing).slice(0, NOTES),
    };
  });
}

/** Evidence that speaks for a category shows what its rule says tools of that kind touch. */
function showsBeside({ rule, supports }: Evidence, facet: Facet): boolean {
  return supports !== undefined && (ruleNamed(rule)?.facets.includes(facet) ?? false);
}
