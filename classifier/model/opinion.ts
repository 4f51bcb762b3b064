import { CATEGORIES, type Category, RISKS, type Risk } from "../types.ts";
import { probability } from "./choice.ts";
import type { SaidFacet } from "./facets.ts";
import { Listener } from "./listener.ts";
import { type Reading, readAloud } from "./reading.ts";
import { riskWithin } from "./risk-range.ts";
import type { Model } from "./rows.ts";
import type { Contribution } from "./spots.ts";
import { MODEL_CATEGORIES } from "./weights.ts";

/** What the trained model makes of a definition. */
export interface Opinion {
  category: Exclude<Category, "Unknown">;
  risk: Risk;
  /** 0 to 1: how often a category said like this is right, on families the model was not trained on. */
  confidence: number;
  /** The worst that the rules alone said at any pause. */
  rules: Category;
  /** The worst they said at a pause where that stands, two steps or more worse than what the model said; and the risk. */
  ruled: Category;
  ruledRisk: Risk;
  /** The worst category that a rule insists on, and the highest risk of those that do. */
  insisted: Category;
  insistedRisk: Risk;
  /** Whether any pause at which no rule held was sure enough of what it said to be relied on. */
  isSure: boolean;
  /** The words that speak for the category, the strongest first; without those that hardly do, where there are others. */
  contributions: Contribution[];
  facets: SaidFacet[];
}

/** How much words must say to be among the contributions, in logits. */
const LEAST_TOLD = 0.25;
const LEAST_HEARD = Number.MIN_VALUE;

const listener = new Listener();

/** The most severe opinion over all pauses of the reading: text can raise it, and never lower it. */
export function formOpinion(model: Model, reading: Reading): Opinion {
  listener.begin(model, reading);
  readAloud(reading, listener);
  const { worst, spots, insisted, insistedRisk } = listener;
  const category = MODEL_CATEGORIES[worst.category] ?? "Read";
  const strong = spots.contributions(worst.category, LEAST_TOLD);
  return {
    category,
    risk: riskWithin(category, RISKS[worst.level] ?? "unknown"),
    confidence: probability(worst.sums, worst.category, model.weights.temperature),
    rules: CATEGORIES[worst.rules] ?? "Unknown",
    ruled: CATEGORIES[worst.ruled] ?? "Unknown",
    ruledRisk: RISKS[worst.ruledRisk] ?? "unknown",
    insisted: CATEGORIES[insisted] ?? "Unknown",
    insistedRisk: RISKS[insistedRisk] ?? "unknown",
    isSure: worst.isSure,
    // Where nothing says much, what says a little is all that there is to show.
    contributions: strong.length > 0 ? strong : spots.contributions(worst.category, LEAST_HEARD),
    facets: spots.saidFacets(listener.facets),
  };
}
