import { isRecord } from "../../classifier/record.ts";
import type { ToolDefinition } from "../../classifier/types.ts";
import type { Condition, ToolPolicy } from "../schema.ts";
import {
  allOf,
  anyOf,
  conditionsOf,
  differInCase,
  FALSE,
  keysOf,
  letThrough,
  TRUE,
  wantedValues,
} from "./_conditions.ts";
import { cedarSearch, cedarString, isOneOf } from "./_conditions-cedar.ts";

/** The type that the official generator gives a declared argument, as far as rules can be written on it. */
type CedarType =
  | { is: "text" }
  | { is: "enum"; values: string[] }
  | { is: "long" }
  | { is: "bool" }
  | { is: "other" };

/** Formats of texts that the generator makes types of their own. */
const OWN_TYPES = new Set(["date", "date-time", "duration", "ipv4", "ipv6", "decimal"]);

/**
 * A Cedar expression on `context.input` that is true for the calls a tool's rules let through, valid in strict mode
 * against the tool's generated schema.
 *
 * @param namespace that of the server
 * @returns undefined where it cannot be said: arguments that are not declared as text, integer or boolean at the top,
 * declared names that differ in case alone, patterns that are more than text, whole numbers beyond 2^53
 */
export function cedarTypedRules(
  definition: ToolDefinition,
  rules: ToolPolicy,
  namespace: string,
): string | undefined {
  const declared = propertiesOf(definition);
  const conditions = conditionsOf(rules);
  for (const condition of conditions) {
    const [key, ...inner] = keysOf(condition) as [string, ...string[]];
    if (inner.length > 0 || !Object.hasOwn(declared, key)) return undefined;
    if (Object.keys(declared).some((other) => differInCase(other, key))) return undefined;
    if (!isSayable(condition, typeOf(declared[key]))) return undefined;
  }
  const word = (condition: Condition, wanted: "yes" | "no") => {
    const key = keysOf(condition)[0] as string;
    const entity = `${namespace}::${definition.name}::Input::${key}`;
    return answer(condition, `context.input.${key}`, typeOf(declared[key]), entity, wanted);
  };
  const said = letThrough(rules, {
    yes: (condition) => word(condition, "yes"),
    no: (condition) => word(condition, "no"),
  });
  return said === FALSE ? undefined : said;
}

function propertiesOf({ inputSchema }: ToolDefinition): Record<string, unknown> {
  const properties = isRecord(inputSchema) ? inputSchema.properties : undefined;
  return isRecord(properties) ? properties : {};
}

function typeOf(schema: unknown): CedarType {
  if (!isRecord(schema)) return { is: "other" };
  const { type, format } = schema;
  if (type === "string" && Array.isArray(schema.enum)) return { is: "enum", values: schema.enum };
  if (type === "string") return { is: OWN_TYPES.has(String(format)) ? "other" : "text" };
  if (type === "integer") return { is: "long" };
  return type === "boolean" ? { is: "bool" } : { is: "other" };
}

function isSayable(condition: Condition, type: CedarType): boolean {
  switch (condition.op) {
    case "exists":
      return true;
    case "contains":
    case "regex":
      return type.is === "text" && isWritable(condition) && cedarSearch("", condition) !== undefined;
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return type.is === "long" && Math.abs(Number(condition.value)) < Number.MAX_SAFE_INTEGER;
    default:
      return type.is !== "other" && isWritable(condition);
  }
}

function isWritable(condition: Condition): boolean {
  return wantedValues(condition).every((value) => typeof value !== "string" || value.isWellFormed());
}

/** Surely true, or surely false; a value of another type than the argument's is neither, except null, which it is not. */
function answer(
  condition: Condition,
  value: string,
  type: CedarType,
  entity: string,
  wanted: "yes" | "no",
): string {
  const there = `context.input has ${value.slice("context.input.".length)}`;
  if (condition.op === "exists") return condition.value === (wanted === "yes") ? there : `!(${there})`;
  const { yes, no } = test(condition, value, type, entity);
  return wanted === "yes" ? allOf([there, yes]) : anyOf([`!(${there})`, allOf([there, no])]);
}

function test(
  condition: Condition,
  value: string,
  type: CedarType,
  entity: string,
): { yes: string; no: string } {
  const search = cedarSearch(value, condition);
  switch (condition.op) {
    case "contains":
    case "regex":
      return { yes: search ?? FALSE, no: search === undefined ? FALSE : `!(${search})` };
    case "eq":
    case "in":
      return among(wantedValues(condition), value, type, entity);
    case "neq":
    case "not_in": {
      const { yes, no } = among(wantedValues(condition), value, type, entity);
      return { yes: no, no: yes };
    }
    default:
      return compared(condition, value);
  }
}

function among(
  wanted: (string | number | boolean | null)[],
  value: string,
  type: CedarType,
  entity: string,
): { yes: string; no: string } {
  const isOwn = (entry: string | number | boolean | null) =>
    typeof entry === TYPEOF[type.is as keyof typeof TYPEOF];
  const literals = wanted.filter(isOwn).flatMap((entry) => literal(entry as string, type, entity));
  const comparable = wanted.every((entry) => entry === null || isOwn(entry));
  const found = literals.length === 0 ? FALSE : isOneOf(value, [...new Set(literals)]);
  const missed = found === FALSE ? TRUE : `!(${found})`;
  // Beyond 2^53 our evaluator cannot tell neighbours apart, and so decides nothing.
  const exact =
    type.is === "long"
      ? [`${value} <= ${Number.MAX_SAFE_INTEGER}`, `${value} >= -${Number.MAX_SAFE_INTEGER}`]
      : [];
  return { yes: allOf([...exact, found]), no: comparable ? allOf([...exact, missed]) : FALSE };
}

const TYPEOF = { text: "string", enum: "string", long: "number", bool: "boolean" } as const;

/** None for a value that an argument of the type cannot have. */
function literal(value: string | number | boolean, type: CedarType, entity: string): string[] {
  if (type.is === "enum")
    return type.values.includes(String(value)) ? [`${entity}::${cedarString(String(value))}`] : [];
  if (type.is === "long") return Number.isSafeInteger(value) ? [String(value)] : [];
  return [typeof value === "string" ? cedarString(value) : String(value)];
}

/** Against whole numbers: `< 10.5` is `< 11`. */
function compared({ op, value: bound }: Condition, value: string): { yes: string; no: string } {
  const limit = Number(bound);
  const comparisons: Record<string, string> = {
    lt: `${value} < ${Math.ceil(limit)}`,
    lte: `${value} <= ${Math.floor(limit)}`,
    gt: `${value} > ${Math.floor(limit)}`,
    gte: `${value} >= ${Math.ceil(limit)}`,
  };
  const yes = (comparisons[op] ?? FALSE).replace(/-0$/, "0");
  return { yes, no: `!(${yes})` };
}
