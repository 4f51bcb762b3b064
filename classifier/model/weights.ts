import type { Category, Facet, Risk } from "../types.ts";
import type { ClueKind } from "./clues.ts";
import generated from "./weights.generated.json" with { type: "json" };

/** The categories and risks the model chooses from, mildest first. A row of weights has a number for each, in this order. */
export const MODEL_CATEGORIES = [
  "Read",
  "Write",
  "Execute",
  "Destructive",
  "Financial",
] as const satisfies Category[];
export const MODEL_RISKS = ["low", "medium", "high", "critical"] as const satisfies Risk[];
export const OUTPUTS = MODEL_CATEGORIES.length + MODEL_RISKS.length;

/** What `npm run train` writes. */
export interface Weights {
  /** Weights are stored as whole numbers: how many make 1. */
  scale: number;
  /** How much the model says before it has heard a clue. */
  bias: number[];
  /** Divides the logits before they become a confidence (temperature scaling; Guo et al., 2017). */
  temperature: number;
  /** A row has OUTPUTS numbers, and behind them, where it says anything of facets, one for each of FACETS. */
  clues: Partial<Record<ClueKind, Record<string, number[]>>>;
  facets: Record<Facet, FacetWeights>;
}

/** How a facet is judged. */
export interface FacetWeights {
  /** What is said for it without any clue. */
  bias: number;
  /** From which sum on the tool has it. */
  from: number;
}

export const weights: Weights = generated;
