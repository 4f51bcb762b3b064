/** What a JSON Schema says of one property, in words: its type, its values, its bounds. Strangers' text throughout. */
import { recordOf } from "../../../classifier/record.ts";

export type Node = Record<string, unknown>;

const MAX_VALUES = 60;
const MAX_TYPES = 6;
const LONGEST = 120;

/** @param resolve follows `$ref` */
export function typeOf(node: Node, resolve: (node: Node) => Node, depth = 0): string {
  if (depth > 3) return "anything";
  if (node.const !== undefined) return "constant";
  const alternatives = node.anyOf ?? node.oneOf;
  if (Array.isArray(alternatives)) {
    const types = alternatives
      .slice(0, MAX_TYPES)
      .map((child) => typeOf(resolve(recordOf(child) ?? {}), resolve, depth + 1));
    return [...new Set(types)].join(" or ");
  }
  if (Array.isArray(node.type)) return node.type.map(String).slice(0, MAX_TYPES).join(" or ");
  if (node.type === "array") {
    const items = recordOf(node.items);
    return items ? `array of ${typeOf(resolve(items), resolve, depth + 1)}` : "array";
  }
  if (typeof node.type === "string") return node.type;
  if (Array.isArray(node.enum)) return "one of";
  return node.properties || node.allOf ? "object" : "anything";
}

/** The allowed values of a property or of its items, as JSON text with their pointers. */
export function valuesOf(node: Node, pointer: string): { text: string; pointer: string }[] {
  if (node.const !== undefined) return [{ text: textOf(node.const), pointer: `${pointer}/const` }];
  const own = Array.isArray(node.enum) ? { list: node.enum, at: `${pointer}/enum` } : undefined;
  const items = recordOf(node.items);
  const inner = Array.isArray(items?.enum) ? { list: items.enum, at: `${pointer}/items/enum` } : undefined;
  const { list, at } = own ?? inner ?? { list: [], at: "" };
  return list
    .slice(0, MAX_VALUES)
    .map((value, index) => ({ text: textOf(value), pointer: `${at}/${index}` }));
}

/** Keys of JSON Schema 2020-12 that bound a value, and how they are read. */
const LIMIT_WORDS: [key: string, words: string][] = [
  ["default", "default"],
  ["minimum", "at least"],
  ["maximum", "at most"],
  ["exclusiveMinimum", "more than"],
  ["exclusiveMaximum", "less than"],
  ["multipleOf", "a multiple of"],
  ["minLength", "min. length"],
  ["maxLength", "max. length"],
  ["minItems", "min. items"],
  ["maxItems", "max. items"],
  ["minProperties", "min. properties"],
  ["maxProperties", "max. properties"],
  ["format", "format"],
  ["contentEncoding", "encoded as"],
  ["pattern", "matches"],
];

const FLAGS: [key: string, value: boolean, words: string][] = [
  ["uniqueItems", true, "no item twice"],
  ["additionalProperties", false, "no other properties"],
  ["deprecated", true, "deprecated"],
  ["readOnly", true, "read-only"],
  ["writeOnly", true, "write-only"],
];

/** "default 10", "at least 1", "matches ^a+$"; those of an array's items behind "each". */
export function limitsOf(node: Node): string[] {
  const items = recordOf(node.items);
  const hasItems = items !== undefined && items.properties === undefined;
  return [
    ...ownLimits(node),
    ...FLAGS.filter(([key, value]) => node[key] === value).map(([, , words]) => words),
    ...examplesOf(node),
    ...(hasItems ? ownLimits(items).map((limit) => `each ${limit}`) : []),
  ];
}

function ownLimits(node: Node): string[] {
  return LIMIT_WORDS.filter(([key]) => node[key] !== undefined).map(([key, words]) => {
    const value = node[key];
    const text = key === "default" ? JSON.stringify(value) : textOf(value);
    return `${words} ${(text ?? "").slice(0, LONGEST)}`;
  });
}

function examplesOf({ examples, example }: Node): string[] {
  const given = Array.isArray(examples) ? examples[0] : example;
  return given === undefined ? [] : [`such as ${(JSON.stringify(given) ?? "").slice(0, LONGEST)}`];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
