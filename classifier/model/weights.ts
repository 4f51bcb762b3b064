import { type Category, FACETS, type Facet, type Risk } from "../types.ts";
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
/** A row of weights has a number for each category, behind that for each step, and behind that for each of FACETS. */
export const OUTPUTS = MODEL_CATEGORIES.length + RISK_STEPS.length;

/** What `npm run train` writes. */
export interface Weights {
  /** Weights are stored as whole numbers: how many make 1. */
  scale: number;
  /** How much the model says before it has heard a clue. */
  bias: number[];
  /** Divides the logits before they become a confidence (temperature scaling; Guo et al., 2017). */
  temperature: number;
  /** A row has only the numbers that are not zero, each behind its place: [place, number, place, number, …]. */
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

/** All numbers of a row, zeros too. */
export function numbersOf(row: readonly number[]): number[] {
  const numbers = new Array<number>(OUTPUTS + FACETS.length).fill(0);
  for (let at = 0; at < row.length; at += 2) numbers[row[at] as number] = row[at + 1] as number;
  return numbers;
}
