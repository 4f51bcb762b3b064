import { type ParsedPattern, parsePattern } from "./_pattern.ts";
import type { Condition } from "./schema.ts";

/**
 * Whether a condition holds. "unclear" where the argument is there but cannot be compared: another type, a text too
 * long to search, a key that differs from the path in nothing but case. The evaluator denies on it.
 */
export type Truth = "yes" | "no" | "unclear";

type Found = { is: "absent" } | { is: "unclear" } | { is: "there"; value: unknown };

/** Compares one argument of a call with a condition's value. Where it is absent every operator but `exists` is "no". */
export function holds(condition: Condition, args: Readonly<Record<string, unknown>>): Truth {
  const found = argumentAt(condition.path, args);
  if (found.is === "unclear") return "unclear";
  if (condition.op === "exists") return yes((found.is === "there") === condition.value);
  if (found.is === "absent") return "no";
  const { op, value: wanted } = condition;
  const { value } = found;
  switch (op) {
    case "eq":
      return equal(value, wanted);
    case "neq":
      return not(equal(value, wanted));
    case "in":
      return among(value, wanted);
    case "not_in":
      return not(among(value, wanted));
    case "contains":
      return contains(value, wanted);
    case "regex":
      return matches(condition, value);
    default:
      return compared(op, value, wanted);
  }
}

/** Own keys only, so that nothing inherited (`constructor`) is an argument; `__proto__` in JSON is a key like others. */
function argumentAt(path: string, args: Readonly<Record<string, unknown>>): Found {
  let value: unknown = args;
  const keys = path.split(".");
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] as string;
    if (value === null) return { is: "absent" };
    if (typeof value !== "object" || Array.isArray(value)) return { is: "unclear" };
    if (hasVariant(value, key)) return { is: "unclear" };
    if (!Object.hasOwn(value, key)) return { is: "absent" };
    value = (value as Record<string, unknown>)[key];
    if (value === undefined) return { is: "absent" };
  }
  return { is: "there", value };
}

/** Servers in some languages take `Amount` for `amount`: which of two they take, nobody can tell. */
function hasVariant(object: object, key: string): boolean {
  const wanted = folded(key);
  for (const other of Object.keys(object)) if (other !== key && folded(other) === wanted) return true;
  return false;
}

/** By way of capitals, so that letters with several small forms (ſ, K for kelvin) fold like s and k. */
export function folded(text: string): string {
  return text.toUpperCase().toLowerCase();
}

function yes(value: boolean): Truth {
  return value ? "yes" : "no";
}

function not(truth: Truth): Truth {
  return truth === "unclear" ? truth : yes(truth === "no");
}

function equal(value: unknown, wanted: unknown): Truth {
  if (value === null || wanted === null) return yes(value === wanted);
  // A server may read "10" as 10 or ["a"] as "a": between types nothing is decided here.
  if (typeof value !== typeof wanted) return "unclear";
  if (typeof value === "number" && !isExact(value)) return "unclear";
  return yes(value === wanted);
}

/** NaN and infinities are no JSON; above 2^53 neighbouring whole numbers are read as one. */
export function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function among(value: unknown, wanted: unknown): Truth {
  if (!Array.isArray(wanted)) return "unclear";
  return anyOf(wanted, (entry) => equal(value, entry));
}

/** A text in a text, or a member of a list. */
function contains(value: unknown, wanted: unknown): Truth {
  if (typeof value === "string" && typeof wanted === "string") return yes(value.includes(wanted));
  if (!Array.isArray(value)) return "unclear";
  return anyOf(value, (entry) => equal(entry, wanted));
}

/** "yes" for one entry is enough; else one "unclear" leaves it open. */
function anyOf(entries: readonly unknown[], test: (entry: unknown) => Truth): Truth {
  let answer: Truth = "no";
  for (const entry of entries) {
    const truth = test(entry);
    if (truth === "yes") return "yes";
    if (truth === "unclear") answer = "unclear";
  }
  return answer;
}

function compared(op: "lt" | "lte" | "gt" | "gte", value: unknown, wanted: unknown): Truth {
  if (typeof value !== "number" || typeof wanted !== "number") return "unclear";
  // Within 2^53 rounding keeps the order, whatever the value; beyond it the bound itself is read as its neighbour.
  if (!Number.isFinite(value) || !isExact(wanted)) return "unclear";
  if (op === "lt") return yes(value < wanted);
  if (op === "lte") return yes(value <= wanted);
  return yes(op === "gt" ? value > wanted : value >= wanted);
}

/** Looking a pattern up by its text costs more than a short search: known for each condition of a document in memory. */
const patterns = new WeakMap<Condition, ParsedPattern>();

function matches(condition: Condition, value: unknown): Truth {
  if (typeof value !== "string" || typeof condition.value !== "string") return "unclear";
  let pattern = patterns.get(condition);
  if (!pattern) {
    pattern = parsePattern(condition.value);
    patterns.set(condition, pattern);
  }
  const found = pattern.ok ? pattern.search(value) : undefined;
  return found === undefined ? "unclear" : yes(found);
}
