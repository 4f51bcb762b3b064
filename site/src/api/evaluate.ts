/** What a policy that is sent in does with calls that are sent in. Nothing is stored, and nothing called. */
import {
  addCounted,
  type Counters,
  evaluateCall,
  type Policy,
  type PolicyProblem,
  parsePolicy,
  type Rule,
  type ToolCall,
} from "../../../policy/index.ts";
import type { ApiEvaluation, EvaluateRequest } from "./decide-types.ts";

type Refused = { ok: false; status: 400 | 422; detail: string; pointer: string };

/** Patterns that differ. Reading one can take some milliseconds; policies that Placard makes have a dozen. */
export const MOST_PATTERNS = 50;
/**
 * The most work in searching a call's arguments: for each condition with a pattern, its steps times the text's length. At
 * worst that many take half a second.
 */
const MOST_WORK = 20_000_000;
/** Steps that a pattern can have, counts written out. */
const MOST_STEPS = 1_000;
/** Milliseconds for all calls: then the rest is refused. */
const PATIENCE_MS = 300;

/** @param now milliseconds since 1970: the moment of all calls */
export function evaluateSent(
  { policy: document, calls }: EvaluateRequest,
  now: number,
): { ok: true; value: ApiEvaluation } | Refused {
  const patterns = patternsIn(document);
  if (patterns.size > MOST_PATTERNS) {
    const detail = `The policy has more than ${MOST_PATTERNS} different patterns in its conditions with the operator regex. Send it in parts, each with some of the tools.`;
    return { ok: false, status: 422, detail, pointer: "/policy" };
  }
  const parsed = parsePolicy(document);
  if (!parsed.ok) return badPolicy(parsed.problems);
  const begun = performance.now();
  const counters = new Map<string, Counters>();
  const decisions: ApiEvaluation["decisions"] = [];
  for (const [index, { server, tool, arguments: args }] of calls.entries()) {
    const call = { tool, args };
    const refused = tooMuch(parsed.policy, call, begun);
    if (refused) return { ok: false, status: 422, detail: refused, pointer: `/calls/${index}` };
    const known = counters.get(server ?? "") ?? new Map();
    const { decision, rule, message, counted, retryAt } = evaluateCall(parsed.policy, call, known, now);
    counters.set(server ?? "", addCounted(known, counted, now));
    decisions.push({
      ...(server === undefined ? {} : { server }),
      tool,
      decision,
      rule,
      message,
      ...(retryAt === undefined ? {} : { retryAt: new Date(retryAt).toISOString() }),
    });
  }
  return { ok: true, value: { decisions } };
}

function badPolicy([first, ...more]: PolicyProblem[]): Refused {
  const { pointer = "", expected = "a policy", received = "something else", hint = "" } = first ?? {};
  const others = more.length === 0 ? "" : ` There are ${more.length} more problems.`;
  const where = pointer === "" ? "The policy" : `The policy's ${pointer.slice(0, 200)}`;
  const detail = `${where} can't be taken: expected ${expected}, received ${received}. ${hint}${others}`;
  return { ok: false, status: 400, detail: detail.trim(), pointer: `/policy${pointer}` };
}

/** Why a call is not tried, if it is not. */
function tooMuch(policy: Policy, call: ToolCall, begun: number): string | undefined {
  if (performance.now() - begun > PATIENCE_MS)
    return "The calls before this one took as long as one request may. Send the rest in another.";
  if (workOf(policy, call) <= MOST_WORK) return undefined;
  return "The arguments of this call are too long for the patterns that this policy searches them with. Send shorter ones, or try fewer patterns at once.";
}

function workOf({ tools = {} }: Policy, { tool, args }: ToolCall): number {
  const { require = [], deny_if = [] } = Object.hasOwn(tools, tool) ? (tools[tool] ?? {}) : {};
  let work = 0;
  for (const { conditions } of [...require, ...deny_if] satisfies Rule[]) {
    for (const { op, path, value } of conditions) {
      if (op === "regex") work += stepsOf(String(value)) * textAt(args, path).length;
    }
  }
  return work;
}

/** At least as many as a pattern has. */
function stepsOf(pattern: string): number {
  return pattern.includes("{") ? MOST_STEPS : Math.min(MOST_STEPS, pattern.length);
}

/** The text at a path such as args.a.b; empty where there is none. */
function textAt(args: unknown, path: string): string {
  let value = args;
  for (const key of path.split(".").slice(1)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return "";
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" ? value : "";
}

/** The patterns of a document that nobody has checked yet. The body's depth is bounded. */
function patternsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null || found.size > MOST_PATTERNS) return found;
  const { op, value: pattern } = value as { op?: unknown; value?: unknown };
  if (op === "regex" && typeof pattern === "string") found.add(pattern);
  for (const part of Object.values(value)) patternsIn(part, found);
  return found;
}
