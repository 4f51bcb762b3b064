/** A JSON Schema as rows to read: one property a row, nested ones indented, evidence where it lies. */

import { pointerToken, valueAt } from "../../../classifier/json-pointer.ts";
import { recordOf } from "../../../classifier/record.ts";
import { limitsOf, type Node, typeOf, valuesOf } from "./schema-words.ts";

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
  /** Said where a property belongs to one of several shapes, or leads back to where it stands. */
  note?: string;
}

export interface SchemaView {
  rows: SchemaRow[];
  /** Properties left out because there are too many or they lie too deep. */
  left: number;
  /** Said when there is nothing to list. */
  empty?: string;
}

const MAX_ROWS = 150;
const MAX_DEPTH = 4;
const MAX_ALTERNATIVES = 60;
/** References may lead in circles; reading ends after so many nodes. */
const MAX_VISITS = 2_000;

const AGAIN = "as above, and so on";

/** Where in a schema the reader stands. */
interface Place {
  pointer: string;
  depth: number;
  note?: string;
  /** The references that led here: one that comes again is not followed. */
  path: readonly string[];
}

interface Reading {
  view: SchemaView;
  root: Node;
  visits: number;
}

/**
 * Reads the schema at `root` (a key of the definition: `inputSchema`, `outputSchema`). It is a stranger's: whatever
 * is not of the type that JSON Schema wants is passed over.
 */
export function readSchema(schema: unknown, root: string): SchemaView {
  const node = recordOf(schema);
  if (!node) return { rows: [], left: 0, empty: "The server declares no schema." };
  const reading: Reading = { view: { rows: [], left: 0 }, root: node, visits: 0 };
  addNested(reading, node, { pointer: `/${root}`, depth: 0, path: ["#"] });
  const { view } = reading;
  if (view.rows.length === 0) view.empty = node.additionalProperties ? "Any arguments." : "No arguments.";
  return view;
}

/** The properties of an object, of the items of an array, of any other key, and of each alternative. */
function addNested(reading: Reading, given: Node, place: Place): void {
  reading.visits += 1;
  if (place.depth > MAX_DEPTH + 1 || reading.visits > MAX_VISITS) return;
  const { node, path, again } = follow(given, reading.root, place.path);
  if (again) {
    const parent = reading.view.rows.at(-1);
    if (parent && place.pointer.startsWith(`${parent.pointer}/`)) parent.note = AGAIN;
    return;
  }
  const here = { ...place, path };
  addProperties(reading, node, here);
  const items = recordOf(node.items);
  if (items) addNested(reading, items, { ...here, pointer: `${place.pointer}/items` });
  const others = recordOf(node.additionalProperties);
  if (others && Object.keys(others).length > 0)
    addRow(reading, "any other name", others, false, {
      ...here,
      pointer: `${place.pointer}/additionalProperties`,
    });
  for (const key of ["anyOf", "oneOf", "allOf"]) addAlternatives(reading, node, key, here);
}

function addAlternatives(reading: Reading, node: Node, key: string, place: Place): void {
  const alternatives = node[key];
  if (!Array.isArray(alternatives)) return;
  const shapes = alternatives.slice(0, MAX_ALTERNATIVES);
  for (const [index, alternative] of shapes.entries()) {
    const child = recordOf(alternative);
    const note =
      key === "allOf" || shapes.length < 2 ? place.note : `in shape ${index + 1} of ${alternatives.length}`;
    if (child) addNested(reading, child, { ...place, note, pointer: `${place.pointer}/${key}/${index}` });
  }
}

function addProperties(reading: Reading, node: Node, place: Place): void {
  const required = Array.isArray(node.required) ? node.required : [];
  for (const [name, value] of Object.entries(recordOf(node.properties) ?? {})) {
    const pointer = `${place.pointer}/properties/${pointerToken(name)}`;
    addRow(reading, name, recordOf(value) ?? {}, required.includes(name), { ...place, pointer });
  }
}

function addRow(reading: Reading, name: string, value: Node, required: boolean, place: Place): void {
  const { view, root } = reading;
  const { pointer, depth } = place;
  if (view.rows.length >= MAX_ROWS || depth > MAX_DEPTH) {
    view.left += 1;
    return;
  }
  const { node, path, again } = follow(value, root, place.path);
  view.rows.push({
    name,
    pointer,
    depth,
    type: typeOf(node, (child) => follow(child, root, []).node),
    required,
    description: typeof node.description === "string" ? node.description : undefined,
    values: valuesOf(node, pointer),
    limits: limitsOf(node),
    note: again ? AGAIN : place.note,
  });
  if (!again) addNested(reading, node, { pointer, depth: depth + 1, path });
}

/** Follows `$ref` inside the same schema, at most eight times; what leads elsewhere stays unread. */
function follow(
  node: Node,
  root: Node,
  path: readonly string[],
  hops = 0,
): { node: Node; path: readonly string[]; again: boolean } {
  const reference = node.$ref;
  if (typeof reference !== "string" || !/^#(\/|$)/.test(reference) || hops > 8)
    return { node, path, again: false };
  const found = recordOf(valueAt(root, reference.slice(1)));
  if (!found) return { node, path, again: false };
  const { $ref: _, ...own } = node;
  const { $ref: next, ...target } = found;
  const merged = { ...target, ...own, ...(typeof next === "string" ? { $ref: next } : {}) };
  if (path.includes(reference)) return { node: merged, path, again: true };
  return follow(merged, root, [...path, reference], hops + 1);
}
