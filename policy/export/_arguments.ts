import type { Condition, Rule, ToolPolicy } from "../schema.ts";

type Scalar = Exclude<Condition["value"], unknown[]>;

/**
 * Rules about arguments that come to "these values and no others": for each top-level argument the values it may have,
 * where the call is denied for any other and where the argument is missing.
 * Out: undefined where a tool's rules say anything else; a target must not guess at them.
 */
export function allowedValues({ deny_if = [], require = [] }: ToolPolicy): Map<string, Scalar[]> | undefined {
  const allowed = new Map<string, Scalar[]>();
  const present = new Set<string>();
  for (const condition of require.map(single)) {
    const values = condition && valuesOf(condition, "eq", "in");
    if (!condition || !values) return undefined;
    narrow(allowed, condition.path, values);
    present.add(condition.path);
  }
  for (const condition of deny_if.map(single)) {
    if (!condition) return undefined;
    if (condition.op === "exists" && condition.value === false) {
      present.add(condition.path);
      continue;
    }
    const values = valuesOf(condition, "neq", "not_in");
    if (!values) return undefined;
    narrow(allowed, condition.path, values);
  }
  const exact = allowed.size > 0 && allowed.size === present.size;
  if (!exact || ![...allowed.keys()].every((path) => present.has(path) && isTopLevel(path))) return undefined;
  return new Map([...allowed].map(([path, values]) => [path.slice("args.".length), values]));
}

/** Several conditions of one rule hold together: no list of values says that. */
function single({ conditions }: Rule): Condition | undefined {
  return conditions.length === 1 ? conditions[0] : undefined;
}

function valuesOf({ op, value }: Condition, one: string, several: string): Scalar[] | undefined {
  if (op === several && Array.isArray(value)) return value;
  return op === one && !Array.isArray(value) ? [value] : undefined;
}

function narrow(allowed: Map<string, Scalar[]>, path: string, values: Scalar[]): void {
  const before = allowed.get(path);
  allowed.set(path, before ? before.filter((value) => values.includes(value)) : values);
}

function isTopLevel(path: string): boolean {
  return path.split(".").length === 2;
}
