import { type Evidence, FACETS, type Facet } from "../types.ts";
import type { ClueSpot } from "./clues.ts";
import { MODEL_RULE } from "./evidence.ts";
import type { Model } from "./rows.ts";

/** A facet that the trained model sees, and the words that say most for it. */
export interface SaidFacet {
  facet: Facet;
  spot: ClueSpot;
}

/** Adds up what rows say of facets. Only the name's clues speak against a facet: text can only add one. */
export class FacetSums {
  private readonly sums = new Int32Array(FACETS.length);

  begin(): void {
    this.sums.fill(0);
  }

  /** @param row one that is there and was not added before */
  add({ facets }: Model, row: number): void {
    facets.addTo(this.sums, row);
  }

  /** Whether the clues say enough together for the facet with this index in FACETS. */
  isSaid({ facetsFrom }: Model, facet: number): boolean {
    return (this.sums[facet] as number) >= (facetsFrom[facet] as number);
  }
}

/** The facets of a tool: those a rule shows, and those the model sees. */
export function joinFacets(byRules: Facet[], said: readonly SaidFacet[]): Facet[] {
  if (said.length === 0) return byRules;
  return FACETS.filter((facet) => byRules.includes(facet) || said.some((one) => one.facet === facet));
}

/** Evidence for the facets that the model sees: the words that say most for each. */
export function facetEvidence(said: readonly SaidFacet[]): Evidence[] {
  return said.map(({ facet, spot: { pointer, text, start, end } }) => ({
    rule: MODEL_RULE,
    pointer,
    start,
    end,
    excerpt: text.slice(start, end),
    facet,
  }));
}
