import { pointerToken, valueAt } from "./json-pointer.ts";
import { recordOf } from "./record.ts";
import { sortedKeys } from "./sorted-keys.ts";
import { nameWords, textWords, type Word } from "./text.ts";
import type { ToolDefinition } from "./types.ts";

/** An input property, wherever it stands in the schema. */
export interface Argument {
  name: string;
  words: readonly Word[];
  /** JSON Pointer of the property in the definition. */
  pointer: string;
  /** Values of `enum` and `const`, with their pointers. */
  choices: { value: string | number | boolean; pointer: string }[];
  /** What a reader sees at the pointer: the name, or, where a server wrote a text for a schema, that text. */
  shown: string;
  /** What the schema says about it; empty where it says nothing. */
  about: string;
}

/** One of the definition's texts, with its words. */
export interface SourceText {
  /** JSON Pointer in the definition. */
  pointer: string;
  text: string;
  words: Word[];
}

/** A definition taken apart: the only thing the matcher looks at. */
export interface Features {
  name: SourceText;
  /** `title`, else the title among the annotations. */
  title: SourceText | undefined;
  description: SourceText;
  arguments: Argument[];
}

/** Bounds for strangers' schemas: beyond them a schema is not read further. */
const MAX_PROPERTIES = 2_000;
const MAX_LEVELS = 12;

/** Takes a definition apart. Whatever is not of the type the protocol gives it is read as absent. */
export function featuresOf(definition: ToolDefinition): Features {
  const { name, inputSchema } = definition;
  const description = typeof definition.description === "string" ? definition.description : "";
  const found: Argument[] = [];
  collectArguments(inputSchema, "/inputSchema", 0, { root: inputSchema, seen: undefined, found });
  return {
    name: { pointer: "/name", text: name, words: nameWords(name) },
    title: titleOf(definition),
    description: { pointer: "/description", text: description, words: textWords(description) },
    arguments: found,
  };
}

function titleOf(definition: ToolDefinition): SourceText | undefined {
  const own = definition.title;
  const text = typeof own === "string" && own !== "" ? own : recordOf(definition.annotations)?.title;
  if (typeof text !== "string" || text === "") return undefined;
  return { pointer: text === own ? "/title" : "/annotations/title", text, words: nameWords(text) };
}

/** Whether an argument's name is, or ends in, these words: `paymentAmount` ends in `amount`. */
export function endsWithWords({ words }: Argument, ending: string[]): boolean {
  const offset = words.length - ending.length;
  if (offset < 0) return false;
  for (let at = ending.length - 1; at >= 0; at--) if (words[offset + at]?.text !== ending[at]) return false;
  return true;
}

interface Walk {
  root: unknown;
  /** References already followed: a schema may refer to itself. */
  seen: Set<string> | undefined;
  found: Argument[];
}

function collectArguments(schema: unknown, pointer: string, level: number, walk: Walk): void {
  const node = recordOf(schema);
  if (!node || level > MAX_LEVELS) return;
  const reference = node.$ref;
  if (typeof reference === "string" && reference.startsWith("#/") && !walk.seen?.has(reference)) {
    walk.seen ??= new Set();
    walk.seen.add(reference);
    collectArguments(
      valueAt(walk.root, reference.slice(1)),
      `/inputSchema${reference.slice(1)}`,
      level + 1,
      walk,
    );
  }
  const properties = recordOf(node.properties);
  // Sorted, so that the order in which a server lists them changes no verdict: the digest does not see it either.
  for (const name of properties ? sortedKeys(properties) : NO_NAMES) {
    if (walk.found.length >= MAX_PROPERTIES) return;
    const value = properties?.[name];
    const property = recordOf(value);
    const at = `${pointer}/properties/${pointerToken(name)}`;
    const isPlain = property === undefined || !hasParts(property);
    walk.found.push({
      name,
      words: propertyWords(name),
      pointer: at,
      choices: isPlain ? NO_CHOICES : choicesOf(property, at, walk.root),
      shown: typeof value === "string" ? value : name,
      about: typeof property?.description === "string" ? property.description : "",
    });
    if (!isPlain) collectArguments(property, at, level + 1, walk);
  }
  for (const key of ONE_SCHEMA) {
    if (key in node) collectArguments(node[key], `${pointer}/${key}`, level + 1, walk);
  }
  for (const key of SCHEMAS) {
    const list = node[key];
    if (!Array.isArray(list)) continue;
    list.forEach((part, index) => {
      collectArguments(part, `${pointer}/${key}/${index}`, level + 1, walk);
    });
  }
}

const NO_NAMES: string[] = [];
const NO_CHOICES: Argument["choices"] = [];

/** Keys of a schema that hold values or further schemas. */
const ONE_SCHEMA = ["items", "additionalProperties"];
const SCHEMAS = ["anyOf", "oneOf", "allOf"];
const PARTS = new Set(["$ref", "properties", "const", "enum", ...ONE_SCHEMA, ...SCHEMAS]);

/** Whether a schema has any such key: most properties have none, and one look at their keys is all they cost. */
function hasParts(schema: Record<string, unknown>): boolean {
  for (const key in schema) if (PARTS.has(key)) return true;
  return false;
}

/** Words of names that many schemas have. Only saves time; it stops growing at its bound. */
const knownNames = new Map<string, readonly Word[]>();
const MAX_KNOWN = 10_000;
const LONGEST_KNOWN = 40;

function propertyWords(name: string): readonly Word[] {
  const known = knownNames.get(name);
  if (known) return known;
  const words = nameWords(name);
  if (knownNames.size < MAX_KNOWN && name.length <= LONGEST_KNOWN) knownNames.set(name, words);
  return words;
}

/** Most values of one argument that are looked at. */
const MAX_CHOICES = 500;

/** The values a property offers by itself, in the parts it is put together from, or where it refers to. */
function choicesOf(
  property: Record<string, unknown> | undefined,
  pointer: string,
  root: unknown,
): Argument["choices"] {
  const found: Argument["choices"] = [];
  if (property) collectChoices(property, pointer, root, MAX_CHOICE_LEVELS, found);
  return found;
}

/** `anyOf` of a reference to an `enum` is what pydantic writes for an optional one; deeper is not read. */
const MAX_CHOICE_LEVELS = 3;

function collectChoices(
  schema: Record<string, unknown>,
  pointer: string,
  root: unknown,
  levels: number,
  found: Argument["choices"],
): void {
  const add = (value: unknown, at: string) => {
    if (found.length === MAX_CHOICES) return;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      found.push({ value, pointer: at });
  };
  if ("const" in schema) add(schema.const, `${pointer}/const`);
  const list = Array.isArray(schema.enum) ? schema.enum.slice(0, MAX_CHOICES) : [];
  list.forEach((value, index) => {
    add(value, `${pointer}/enum/${index}`);
  });
  if (levels === 0) return;
  const reference = schema.$ref;
  if (typeof reference === "string" && reference.startsWith("#/")) {
    const target = recordOf(valueAt(root, reference.slice(1)));
    if (target) collectChoices(target, `/inputSchema${reference.slice(1)}`, root, levels - 1, found);
  }
  for (const key of SCHEMAS) {
    const parts = schema[key];
    if (!Array.isArray(parts)) continue;
    parts.slice(0, 100).forEach((part, index) => {
      const record = recordOf(part);
      if (record) collectChoices(record, `${pointer}/${key}/${index}`, root, levels - 1, found);
    });
  }
}
