/** What a policy that is sent in does with calls that are sent in. Nothing is stored, and nothing called. */
import {
  addCounted,
  type Condition,
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
/** Values of a policy that is sent: all that lists and objects hold. Saying what is wrong with each takes up to 40 µs. */
export const MOST_VALUES = 10_000;
/** Bytes of all decisions. What a rule tells its caller is repeated for each call that it denies. */
export const MOST_ANSWER = 4 * 2 ** 20;
/**
 * The most work in comparing a call's arguments: for each condition the keys on its path, and the length of what it is
 * compared with, for patterns times their steps. At worst that many take half a second.
 */
const MOST_WORK = 20_000_000;
/** Steps that a pattern can have, counts written out. */
const MOST_STEPS = 1_000;
/** What looking at a key is, beside its length, in steps of a pattern. */
const KEY_WORK = 10;
/** Milliseconds for all calls: then the rest is refused. */
const PATIENCE_MS = 300;

/** @param now milliseconds since 1970: the moment of all calls */
export function evaluateSent(
  { policy: document, calls }: EvaluateRequest,
  now: number,
): { ok: true; value: ApiEvaluation } | Refused {
  const begun = performance.now();
  const more = tooLarge(document);
  if (more) {
    const detail = `The policy has more than ${more}. Send it in parts, each with some of the tools.`;
    return { ok: false, status: 422, detail, pointer: "/policy" };
  }
  const parsed = parsePolicy(document);
  if (!parsed.ok) return badPolicy(parsed.problems);
  const counters = new Map<string, Counters>();
  const decisions: ApiEvaluation["decisions"] = [];
  let length = 0;
  for (const [index, { server, tool, arguments: args }] of calls.entries()) {
    const call = { tool, args };
    const refused = tooMuch(parsed.policy, call, begun);
    if (refused) return { ok: false, status: 422, detail: refused, pointer: `/calls/${index}` };
    const known = counters.get(server ?? "") ?? new Map();
    const { decision, rule, message, counted, retryAt } = evaluateCall(parsed.policy, call, known, now);
    counters.set(server ?? "", addCounted(known, counted, now));
    const decided = {
      ...(server === undefined ? {} : { server }),
      tool,
      decision,
      rule,
      message,
      ...(retryAt === undefined ? {} : { retryAt: new Date(retryAt).toISOString() }),
    };
    length += Buffer.byteLength(JSON.stringify(decided)) + 1;
    if (length > MOST_ANSWER)
      return { ok: false, status: 422, detail: LONG_ANSWER, pointer: `/calls/${index}` };
    decisions.push(decided);
  }
  return { ok: true, value: { decisions } };
}

const LONG_ANSWER = `With this call the decisions would be longer than ${MOST_ANSWER.toLocaleString("en")} bytes together. Send fewer calls at a time, or make on_deny and the paths of the policy shorter.`;

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

/** Stops as soon as it is too much: counting is work too. */
function workOf({ tools = {} }: Policy, { tool, args }: ToolCall): number {
  const { require = [], deny_if = [] } = Object.hasOwn(tools, tool) ? (tools[tool] ?? {}) : {};
  let work = 0;
  for (const { conditions } of [...require, ...deny_if] satisfies Rule[]) {
    for (const condition of conditions) {
      work += workIn(condition, args);
      if (work > MOST_WORK) return work;
    }
  }
  return work;
}

/** All keys beside one on the path are looked at: they may be the same in other letters. */
function workIn({ op, path, value: wanted }: Condition, args: unknown): number {
  let work = 0;
  let value = args;
  for (const key of path.split(".").slice(1)) {
    if (typeof value !== "object" || value === null) return work;
    for (const other of Object.keys(value)) work += KEY_WORK + other.length;
    if (!Object.hasOwn(value, key)) return work;
    value = (value as Record<string, unknown>)[key];
  }
  if (Array.isArray(value)) return work + value.length;
  if (typeof value !== "string") return work;
  return work + (op === "regex" ? stepsOf(String(wanted)) : 1) * value.length;
}

/** At least as many as a pattern has. */
function stepsOf(pattern: string): number {
  return pattern.includes("{") ? MOST_STEPS : Math.min(MOST_STEPS, pattern.length);
}

/** What a document that nobody has checked yet has too much of, if it has. */
function tooLarge(document: unknown): string | undefined {
  const found = { values: 0, patterns: new Set<string>() };
  measure(document, found);
  if (found.values > MOST_VALUES)
    return `${MOST_VALUES.toLocaleString("en")} tools, rules, conditions and other values`;
  if (found.patterns.size > MOST_PATTERNS)
    return `${MOST_PATTERNS} different patterns in its conditions with the operator regex`;
  return undefined;
}

/** The body's depth is bounded. */
function measure(value: unknown, found: { values: number; patterns: Set<string> }): void {
  if (typeof value !== "object" || value === null) return;
  const { op, value: pattern } = value as { op?: unknown; value?: unknown };
  if (op === "regex" && typeof pattern === "string") found.patterns.add(pattern);
  const parts = Object.values(value);
  found.values += parts.length;
  for (const part of parts) {
    if (found.values > MOST_VALUES) return;
    measure(part, found);
  }
}
