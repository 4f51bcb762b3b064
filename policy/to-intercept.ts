import type { InterceptDocument, InterceptRule, InterceptTool } from "./_intercept-schema.ts";
import { counterKey } from "./counters.ts";
import type { Condition, Limit, Policy, Rule, ToolPolicy, Window } from "./schema.ts";

/** Something Intercept cannot say, and what was written instead. */
export interface InterceptLoss {
  what: string;
  instead: string;
  /** Names of the tools, sorted; empty where it concerns the whole document. */
  tools: string[];
}

const DENIED = "every call of the tool is denied.";
const NEGATED = {
  eq: "neq",
  neq: "eq",
  in: "not_in",
  not_in: "in",
  lt: "gte",
  lte: "gt",
  gt: "lte",
  gte: "lt",
} as const;

/**
 * A policy in Intercept's words (its YAML, version "1"; JSON is YAML). It never lets through what the policy denies but
 * for what the last loss says. Intercept knows only rules that must hold, so a denial by one comparison is turned
 * round, which denies calls without the argument too; any other denial by arguments becomes one of all calls.
 */
export function toIntercept(policy: Policy): { document: InterceptDocument; losses: InterceptLoss[] } {
  const losses = new Map<string, InterceptLoss>();
  const lose = (what: string, instead: string, tool: string) => {
    const loss = losses.get(what + instead) ?? { what, instead, tools: [] };
    if (!loss.tools.includes(tool)) loss.tools.push(tool);
    losses.set(what + instead, loss);
  };
  const users = usersOf(policy);
  const tools: Record<string, InterceptTool> = Object.create(null);
  for (const [name, rules] of Object.entries(policy.tools ?? {}))
    tools[name] = { rules: rulesFor(name, rules, users, lose) };
  const shared = policy.all_tools?.limits ?? [];
  if (shared.length > 0) tools["*"] = { rules: rateLimits(shared) };
  const document: InterceptDocument = { version: "1", default: policy.default };
  if (policy.hide) document.hide = policy.hide.filter((name) => name.trim() !== "");
  // Intercept refuses a file that hides a blank name.
  for (const name of policy.hide?.filter((hidden) => hidden.trim() === "") ?? []) {
    lose("hiding a tool whose name is blank", DENIED, name);
    tools[name] = { rules: [denial({ conditions: [] })] };
  }
  if (Object.keys(tools).length > 0) document.tools = tools;
  for (const loss of losses.values()) loss.tools.sort();
  return { document, losses: [...losses.values()] };
}

/** How many tools name a counter; one that `all_tools` names is shared with all. */
function usersOf(policy: Policy): Map<string, number> {
  const users = new Map<string, number>();
  const add = (key: string, by: number) => users.set(key, (users.get(key) ?? 0) + by);
  for (const { limits = [] } of Object.values(policy.tools ?? {}))
    for (const key of new Set(limits.map(counterKey))) add(key, 1);
  for (const key of (policy.all_tools?.limits ?? []).map(counterKey)) add(key, 2);
  return users;
}

type Lose = (what: string, instead: string, tool: string) => void;

function rulesFor(
  name: string,
  { require = [], deny_if = [], limits = [] }: ToolPolicy,
  users: ReadonlyMap<string, number>,
  lose: Lose,
): InterceptRule[] {
  const always = deny_if.find(({ conditions }) => conditions.length === 0);
  if (always) return [denial(always)];
  const rules: InterceptRule[] = [];
  for (const rule of require) {
    if (rule.conditions.length === 0) continue;
    if (rule.conditions.some(hasNull)) {
      lose("comparing with null", DENIED, name);
      return [denial(rule)];
    }
    rules.push(evaluation(`require ${rules.length + 1}`, rule.conditions, rule));
  }
  for (const rule of deny_if) {
    const turned = rule.conditions.length === 1 ? negated(rule.conditions[0] as Condition) : undefined;
    if (!turned) {
      lose("denying by several conditions, by what a text holds, or by null", DENIED, name);
      return [denial(rule)];
    }
    if (turned.op !== "exists")
      lose(
        "denying by an argument only where it is sent",
        "calls without the argument are denied too.",
        name,
      );
    rules.push(evaluation(`deny_if ${rules.length + 1}`, [turned], rule));
  }
  if (limits.some((limit) => (users.get(counterKey(limit)) ?? 0) > 1)) {
    lose("one count for several tools", DENIED, name);
    return [denial({ conditions: [] })];
  }
  if (rules.length > 0) {
    lose(
      "refusing calls that can be read in two ways",
      "values of different types are compared as text, and a second spelling of an argument's name is not seen.",
      name,
    );
  }
  return [...rules, ...rateLimits(limits)];
}

function hasNull({ value }: Condition): boolean {
  return value === null || (Array.isArray(value) && value.includes(null));
}

/** The condition that holds for the other values; undefined where no operator says that. */
function negated(condition: Condition): Condition | undefined {
  const { op, path, value } = condition;
  if (hasNull(condition)) return undefined;
  if (op === "exists") return { path, op, value: !value };
  return Object.hasOwn(NEGATED, op) ? { path, op: NEGATED[op as keyof typeof NEGATED], value } : undefined;
}

function denial({ on_deny }: Rule): InterceptRule {
  return { name: "deny", action: "deny", ...(on_deny === undefined ? {} : { on_deny }) };
}

function evaluation(name: string, conditions: Condition[], { on_deny }: Rule): InterceptRule {
  return { name, conditions, ...(on_deny === undefined ? {} : { on_deny }) };
}

/** The tightest limit of each window: two rates of one window would count each call twice. */
function rateLimits(limits: Limit[]): InterceptRule[] {
  const tightest = new Map<Window, number>();
  for (const { window, max } of limits)
    tightest.set(window, Math.min(max, tightest.get(window) ?? Number.POSITIVE_INFINITY));
  return [...tightest].map(([window, max]) => ({ name: `limit ${window}`, rate_limit: `${max}/${window}` }));
}
