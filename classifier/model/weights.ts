import type { Category, Facet, Risk } from "../types.ts";
import type { ClueKind } from "./clues.ts";
import generated from "./weights.generated.json" with { type: "json" };

/** The categories the model chooses from, mildest first. */
export const MODEL_CATEGORIES = [
  "Read",
  "Write",
  "Execute",
  "Destructive",
  "Financial",
] as const satisfies Category[];
/**
 * The steps of the risk within each category, lowest first: is it as high as this, or higher? Below its first step a category
 * has the lowest risk it can have.
 */
export const RISK_STEPS = [
  ["Read", "medium"],
  ["Write", "medium"],
  ["Write", "high"],
  ["Execute", "high"],
  ["Execute", "critical"],
  ["Destructive", "high"],
  ["Destructive", "critical"],
  ["Financial", "critical"],
] as const satisfies [Category, Risk][];
/** A row of weights has a number for each category and behind that for each step, in these orders. */
export const OUTPUTS = MODEL_CATEGORIES.length + RISK_STEPS.length;

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
