import type { Category, Risk, Verdict } from "../classifier/index.ts";

/** What the rules, or the model, say a tool is. */
export interface Judgement {
  category: Category;
  risk: Risk;
}

/** Words of the definition that the model rests on. They stand there literally; the place was found by us. */
export interface ReviewEvidence {
  /** JSON Pointer (RFC 6901) into the definition. */
  pointer: string;
  /** Range as in the classifier's `Evidence`: in the string the pointer leads to, else in its own last token. */
  start: number;
  end: number;
  excerpt: string;
}

/**
 * How a review ended. `confirmed`: both say the same. `raised`, `lowered`: the verdict is the model's. `kept`: the model
 * said less than the rules, and was not allowed to. `failed`: there is no answer that can be used, or nobody was asked.
 */
export const OUTCOMES = ["confirmed", "raised", "lowered", "kept", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Which stage said what. Plain data that survives JSON. */
export interface Review {
  stage: "model";
  /** Name of the model as it was asked for. */
  model: string;
  /** Version of the question it was asked. */
  promptVersion: string;
  outcome: Outcome;
  /** One or two sentences of ours: why it ended so. */
  note: string;
  /** What the rules said. */
  offline: Judgement;
  /** What the model said, where it gave an answer that can be used. */
  said?: Judgement;
  evidence: ReviewEvidence[];
}

/** A verdict that may have had a second reading. Without `review` nobody meant to ask a model. */
export type ReviewedVerdict = Verdict & { review?: Review };

/** How far a run is. All are counts of tools, except where said. */
export interface ReviewProgress {
  /** Questions that are out now. */
  asking: number;
  /** How reviews ended so far. */
  outcomes: Record<Outcome, number>;
  /** Of those, answered from the cache. */
  cached: number;
  /** Of the failed ones, tools that nobody was asked about: the budget was spent, or the endpoint was given up. */
  unasked: number;
  /** Tokens spent, and how many may be. */
  tokens: number;
  budget: number;
  /** Why no more questions are asked. */
  stopped?: string;
  /** Why asking failed, and for how many tools; the first few reasons. Those that nobody was asked about are not in it. */
  failures: { note: string; tools: number }[];
  /** Troubles with the cache. */
  cacheNotes: string[];
}
