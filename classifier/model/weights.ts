import type { Category, Risk } from "../types.ts";
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
  clues: Partial<Record<ClueKind, Record<string, number[]>>>;
}

export const weights: Weights = generated;
