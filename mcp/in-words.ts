/** What a schema has against a value, as the end of a sentence about it: "must be a text, and is a number". */
import type { z } from "zod";

/** The key that an issue is of. One that is too much is at fault itself, not the object that it is in. */
export function placeOf(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
}

/** For the option `error` of `parse` and `safeParse`. Schemas that say something of their own keep their words. */
export function inWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is missing"
        : `must be ${kindNamed(String(issue.expected))}, and is ${kindOf(issue.input)}`;
    case "invalid_value":
      return `must be ${(issue.values as unknown[]).map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_big":
      return `must ${amount(issue.origin, "at most", Number(issue.maximum))}`;
    case "too_small":
      return `must ${amount(issue.origin, "at least", Number(issue.minimum))}`;
    case "unrecognized_keys":
      return "is no key that is known there";
    default:
      return "is not as its schema says";
  }
}

function amount(origin: unknown, bound: string, number: number): string {
  const figure = number.toLocaleString("en");
  if (origin === "string") return `have ${bound} ${figure} ${number === 1 ? "character" : "characters"}`;
  if (origin === "array") return `have ${bound} ${figure} ${number === 1 ? "entry" : "entries"}`;
  return `be ${bound} ${figure}`;
}

const KINDS: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const kindNamed = (kind: string): string => KINDS[kind] ?? "of another kind";

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  return kindNamed(Array.isArray(value) ? "array" : typeof value);
}
