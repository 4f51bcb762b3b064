import type { Argument, Features } from "../features.ts";
import type { Word } from "../text.ts";
import { FACETS, type Facet } from "../types.ts";
import type { ClueSpot } from "./clues.ts";
import type { FacetSums, SaidFacet } from "./facets.ts";
import type { Model } from "./rows.ts";
import { Numbers } from "./sums.ts";
import { MODEL_CATEGORIES } from "./weights.ts";

/** Words that speak for what the model says, and by how much (in logits, over the mean of the other categories). */
export interface Contribution extends ClueSpot {
  weight: number;
}

/** What a clue is about; where its words are follows from that and an index. */
export const SPOT = { name: 0, text: 1, pair: 2, argument: 3 } as const;
export type Spot = (typeof SPOT)[keyof typeof SPOT];

/** Which words of a definition were heard: the rows they have, and where the first such words stand. */
export class Spots {
  private model!: Model;
  private features!: Features;
  /** A row, a SPOT and the index of its words for each. */
  private readonly all = new Numbers();

  begin(model: Model, features: Features): void {
    this.model = model;
    this.features = features;
    this.all.clear();
  }

  note(row: number, spot: Spot, at: number): void {
    const { all } = this;
    all.push(row);
    all.push(spot);
    all.push(at);
  }

  /** The words that speak for a category, the strongest first. */
  contributions(category: number, least: number): Contribution[] {
    const found: Contribution[] = [];
    for (let at = 0; at < this.all.count; at += 3) {
      const row = this.all.at(at);
      if (this.model.rows.isEmpty(row)) continue;
      const weight = lead(this.model, row, category);
      if (weight < least) continue;
      const { pointer, text, start, end } = this.spotAt(at);
      insert(found, { pointer, text, start, end, weight });
    }
    return found;
  }

  /** The facets that are said, each with the words that say most for it; none where no word says anything for it. */
  saidFacets(sums: FacetSums): SaidFacet[] {
    const { model, all } = this;
    const said: SaidFacet[] = [];
    for (let facet = 0; facet < FACETS.length; facet++) {
      if (!sums.isSaid(model, facet)) continue;
      let most = 0;
      let best = -1;
      for (let at = 0; at < all.count; at += 3) {
        const weight = model.facets.at(all.at(at), facet);
        if (weight <= most) continue;
        most = weight;
        best = at;
      }
      if (best >= 0) said.push({ facet: FACETS[facet] as Facet, spot: this.spotAt(best) });
    }
    return said;
  }

  /** Where the words are of the row that is noted at an index of the spots. */
  private spotAt(index: number): ClueSpot {
    const { features, all } = this;
    const spot = all.at(index + 1);
    const at = all.at(index + 2);
    if (spot === SPOT.argument) {
      const { pointer, shown } = features.arguments[at] as Argument;
      return { pointer, text: shown, start: 0, end: shown.length };
    }
    const { pointer, text, words } = spot === SPOT.name ? features.name : features.description;
    const start = (words[spot === SPOT.pair ? at - 1 : at] as Word).start;
    return { pointer, text, start, end: (words[at] as Word).end };
  }
}

/** Puts a contribution behind those that say as much or more. */
function insert(list: Contribution[], one: Contribution): void {
  let at = list.push(one) - 1;
  for (; at > 0 && (list[at - 1] as Contribution).weight < one.weight; at--) {
    list[at] = list[at - 1] as Contribution;
  }
  list[at] = one;
}

/** How much more a row says for one category than for the others on average, in logits. */
function lead({ rows, scale }: Model, row: number, category: number): number {
  const own = rows.at(row, category);
  let others = 0;
  for (let at = 0; at < MODEL_CATEGORIES.length; at++) {
    if (at !== category) others += rows.at(row, at);
  }
  return (own - others / (MODEL_CATEGORIES.length - 1)) / scale;
}
