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
  private readonly sums = new Float64Array(FACETS.length);

  begin(): void {
    this.sums.fill(0);
  }

  /** @param row one that is there and was not added before */
  add({ facets: { starts, entries }, levels }: Model, row: number): void {
    const { sums } = this;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at += 2) {
      const facet = entries[at] as number;
      sums[facet] = (sums[facet] as number) + (levels[entries[at + 1] as number] as number);
    }
  }

  /** Whether the clues say enough together for the facet with this index in FACETS. */
  isSaid({ facetBias, facetFrom }: Model, facet: number): boolean {
    return (this.sums[facet] as number) + (facetBias[facet] as number) >= (facetFrom[facet] as number);
  }
}

/** What a row says of the facet with this index in FACETS. */
export function facetWeight(
  { facets: { starts, entries }, levels }: Model,
  row: number,
  facet: number,
): number {
  const end = starts[row + 1] as number;
  for (let at = starts[row] as number; at < end; at += 2) {
    if (entries[at] === facet) return levels[entries[at + 1] as number] as number;
  }
  return 0;
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
