/** What an answer to a question about a tool is made of. */
import type { ToolDefinition, Verdict } from "../../../classifier/index.ts";
import type { CallDecision, Condition, Limit } from "../../../policy/index.ts";
import type { Blocked, Standing } from "./blocked.ts";
import type { Arguments } from "./sample-call.ts";
import { RISK_LABEL } from "./words.ts";

/** What a sentence says of the policy. */
export type Claim =
  | { of: "every call"; decision: CallDecision }
  | { of: "call"; args: Arguments; decision: CallDecision; rule?: string }
  | { of: "limit"; limit: Limit }
  | { of: "rule"; rule: string; conditions: Condition[] };

/** A line under an answer: words, and a piece of the definition or a call behind them or before them. */
export interface Point {
  text: string;
  code?: string;
  isCodeFirst?: true;
}

export interface Answer {
  id: string;
  question: string;
  /** Sentences. They may quote the definition's names. */
  text: string;
  points: Point[];
  claims: Claim[];
}

export interface Subject {
  definition: ToolDefinition;
  verdict: Verdict;
  standing: Standing;
  blocked: Blocked;
}

/** Lines under one answer. */
export const MOST_POINTS = 12;

/** What a value of an argument makes of a call, as a line of an answer. */
export function branchPoint(branch: Verdict["branches"][number]): Point {
  return {
    text: `${branch.category}, ${RISK_LABEL[branch.risk].toLowerCase()}`,
    code: `${branch.argument} = ${String(branch.value)}`,
    isCodeFirst: true,
  };
}

/** What is the same for every call, as a claim. */
export function everyCall({ access }: Standing): Claim[] {
  const decisions: Partial<Record<Standing["access"], CallDecision>> = {
    hidden: "hidden",
    denied: "deny",
    allowed: "allow",
  };
  const decision = decisions[access];
  return decision ? [{ of: "every call", decision }] : [];
}
