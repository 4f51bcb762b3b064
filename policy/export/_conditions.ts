import { folded } from "../_condition.ts";
import type { Condition, Rule, ToolPolicy } from "../schema.ts";

/**
 * Rules about arguments on their way into another language. The evaluator answers yes, no or unclear and denies on
 * unclear, so a call is let through when of each `deny_if` rule one condition is surely false, and of each `require`
 * rule every condition is surely true. Written in that form, with nothing negated around it, a fault while the
 * expression runs denies as well.
 */

/** How a language says that a condition is surely true, or surely false. */
export interface Wording {
  yes: (condition: Condition) => string;
  no: (condition: Condition) => string;
}

/** Words of a language for truth values and what joins them; CEL and Cedar share these. */
export const TRUE = "true";
export const FALSE = "false";

/** All of them; what is certain is left out. `&&` binds tighter than `||` in both languages. */
export function allOf(parts: readonly string[]): string {
  if (parts.includes(FALSE)) return FALSE;
  const open = distinct(parts).filter((part) => part !== TRUE);
  return open.length === 0 ? TRUE : open.join(" && ");
}

/** One of them at least; in brackets where there are several. */
export function anyOf(parts: readonly string[]): string {
  if (parts.includes(TRUE)) return TRUE;
  const open = distinct(parts).filter((part) => part !== FALSE);
  if (open.length === 0) return FALSE;
  if (open.length === 1) return open[0] as string;
  return `(${open.map((part) => (part.includes("&&") ? `(${part})` : part)).join(" || ")})`;
}

function distinct(parts: readonly string[]): string[] {
  return [...new Set(parts)];
}

/** True for the calls that a tool's rules let through. */
export function letThrough({ deny_if = [], require = [] }: ToolPolicy, { yes, no }: Wording): string {
  return allOf([
    ...deny_if.map(({ conditions }) => anyOf(conditions.map(no))),
    ...require.flatMap(({ conditions }) => conditions.map(yes)),
  ]);
}

/** All conditions of a tool's rules. */
export function conditionsOf({ deny_if = [], require = [] }: ToolPolicy): Condition[] {
  const conditions = ({ conditions }: Rule) => conditions;
  return [...deny_if.flatMap(conditions), ...require.flatMap(conditions)];
}

/** The keys of a path: `args.a.b` → a, b. */
export function keysOf({ path }: Condition): string[] {
  return path.split(".").slice(1);
}

/** A list's entries, or the one value. */
export function wantedValues({ value }: Condition): (string | number | boolean | null)[] {
  return Array.isArray(value) ? value : [value];
}

/** Whether two names of arguments differ in nothing but case. */
export function differInCase(a: string, b: string): boolean {
  return a !== b && folded(a) === folded(b);
}

/** A pattern that is only text, with or without ^ and $: the whole of what a language with wildcards can search for. */
export function literalPattern(pattern: string): { text: string; start: boolean; end: boolean } | undefined {
  const parts = /^(\^?)((?:[^\\^$.*+?()[\]{}|]|\\[\\^$.*+?()[\]{}|/])*)(\$?)$/.exec(pattern);
  if (!parts) return undefined;
  const text = (parts[2] as string).replace(/\\(.)/gsu, "$1");
  return { text, start: parts[1] === "^", end: parts[3] === "$" };
}
