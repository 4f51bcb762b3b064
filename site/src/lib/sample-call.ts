/** Calls made up from a schema, to try a policy on: arguments of the types the schema asks for. Pure. */
import { recordOf } from "../../../classifier/record.ts";
import { type Condition, evaluateCall, type Policy } from "../../../policy/index.ts";

export type Arguments = Record<string, unknown>;
type Node = Record<string, unknown>;

const MOST_ARGUMENTS = 12;
const MOST_TRIES = 60;
/** Any moment will do: without counts every window is empty. */
const NOW = Date.UTC(2026, 0, 1);

/** Texts that rules about addresses, SQL, paths and reasons are there for, and texts that pass them. */
const TEXTS = [
  "http://169.254.169.254/",
  "http://127.0.0.1/",
  "file:///etc/hosts",
  "delete from t",
  "select 1; select 2",
  "../up",
  " ",
  "as asked for",
  "https://example.com/",
  "select 1",
  "report.txt",
];

/** What a policy does with one call of a tool when nothing was called before, and by which of its rules. */
export function tryCall(
  policy: Policy,
  tool: string,
  args: Arguments,
): { decision: string; rule: string | null } {
  return evaluateCall(policy, { tool, args }, new Map(), NOW);
}

/** Arguments that a schema asks for, each with a value of its type. A stranger's schema: what is none is passed over. */
export function sampleArguments(schema: unknown): Arguments {
  const node = recordOf(schema);
  const properties = recordOf(node?.properties) ?? {};
  const required = Array.isArray(node?.required) ? node.required : [];
  const names = required.filter(
    (name): name is string => typeof name === "string" && Object.hasOwn(properties, name),
  );
  return Object.fromEntries(
    names.slice(0, MOST_ARGUMENTS).map((name) => [name, sampleOf(recordOf(properties[name]))]),
  );
}

/**
 * A call that this very rule denies; undefined when none is found by trying.
 * @param rule JSON Pointer of a rule in `deny_if` or `require`.
 */
export function deniedCall(
  policy: Policy,
  tool: string,
  base: Arguments,
  rule: string,
  conditions: Condition[],
): Arguments | undefined {
  return firstCall(base, conditions, (args) => {
    const { decision, rule: decided } = tryCall(policy, tool, args);
    return decision === "deny" && decided === rule;
  });
}

/** A call that the policy allows; undefined when none is found by trying. */
export function allowedCall(policy: Policy, tool: string, base: Arguments): Arguments | undefined {
  const rules = policy.tools && Object.hasOwn(policy.tools, tool) ? policy.tools[tool] : undefined;
  const conditions = [...(rules?.require ?? []), ...(rules?.deny_if ?? [])].flatMap(
    (rule) => rule.conditions,
  );
  return firstCall(base, conditions, (args) => tryCall(policy, tool, args).decision === "allow");
}

/** Tries values for the arguments that the conditions look at, one argument after the other. */
function firstCall(
  base: Arguments,
  conditions: Condition[],
  fits: (args: Arguments) => boolean,
): Arguments | undefined {
  if (fits(base)) return base;
  const paths = [...new Set(conditions.map((condition) => condition.path))].map((path) => ({
    path,
    values: conditions.filter((condition) => condition.path === path).flatMap(valuesFor),
  }));
  const all = paths.reduce((count, { values }) => Math.min(count * (values.length + 1), MOST_TRIES), 1);
  for (let number = 1; number < all; number += 1) {
    const args = tryNumber(number, base, paths);
    if (fits(args)) return args;
  }
  return undefined;
}

/** One of all ways to choose: the last path's values change first, and before them stands its argument as it is. */
function tryNumber(
  number: number,
  base: Arguments,
  paths: readonly { path: string; values: unknown[] }[],
): Arguments {
  const last = paths.at(-1);
  if (number === 0 || !last) return base;
  const choices = last.values.length + 1;
  const args = tryNumber(Math.floor(number / choices), base, paths.slice(0, -1));
  const chosen = number % choices;
  return chosen === 0 ? args : withArgument(args, last.path, last.values[chosen - 1]);
}

/** Values on both sides of a condition; undefined stands for no value at all. */
function valuesFor({ op, value }: Condition): unknown[] {
  if (op === "exists") return [undefined, "text"];
  if (op === "regex") return TEXTS;
  const given = Array.isArray(value) ? value[0] : value;
  if (typeof given === "number") return [given, given - 1, given + 1];
  return [given, typeof given === "boolean" ? !given : "something else"];
}

/** @param path as policies write it: `args.filter.url`. */
function withArgument(args: Arguments, path: string, value: unknown): Arguments {
  const [key = "", ...rest] = path.split(".").slice(1);
  if (rest.length > 0) {
    const inner = recordOf(args[key]) ?? {};
    return { ...args, [key]: withArgument(inner, ["args", ...rest].join("."), value) };
  }
  if (value !== undefined) return { ...args, [key]: value };
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== key));
}

function sampleOf(node: Node | undefined): unknown {
  if (!node) return "text";
  if (node.const !== undefined) return node.const;
  if (Array.isArray(node.enum) && node.enum.length > 0) return node.enum[0];
  if (node.default !== undefined && JSON.stringify(node.default).length < 100) return node.default;
  const type = Array.isArray(node.type) ? node.type[0] : node.type;
  switch (type) {
    case "number":
    case "integer":
      return typeof node.minimum === "number" ? node.minimum : 1;
    case "boolean":
      return false;
    case "array":
      return [];
    case "object":
      return {};
    default:
      return typeof node.format === "string" && node.format.startsWith("uri")
        ? "https://example.com/"
        : "text";
  }
}
