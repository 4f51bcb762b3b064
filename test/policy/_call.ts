import {
  type Counters,
  type EvaluateOptions,
  type Evaluation,
  evaluateCall,
  type Policy,
  parsePolicy,
  type ToolPolicy,
} from "../../policy/index.ts";

/** 2026-11-22 12:00:00 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12);

/** The document as our parser reads it. */
export function policyOf(document: unknown): Policy {
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

/** A policy with the tool `t` alone. */
export function policyFor(rules: ToolPolicy, more: Partial<Policy> = {}): Policy {
  return policyOf({ version: "1", default: "deny", tools: { t: rules }, ...more });
}

/** A call of `t` at noon, without anything counted before. */
export function call(
  policy: Policy,
  args?: unknown,
  { tool = "t", counters = new Map(), now = NOON, ...options }: CallOptions = {},
): Evaluation {
  return evaluateCall(policy, args === undefined ? { tool } : { tool, args }, counters, now, options);
}

interface CallOptions extends EvaluateOptions {
  tool?: string;
  counters?: Counters;
  now?: number;
}
