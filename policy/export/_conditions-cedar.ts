import type { Condition, ToolPolicy } from "../schema.ts";
import {
  allOf,
  conditionsOf,
  FALSE,
  keysOf,
  letThrough,
  literalPattern,
  TRUE,
  wantedValues,
} from "./_conditions.ts";

/** A string of Cedar. In: well-formed text. Out: printable ASCII, everything else as `\u{…}`. */
export function cedarString(text: string): string {
  return `"${escaped(text)}"`;
}

/** A pattern of Cedar's `like`: `*` stands for any text, so one that is meant is escaped. */
function cedarPattern(before: string, text: string, after: string): string {
  return `"${before}${escaped(text).replaceAll("*", "\\*")}${after}"`;
}

function escaped(text: string): string {
  return text.replace(/[^ !#-[\]-~]/gu, (character) =>
    character === '"' || character === "\\"
      ? `\\${character}`
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** `value like …` for a text that holds another; undefined for a pattern that is more than text. */
export function cedarSearch(value: string, { op, value: wanted }: Condition): string | undefined {
  if (typeof wanted !== "string") return undefined;
  if (op === "contains") return `${value} like ${cedarPattern("*", wanted, "*")}`;
  const pattern = literalPattern(wanted);
  if (op !== "regex" || !pattern) return undefined;
  return `${value} like ${cedarPattern(pattern.start ? "" : "*", pattern.text, pattern.end ? "" : "*")}`;
}

/**
 * A Cedar expression for ToolHive, whose context has the call's texts and booleans as `arg_<name>`; numbers are turned
 * into decimals of four digits or left out, and of all else only `arg_<name>_present` is there. So nothing is missing
 * for certain, and the expression asks every argument that a rule names to be there, as the text or boolean that it is
 * compared with. Never looser than the evaluator, except that a second key in another case cannot be seen.
 *
 * @returns undefined where that cannot be said: numbers, null, arguments inside others, patterns that are more than text,
 * names that end with `_present`
 */
export function toolhiveRules(rules: ToolPolicy): string | undefined {
  const conditions = conditionsOf(rules);
  if (!conditions.every(isSayable)) return undefined;
  const names = [...new Set(conditions.map((condition) => attribute(condition)))];
  const expression = allOf([
    ...names.map((name) => `context has ${name}`),
    letThrough(rules, { yes: toolhiveYes, no: toolhiveNo }),
  ]);
  return expression === FALSE ? undefined : expression;
}

function isSayable(condition: Condition): boolean {
  const keys = keysOf(condition);
  const key = keys[0] as string;
  if (keys.length > 1 || key.endsWith("_present") || !key.isWellFormed()) return false;
  if (condition.op === "exists") return true;
  if (condition.op === "contains" || condition.op === "regex")
    return cedarSearch("", condition) !== undefined;
  const types = new Set(wantedValues(condition).map((value) => typeof value));
  const isText =
    types.has("string") && wantedValues(condition).every((value) => String(value).isWellFormed());
  return types.size === 1 && (isText || types.has("boolean")) && /^(n?eq|(not_)?in)$/.test(condition.op);
}

function attribute(condition: Condition): string {
  return cedarString(`arg_${keysOf(condition)[0]}`);
}

function toolhiveYes(condition: Condition): string {
  if (condition.op === "exists") return condition.value ? TRUE : FALSE;
  const isNegated = condition.op === "neq" || condition.op === "not_in";
  return isNegated ? unlike(condition) : like(condition);
}

function toolhiveNo(condition: Condition): string {
  if (condition.op === "exists") return condition.value ? FALSE : TRUE;
  const isNegated = condition.op === "neq" || condition.op === "not_in";
  return isNegated ? like(condition) : unlike(condition);
}

function like(condition: Condition): string {
  const value = `context[${attribute(condition)}]`;
  return cedarSearch(value, condition) ?? isOneOf(value, wantedValues(condition).map(literal));
}

/** What has no pattern is no text: `like "*"` faults on it, which denies. */
function unlike(condition: Condition): string {
  const value = `context[${attribute(condition)}]`;
  const search = cedarSearch(value, condition);
  if (search !== undefined) return `!(${search})`;
  const wanted = wantedValues(condition);
  if (typeof wanted[0] === "boolean") {
    const others = [true, false].filter((entry) => !wanted.includes(entry));
    return others.length === 0 ? FALSE : isOneOf(value, others.map(String));
  }
  return allOf([`${value} like "*"`, `!${isOneOf(value, wanted.map(literal), true)}`]);
}

/** Equal to one of some literals. */
export function isOneOf(value: string, literals: readonly string[], bracket = false): string {
  if (literals.length === 1) return bracket ? `(${value} == ${literals[0]})` : `${value} == ${literals[0]}`;
  return `[${literals.join(", ")}].contains(${value})`;
}

function literal(value: string | number | boolean | null): string {
  return typeof value === "string" ? cedarString(value) : String(value);
}
