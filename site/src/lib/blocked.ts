/** What a policy blocks of one tool's calls, rule by rule, with calls that show it. Pure. */

import type { ToolDefinition } from "../../../classifier/index.ts";
import { jsonPointer } from "../../../classifier/json-pointer.ts";
import type { Condition, Limit, Policy, PolicyReason, Rule } from "../../../policy/index.ts";
import type { Answer, Claim, Point } from "./answer.ts";
import { type Arguments, allowedCall, deniedCall, sampleArguments, tryCall } from "./sample-call.ts";

/** What a policy does with a tool's calls, whatever they are. */
export interface Standing {
  access: "hidden" | "denied" | "checked" | "limited" | "allowed";
  /** Of rules that are looked at; none where every call is denied. */
  conditions: Condition[];
  limits: Limit[];
}

export interface Blocked extends Pick<Answer, "text" | "points" | "claims"> {
  /** A call that passes; absent when none was found. */
  allowed?: Arguments;
}

/** @param tool its name, which the policy need not list */
export function standingOf(policy: Policy, tool: string): Standing {
  const nothing = { conditions: [], limits: [] };
  if (policy.hide?.some((name) => name === tool || name === "*")) return { access: "hidden", ...nothing };
  const rules = policy.tools && Object.hasOwn(policy.tools, tool) ? policy.tools[tool] : undefined;
  if (!rules && policy.default === "deny") return { access: "denied", ...nothing };
  const { require = [], deny_if = [], limits: own = [] } = rules ?? {};
  if (deny_if.some((rule) => rule.conditions.length === 0)) return { access: "denied", ...nothing };
  const conditions = [...require, ...deny_if].flatMap((rule) => rule.conditions);
  const limits = [...own, ...(policy.all_tools?.limits ?? [])];
  const access = conditions.length > 0 ? "checked" : limits.length > 0 ? "limited" : "allowed";
  return { access, conditions, limits };
}

/** The answer to "What would be blocked?". */
export function blockedBy(
  policy: Policy,
  definition: ToolDefinition,
  reasons: PolicyReason[],
  standing: Standing,
): Blocked {
  const { name } = definition;
  if (standing.access === "hidden" || standing.access === "denied") {
    const hidden = standing.access === "hidden";
    return {
      text: hidden
        ? "Every call, and the model is not even offered the tool."
        : "Every call, whatever its arguments are.",
      points: [],
      claims: [{ of: "every call", decision: hidden ? "hidden" : "deny" }],
    };
  }
  const allowed = allowedCall(policy, name, sampleArguments(definition.inputSchema));
  if (standing.access === "allowed")
    return {
      text: "Nothing: this policy allows every call.",
      points: [],
      claims: [{ of: "every call", decision: "allow" }],
      allowed,
    };
  const base = allowed ?? sampleArguments(definition.inputSchema);
  const rules = (["require", "deny_if"] as const).flatMap((kind) =>
    (policy.tools?.[name]?.[kind] ?? []).map((rule, index) => {
      const pointer = jsonPointer(["tools", name, kind, index]);
      return blockedByRule(policy, name, base, { kind, rule, pointer }, reasons);
    }),
  );
  const unclear = unclearCall(policy, name, base, standing.conditions);
  return {
    text: rules.length > 0 ? "These calls:" : "Calls beyond the limit, and nothing else.",
    points: [
      ...rules.map(({ point }) => point),
      ...(unclear
        ? [
            {
              text: "Calls in which such an argument is of another type, so that it cannot be compared, such as",
              code: JSON.stringify(unclear),
            },
          ]
        : []),
      ...standing.limits.map((limit) => ({
        text: `Beyond ${limitWords(limit)}: denied until the ${limit.window} by the clock is over. Counted for each grant.`,
      })),
    ],
    claims: [
      ...rules.flatMap(({ claims }) => claims),
      ...(unclear ? [{ of: "call", args: unclear, decision: "deny" } as const] : []),
      ...standing.limits.map((limit) => ({ of: "limit", limit }) as const),
    ],
    allowed,
  };
}

interface PlacedRule {
  kind: "require" | "deny_if";
  rule: Rule;
  pointer: string;
}

function blockedByRule(
  policy: Policy,
  tool: string,
  base: Arguments,
  { kind, rule, pointer }: PlacedRule,
  reasons: PolicyReason[],
): { point: Point; claims: Claim[] } {
  const words = rule.conditions.map(conditionWords).join(" and ");
  const why = reasons.filter((reason) => reason.pointer === pointer).map((reason) => reason.why);
  const args = deniedCall(policy, tool, base, pointer, rule.conditions);
  const said =
    `${kind === "require" ? `Calls unless ${words}` : `Calls in which ${words}`}. ${why.join(" ")}`.trim();
  return {
    point: args ? { text: `${said} Such as`, code: JSON.stringify(args) } : { text: said },
    claims: [
      { of: "rule", rule: pointer, conditions: rule.conditions },
      ...(args ? [{ of: "call", args, decision: "deny", rule: pointer } as const] : []),
    ],
  };
}

/** A call that is denied because an argument cannot be compared. */
function unclearCall(
  policy: Policy,
  tool: string,
  base: Arguments,
  conditions: Condition[],
): Arguments | undefined {
  const key = conditions.find(({ op }) => op !== "exists")?.path.split(".")[1];
  if (key === undefined) return undefined;
  const args = { ...base, [key]: [] };
  return tryCall(policy, tool, args).decision === "deny" ? args : undefined;
}

/** A limit in words: `10 calls a minute`. */
export function limitWords({ max, window }: Limit): string {
  return `${max.toLocaleString("en-GB")} ${max === 1 ? "call" : "calls"} ${window === "minute" ? "a minute" : "an hour"}`;
}

const VALUES = 8;
/** Of a value, in characters. */
const LONGEST = 60;

function conditionWords({ path, op, value }: Condition): string {
  const name = `“${path.slice("args.".length)}”`;
  const list = (Array.isArray(value) ? value : [value]).map((item) => JSON.stringify(item).slice(0, LONGEST));
  const one = list[0] ?? "";
  const some = `${list.slice(0, VALUES).join(", ")}${list.length > VALUES ? ` or ${list.length - VALUES} more` : ""}`;
  switch (op) {
    case "exists":
      return `${name} is ${value ? "given" : "not given"}`;
    case "eq":
      return `${name} is ${one}`;
    case "neq":
      return `${name} is not ${one}`;
    case "in":
      return `${name} is one of ${some}`;
    case "not_in":
      return `${name} is none of ${some}`;
    case "lt":
      return `${name} is less than ${one}`;
    case "lte":
      return `${name} is at most ${one}`;
    case "gt":
      return `${name} is more than ${one}`;
    case "gte":
      return `${name} is at least ${one}`;
    case "contains":
      return `${name} has ${one} in it`;
    case "regex":
      return `${name} matches the rule's pattern`;
  }
}
