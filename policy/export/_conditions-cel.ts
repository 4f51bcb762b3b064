import { holds, isExact } from "../_condition.ts";
import type { Condition, ToolPolicy } from "../schema.ts";
import { allOf, anyOf, conditionsOf, FALSE, keysOf, letThrough, TRUE, wantedValues } from "./_conditions.ts";
import { quoted } from "./_text.ts";

type Scalar = string | number | boolean | null;

/** Texts of more characters are not searched for patterns: the evaluator's limit is twice that, in UTF-16 units. */
const LONGEST_SEARCHED = 16_384;
const SAFE = `${Number.MAX_SAFE_INTEGER}.0`;

/**
 * A CEL expression that is true for the calls a tool's rules let through, and the evaluator's answer in all but this:
 * a key that differs from one asked for in case, or that is not ASCII, denies even where another condition settles it.
 * Patterns need no translation: CEL's are RE2's, as ours.
 *
 * @param args the expression of the arguments, a field that may be missing
 * @returns undefined where CEL cannot say it: argument names that are not ASCII, half a surrogate pair
 */
export function celRules(rules: ToolPolicy, args: string): string | undefined {
  const conditions = conditionsOf(rules);
  if (!conditions.every(isSayable)) return undefined;
  const expression = allOf([
    ...conditions.flatMap((condition) => spellings(condition, args)),
    letThrough(rules, { yes: (condition) => yes(condition, args), no: (condition) => no(condition, args) }),
  ]);
  return allowsNoArguments(rules) ? `!has(${args}) || (${expression})` : `has(${args}) && (${expression})`;
}

function isSayable(condition: Condition): boolean {
  return keysOf(condition).every((key) => /^[ -~]+$/.test(key)) && wantedValues(condition).every(isWritable);
}

function isWritable(value: Scalar): boolean {
  return typeof value !== "string" || value.isWellFormed();
}

/** What the rules say of a call without arguments. */
function allowsNoArguments({ deny_if = [], require = [] }: ToolPolicy): boolean {
  const none = {};
  return (
    deny_if.every(({ conditions }) => conditions.some((condition) => holds(condition, none) === "no")) &&
    require.every(({ conditions }) => conditions.every((condition) => holds(condition, none) === "yes"))
  );
}

/** No key on the way that a server might read as the one asked for. */
function spellings(condition: Condition, args: string): string[] {
  const keys = keysOf(condition);
  return keys.flatMap((key, index) => {
    if (!/[A-Za-z]/.test(key)) return [];
    const parent = at(args, keys.slice(0, index));
    const folded = Array.from(key, eitherCase).join("");
    const variant = `${parent}.exists(k, k != ${quoted(key)} && k.matches(${quoted(`^${folded}$|[^\\x00-\\x7F]`)}))`;
    if (index === 0) return [`!${variant}`];
    const isObject = allOf([thereAt(args, keys.slice(0, index)), `type(${parent}) == map`]);
    return [`!(${isObject} && ${variant})`];
  });
}

/** A character for a pattern, in either case. */
function eitherCase(character: string): string {
  if (/[A-Za-z]/.test(character)) return `[${character.toLowerCase()}${character.toUpperCase()}]`;
  return /\w/.test(character) ? character : `\\x${character.charCodeAt(0).toString(16)}`;
}

function at(args: string, keys: readonly string[]): string {
  return args + keys.map((key) => `[${quoted(key)}]`).join("");
}

function thereAt(args: string, keys: readonly string[]): string {
  return allOf(
    keys.flatMap((key, index) => {
      const parent = at(args, keys.slice(0, index));
      return [...(index > 0 ? [`type(${parent}) == map`] : []), `${quoted(key)} in ${parent}`];
    }),
  );
}

/** Absent: the key is missing where its parent is an object, or the parent is missing or null. */
function absentAt(args: string, keys: readonly string[]): string {
  const before = keys.slice(0, -1);
  const parent = at(args, before);
  const missing = `!(${quoted(keys.at(-1) ?? "")} in ${parent})`;
  if (before.length === 0) return missing;
  return anyOf([
    absentAt(args, before),
    allOf([thereAt(args, before), `${parent} == null`]),
    allOf([thereAt(args, before), `type(${parent}) == map`, missing]),
  ]);
}

function yes(condition: Condition, args: string): string {
  const keys = keysOf(condition);
  if (condition.op === "exists") return condition.value ? thereAt(args, keys) : absentAt(args, keys);
  return allOf([thereAt(args, keys), test(condition, at(args, keys)).yes]);
}

function no(condition: Condition, args: string): string {
  const keys = keysOf(condition);
  if (condition.op === "exists") return condition.value ? absentAt(args, keys) : thereAt(args, keys);
  return anyOf([absentAt(args, keys), allOf([thereAt(args, keys), test(condition, at(args, keys)).no])]);
}

interface Answers {
  yes: string;
  no: string;
}

function test(condition: Condition, value: string): Answers {
  const { op, value: wanted } = condition;
  switch (op) {
    case "eq":
    case "in":
      return among(value, wantedValues(condition));
    case "neq":
    case "not_in": {
      const { yes, no } = among(value, wantedValues(condition));
      return { yes: no, no: yes };
    }
    case "contains":
      return contains(value, wanted as Scalar);
    case "regex": {
      const found = `${value}.matches(${quoted(String(wanted))})`;
      const searched = allOf([`type(${value}) == string`, `size(${value}) <= ${LONGEST_SEARCHED}`]);
      return { yes: allOf([searched, found]), no: allOf([searched, `!${found}`]) };
    }
    default:
      return compared(value, { lt: "<", lte: "<=", gt: ">", gte: ">=" }[op as "lt"], Number(wanted));
  }
}

/** One of these values; another type than theirs is neither yes nor no, and null is only null. */
function among(value: string, wanted: readonly Scalar[]): Answers {
  const types = [...new Set(wanted.filter((entry) => entry !== null).map((entry) => typeof entry))];
  const hasNull = wanted.includes(null);
  const ofType = (type: string) => wanted.filter((entry) => typeof entry === type && entry !== null);
  const isNull = `${value} == null`;
  if (types.length === 0) return hasNull ? { yes: isNull, no: `!(${isNull})` } : { yes: FALSE, no: TRUE };
  const yes = anyOf([...(hasNull ? [isNull] : []), ...types.map((type) => equal(value, type, ofType(type)))]);
  const unequal =
    types.length === 1 ? [different(value, types[0] as string, ofType(types[0] as string))] : [];
  return { yes, no: anyOf([...(hasNull ? [] : [isNull]), ...unequal]) };
}

function equal(value: string, type: string, wanted: readonly Scalar[]): string {
  return allOf([...isOf(value, type), isIn(value, type, wanted)]);
}

function different(value: string, type: string, wanted: readonly Scalar[]): string {
  return allOf([...isOf(value, type), `!(${isIn(value, type, wanted)})`]);
}

/** Of a type, and for numbers: read as the number that was written. */
function isOf(value: string, type: string): string[] {
  if (type === "string") return [`type(${value}) == string`];
  if (type === "boolean") return [`type(${value}) == bool`];
  return [isNumber(value), `double(${value}) >= -${SAFE}`, `double(${value}) <= ${SAFE}`];
}

function isIn(value: string, type: string, wanted: readonly Scalar[]): string {
  const operand = type === "number" ? `double(${value})` : value;
  if (wanted.length === 1) return `${operand} == ${literal(wanted[0] as Scalar)}`;
  return `${operand} in [${wanted.map(literal).join(", ")}]`;
}

function contains(value: string, wanted: Scalar): Answers {
  const inText = `${value}.contains(${literal(wanted)})`;
  const isText = typeof wanted === "string" ? [`type(${value}) == string`] : [FALSE];
  const entry = among("e", [wanted]);
  return {
    yes: anyOf([
      allOf([...isText, inText]),
      allOf([`type(${value}) == list`, `${value}.exists(e, ${entry.yes})`]),
    ]),
    no: anyOf([
      allOf([...isText, `!${inText}`]),
      allOf([`type(${value}) == list`, `${value}.all(e, ${entry.no})`]),
    ]),
  };
}

function compared(value: string, operator: string, wanted: number): Answers {
  if (!isExact(wanted)) return { yes: FALSE, no: FALSE };
  const comparison = `double(${value}) ${operator} ${literal(wanted)}`;
  return {
    yes: allOf([isNumber(value), comparison]),
    no: allOf([isNumber(value), `!(${comparison})`]),
  };
}

function isNumber(value: string): string {
  return `type(${value}) in [double, int, uint]`;
}

function literal(value: Scalar): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "number") return String(value);
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
