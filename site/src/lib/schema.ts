/** A JSON Schema as rows to read: one property a row, nested ones indented, evidence where it lies. */
import { escapeToken } from "./footnotes.ts";

export interface SchemaRow {
  name: string;
  /** JSON Pointer into the definition. */
  pointer: string;
  depth: number;
  /** "string", "array of string", "string or null", "anything". */
  type: string;
  required: boolean;
  description?: string;
  /** The allowed values as JSON text, with their pointers. */
  values: { text: string; pointer: string }[];
  /** "default 10", "at least 1", "matches ^a+$". Strangers' text. */
  limits: string[];
}

export interface SchemaView {
  rows: SchemaRow[];
  /** Properties left out because there are too many or they lie too deep. */
  left: number;
  /** Said when there is nothing to list. */
  empty?: string;
}

type Node = Record<string, unknown>;

const MAX_ROWS = 150;
const MAX_DEPTH = 4;
const MAX_VALUES = 60;
/** References may lead in circles; reading ends after so many nodes. */
const MAX_VISITS = 2_000;

interface Visits {
  left: number;
}

/**
 * Reads the schema at `root` (a key of the definition: `inputSchema`, `outputSchema`). It is a stranger's: whatever
 * is not of the type that JSON Schema wants is passed over.
 */
export function readSchema(schema: unknown, root: string): SchemaView {
  const node = asNode(schema);
  if (!node) return { rows: [], left: 0, empty: "The server declares no schema." };
  const view: SchemaView = { rows: [], left: 0 };
  addProperties(view, node, `/${root}`, 0, node, { left: MAX_VISITS });
  if (view.rows.length === 0) {
    view.empty =
      node.additionalProperties === false || !node.additionalProperties ? "No arguments." : "Any arguments.";
  }
  return view;
}

function addProperties(
  view: SchemaView,
  node: Node,
  pointer: string,
  depth: number,
  root: Node,
  visits: Visits,
): void {
  const properties = asNode(node.properties);
  if (!properties) return;
  const required = Array.isArray(node.required) ? node.required : [];
  for (const [name, value] of Object.entries(properties)) {
    if (view.rows.length >= MAX_ROWS || depth > MAX_DEPTH) {
      view.left += 1;
      continue;
    }
    const at = `${pointer}/properties/${escapeToken(name)}`;
    const property = resolve(asNode(value) ?? {}, root);
    view.rows.push(rowOf(name, at, depth, property, required.includes(name), root));
    addNested(view, property, at, depth + 1, root, visits);
  }
}

/** The properties of an object, of the items of an array, and of each alternative. */
function addNested(
  view: SchemaView,
  node: Node,
  pointer: string,
  depth: number,
  root: Node,
  visits: Visits,
): void {
  visits.left -= 1;
  if (depth > MAX_DEPTH + 1 || visits.left < 0) return;
  addProperties(view, node, pointer, depth, root, visits);
  const items = asNode(node.items);
  if (items) addNested(view, resolve(items, root), `${pointer}/items`, depth, root, visits);
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    const alternatives = node[key];
    if (!Array.isArray(alternatives)) continue;
    for (const [index, alternative] of alternatives.slice(0, MAX_VALUES).entries()) {
      const child = asNode(alternative);
      if (child) addNested(view, resolve(child, root), `${pointer}/${key}/${index}`, depth, root, visits);
    }
  }
}

function rowOf(
  name: string,
  pointer: string,
  depth: number,
  node: Node,
  required: boolean,
  root: Node,
): SchemaRow {
  const description = typeof node.description === "string" ? node.description : undefined;
  return {
    name,
    pointer,
    depth,
    type: typeOf(node, root),
    required,
    description,
    values: valuesOf(node, pointer),
    limits: limitsOf(node),
  };
}

function typeOf(node: Node, root: Node, depth = 0): string {
  if (depth > 3) return "anything";
  if (node.const !== undefined) return "constant";
  const alternatives = node.anyOf ?? node.oneOf;
  if (Array.isArray(alternatives)) {
    const types = alternatives
      .slice(0, 6)
      .map((child) => typeOf(resolve(asNode(child) ?? {}, root), root, depth + 1));
    return [...new Set(types)].join(" or ");
  }
  if (Array.isArray(node.type)) return node.type.map(String).slice(0, 6).join(" or ");
  if (node.type === "array") {
    const items = asNode(node.items);
    return items ? `array of ${typeOf(resolve(items, root), root, depth + 1)}` : "array";
  }
  if (typeof node.type === "string") return node.type;
  return node.properties ? "object" : Array.isArray(node.enum) ? "one of" : "anything";
}

function valuesOf(node: Node, pointer: string): SchemaRow["values"] {
  if (node.const !== undefined) return [{ text: textOf(node.const), pointer: `${pointer}/const` }];
  const own = Array.isArray(node.enum) ? { list: node.enum, at: `${pointer}/enum` } : undefined;
  const items = asNode(node.items);
  const inner = Array.isArray(items?.enum) ? { list: items.enum, at: `${pointer}/items/enum` } : undefined;
  const { list, at } = own ?? inner ?? { list: [], at: "" };
  return list
    .slice(0, MAX_VALUES)
    .map((value, index) => ({ text: textOf(value), pointer: `${at}/${index}` }));
}

const LIMIT_WORDS: [key: string, words: string][] = [
  ["default", "default"],
  ["minimum", "at least"],
  ["maximum", "at most"],
  ["exclusiveMinimum", "more than"],
  ["exclusiveMaximum", "less than"],
  ["minLength", "min. length"],
  ["maxLength", "max. length"],
  ["minItems", "min. items"],
  ["maxItems", "max. items"],
  ["format", "format"],
  ["pattern", "matches"],
];

function limitsOf(node: Node): string[] {
  return LIMIT_WORDS.filter(([key]) => node[key] !== undefined).map(([key, words]) => {
    const value = node[key];
    const text = key === "default" ? JSON.stringify(value) : textOf(value);
    return `${words} ${(text ?? "").slice(0, 120)}`;
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Follows `$ref` inside the same schema, at most eight times; what leads elsewhere stays unread. */
function resolve(node: Node, root: Node, hops = 0): Node {
  const reference = node.$ref;
  if (typeof reference !== "string" || !reference.startsWith("#/") || hops > 8) return node;
  let target: unknown = root;
  for (const token of reference.slice(2).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    target =
      typeof target === "object" && target !== null && Object.hasOwn(target, key)
        ? (target as Node)[key]
        : undefined;
  }
  const found = asNode(target);
  return found
    ? resolve({ ...found, ...(node.description ? { description: node.description } : {}) }, root, hops + 1)
    : node;
}

function asNode(value: unknown): Node | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
}
