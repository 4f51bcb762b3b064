import { jsonPointer } from "../classifier/json-pointer.ts";
import { holds } from "./_condition.ts";
import { type Count, type Counters, countAt, counterKey } from "./counters.ts";
import type { Limit, Policy, Rule, ToolPolicy } from "./schema.ts";

/** A call of a tool, as `parseCall` gives it. */
export interface ToolCall {
  tool: string;
  /** The arguments; a call without them has none. */
  args?: unknown;
}

export const DECISIONS = ["allow", "deny", "hidden", "limited", "needs-approval"] as const;
export type CallDecision = (typeof DECISIONS)[number];

export interface Evaluation {
  decision: CallDecision;
  /** JSON Pointer of what decided: a rule, a tool's entry, `/hide/0` or `/default`. null for a call that is no call. */
  rule: string | null;
  /** What the caller is told; empty when allowed. */
  message: string;
  /** New counts of the counters this call uses; empty unless it is allowed. For `addCounted` and `takeBack`. */
  counted: Counters;
  /** When the full window ends, in milliseconds since 1970; only when limited. */
  retryAt?: number;
}

export interface EvaluateOptions {
  /**
   * JSON Pointers of `deny_if` rules that a person may lift for one call. The grammar has no such state; a gateway that
   * can ask somebody keeps the list beside the document. A rule that is not listed still denies for good.
   */
  approvable?: ReadonlySet<string>;
  /** Those of them that a person has lifted for this very call. */
  approved?: ReadonlySet<string>;
}

const NOTHING_COUNTED: Counters = new Map();
const NO_ARGUMENTS: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/**
 * What a policy does with a call. Pure: nothing is stored, the caller keeps the counters.
 *
 * In this order, and the first denial wins: `hide`; `default`, for tools that are not listed; the tool's `require`,
 * `deny_if` and `limits`; `all_tools.limits`. An argument that is there but cannot be compared (wrong type, NaN, a key
 * spelt in another case beside or instead of the one asked for, a text too long) denies, in `require` as in `deny_if`.
 * Only calls that are allowed are counted, and a call counts once for each counter however many limits name it.
 *
 * @param counters those of the grant that calls
 * @param now milliseconds since 1970
 */
export function evaluateCall(
  policy: Policy,
  call: ToolCall,
  counters: Counters,
  now: number,
  options: EvaluateOptions = {},
): Evaluation {
  if (!Number.isFinite(now)) throw new RangeError("evaluating a call: the time is not a number");
  const args = argumentsOf(call);
  if (!args) return denied(null, "Denied: the call has no tool name, or its arguments are no object.");
  const { tool } = call;
  const hidden = policy.hide ? policy.hide.findIndex((name) => name === tool || name === "*") : -1;
  if (hidden >= 0) {
    return {
      ...denied(jsonPointer(["hide", hidden]), "Denied: there is no such tool for you."),
      decision: "hidden",
    };
  }
  const listed = policy.tools !== undefined && Object.hasOwn(policy.tools, tool);
  if (!listed && policy.default !== "allow")
    return denied("/default", "Denied: this policy does not list the tool.");
  const rules: ToolPolicy = (listed && policy.tools?.[tool]) || {};
  const checked = checkRules(tool, rules, args, options);
  if (checked?.decision === "deny") return checked;
  const limits = checkLimits(tool, rules, policy, counters, now);
  if ("decision" in limits) return limits;
  if (checked) return checked;
  return {
    decision: "allow",
    rule: listed ? jsonPointer(["tools", tool]) : "/default",
    message: "",
    counted: limits,
  };
}

function argumentsOf({ tool, args }: ToolCall): Readonly<Record<string, unknown>> | undefined {
  if (typeof tool !== "string" || tool === "") return undefined;
  if (args === undefined) return NO_ARGUMENTS;
  if (typeof args !== "object" || args === null || Array.isArray(args)) return undefined;
  return args as Record<string, unknown>;
}

function denied(rule: string | null, message: string): Evaluation {
  return { decision: "deny", rule, message, counted: NOTHING_COUNTED };
}

/** The denial of a tool's own rules, or that a person is needed; undefined when none of them denies. */
function checkRules(
  tool: string,
  { require = [], deny_if = [] }: ToolPolicy,
  args: Readonly<Record<string, unknown>>,
  { approvable, approved }: EvaluateOptions,
): Evaluation | undefined {
  for (let index = 0; index < require.length; index += 1) {
    const rule = require[index] as Rule;
    const failed = rule.conditions.find((condition) => holds(condition, args) !== "yes");
    if (!failed) continue;
    return denied(jsonPointer(["tools", tool, "require", index]), messageOf(rule, args));
  }
  let waiting: Evaluation | undefined;
  for (let index = 0; index < deny_if.length; index += 1) {
    const rule = deny_if[index] as Rule;
    if (rule.conditions.some((condition) => holds(condition, args) === "no")) continue;
    const denial = denied(jsonPointer(["tools", tool, "deny_if", index]), messageOf(rule, args));
    if (!approvable?.has(denial.rule ?? "")) return denial;
    if (!approved?.has(denial.rule ?? "")) waiting ??= { ...denial, decision: "needs-approval" };
  }
  return waiting;
}

function messageOf(rule: Rule, args: Readonly<Record<string, unknown>>): string {
  const unclear = rule.conditions.find((condition) => holds(condition, args) === "unclear");
  if (!unclear) return rule.on_deny ?? "Denied by a rule of this policy.";
  const why = `Denied: ${unclear.path} could not be compared as the policy asks; send it once, spelt as in the schema and of the type it names.`;
  return rule.on_deny ? `${why} ${rule.on_deny}` : why;
}

/** The new counts, or that a limit is reached. */
function checkLimits(
  tool: string,
  { limits: own = [] }: ToolPolicy,
  policy: Policy,
  counters: Counters,
  now: number,
): Counters | Evaluation {
  const shared = policy.all_tools?.limits ?? [];
  if (own.length === 0 && shared.length === 0) return NOTHING_COUNTED;
  const counted = new Map<string, Count>();
  for (let index = 0; index < own.length + shared.length; index += 1) {
    const isOwn = index < own.length;
    const limit = (isOwn ? own[index] : shared[index - own.length]) as Limit;
    const { start, calls, end } = countAt(limit, counters, now);
    if (calls + 1 > limit.max) {
      const rule = jsonPointer(
        isOwn ? ["tools", tool, "limits", index] : ["all_tools", "limits", index - own.length],
      );
      const message = `Denied: at most ${limit.max} calls ${limit.window === "minute" ? "a minute" : "an hour"} are allowed here. Try again later.`;
      return { ...denied(rule, message), decision: "limited", retryAt: end };
    }
    counted.set(counterKey(limit), { start, calls: calls + 1 });
  }
  return counted;
}
