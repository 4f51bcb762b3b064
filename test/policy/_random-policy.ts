import {
  type Condition,
  type Limit,
  OPERATORS,
  type Policy,
  type Rule,
  type ToolPolicy,
} from "../../policy/index.ts";
import { policyOf } from "./_call.ts";
import type { Random } from "./_random.ts";

/** Names that code is likely to stumble over, beside plain ones. */
export const NAMES = ["t", "u", "a/b", "~x", "__proto__", "constructor", "Ü \u202e", '"', "10", "T"];
const KEYS = ["a", "b", "A", "__proto__", "constructor", "to"];

export function randomValue(random: Random, depth = 2): unknown {
  const scalars = [0, 1, -5, 0.5, 200, "a", "b", "", "1", true, false, null, "a/../b"];
  const kind = random.below(depth > 0 ? 6 : 4);
  if (kind < 4) return random.pick(scalars);
  if (kind === 4) return random.list(3, () => randomValue(random, depth - 1));
  return randomArguments(random, depth - 1);
}

export function randomArguments(random: Random, depth = 2): Record<string, unknown> {
  const entries = random.list(3, () => [random.pick(KEYS), randomValue(random, depth)]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

export function randomCondition(random: Random): Condition {
  const op = random.pick(OPERATORS);
  const path = `args.${random.pick(KEYS)}${random.below(4) === 0 ? `.${random.pick(KEYS)}` : ""}`;
  return { path, op, value: conditionValue(random, op) };
}

function conditionValue(random: Random, op: Condition["op"]): Condition["value"] {
  if (op === "in" || op === "not_in") return random.list(3, () => random.pick(["a", "b", 1, true, null]));
  if (op === "exists") return random.pick([true, false]);
  if (op === "regex") return random.pick(["^a", "b$", "\\.\\.", "[^a]", ""]);
  if (op.startsWith("l") || op.startsWith("g")) return random.pick([0, 1, -1, 0.5, 100]);
  return random.pick(["a", "b", 1, 0, true, false, null]);
}

export function randomRule(random: Random): Rule {
  const rule: Rule = { conditions: random.list(2, () => randomCondition(random)) };
  if (random.below(3) === 0) rule.on_deny = random.pick(["Never.", 'Ask: "who"?\n# x']);
  return rule;
}

export function randomLimit(random: Random): Limit {
  return {
    counter: random.pick(["c", "d"]),
    window: random.pick(["minute", "hour"]),
    max: 1 + random.below(3),
    scope: "grant",
  };
}

export function randomTool(random: Random): ToolPolicy {
  const rules: ToolPolicy = {};
  if (random.below(3) === 0) rules.require = random.list(2, () => randomRule(random));
  if (random.below(2) === 0) rules.deny_if = random.list(2, () => randomRule(random));
  if (random.below(2) === 0) rules.limits = random.list(2, () => randomLimit(random));
  return rules;
}

/** A document of the whole grammar, at random, as our parser reads it. */
export function randomPolicy(random: Random): Policy {
  const tools = Object.fromEntries(random.list(5, () => [random.pick(NAMES), randomTool(random)]));
  const policy: Policy = { version: "1", default: random.pick(["allow", "deny"]), tools };
  if (random.below(3) === 0) policy.hide = [...new Set(random.list(2, () => random.pick([...NAMES, "*"])))];
  if (random.below(4) === 0) policy.all_tools = { limits: random.list(2, () => randomLimit(random)) };
  return policyOf(policy);
}
