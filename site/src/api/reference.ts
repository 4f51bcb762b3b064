/** The table of operations as the reference pages show it. */
import type { z } from "zod";
import { apiGroupUrl, schemaUrl } from "../lib/addresses.ts";
import { isList } from "../lib/filters.ts";
import { shellWord } from "../lib/shell-word.ts";
import { type JsonSchema, plainSchema } from "./json-schemas.ts";
import { nameOf } from "./named.ts";
import { problemsOf } from "./openapi.ts";
import { type Answer, GROUPS, type Group, type Operation, type Subjects } from "./operation.ts";
import { OPERATIONS } from "./operations/index.ts";
import { PROBLEMS } from "./problem.ts";
import SAMPLES from "./samples.generated.json" with { type: "json" };

/** More words than this are not listed. */
const MOST_CHOICES = 30;

/** Said by the note. */
const AGAIN = / Given again and again: any of them\.$/;

/** What every operation can answer is said once. */
const EVERYWHERE = new Set<number>([400, 429, 500]);

export interface ReferenceParameter {
  name: string;
  what: string;
  /** What a value is, in a few words: "whole number, 1 to 200". */
  type: string;
  /** The words a value can be, where they are few. */
  choices: string[];
  /** "in the path", "repeatable"; nothing for what is usual. */
  note?: string;
}

/** A schema with the address of its JSON Schema. */
interface SchemaLink {
  name: string;
  url: string;
}

export interface ReferenceAnswer {
  status: string;
  what: string;
  content: { type: string; schemas: SchemaLink[] }[];
}

export interface ReferenceOperation {
  id: string;
  url: string;
  method: string;
  path: string;
  summary: string;
  description?: string;
  parameters: ReferenceParameter[];
  body?: { what: string; schemas: SchemaLink[] };
  answers: ReferenceAnswer[];
  /** Path and query of the example. */
  example: string;
  /** Whether a browser shows what a link to it asks for. */
  isLink: boolean;
  /** What the example was answered with, shortened. */
  sample?: string;
}

export interface ReferenceGroup {
  group: Group;
  url: string;
  /** What stands in addresses and ids. */
  slug: string;
  operations: ReferenceOperation[];
}

/** All operations by group; groups without any are left out. */
export const REFERENCE: readonly ReferenceGroup[] = GROUPS.map((group) => ({
  group,
  url: apiGroupUrl(group),
  slug: group.toLowerCase(),
  operations: OPERATIONS.filter((operation) => operation.group === group).map(referenceOf),
})).filter(({ operations }) => operations.length > 0);

/** The address of an operation's example in a catalog that has these; undefined where it has nothing to show. */
export function exampleIn({ example }: Operation, subjects: Partial<Subjects>): string | undefined {
  return example.of ? example.of(subjects) : example.address;
}

/**
 * The example as a command.
 * @param path of its address, with the query
 */
export function curlOf({ method, example }: Operation, origin: string, path: string): string {
  const address = shellWord(`${origin}${path}`);
  if (method === "GET") return `curl ${address}`;
  const body = shellWord(JSON.stringify(example.body));
  return `curl ${address} \\\n  --header 'content-type: application/json' \\\n  --data ${body}`;
}

/** The operation with that id. */
export function operationNamed(id: string): Operation | undefined {
  return OPERATIONS.find((operation) => operation.id === id);
}

function referenceOf(operation: Operation): ReferenceOperation {
  const { id, group, method, path, summary, description, body, example } = operation;
  return {
    id,
    url: apiGroupUrl(group, id),
    method,
    path,
    summary,
    description,
    parameters: parametersOf(operation),
    body: body && { what: `JSON of at most ${sizeOf(body.limit)}.`, schemas: schemasOf(body.schema) },
    answers: answersOf(operation),
    example: example.address,
    isLink: method === "GET" && !Object.values(operation.answers).some(isBinary),
    sample: (SAMPLES as Record<string, string | undefined>)[id],
  };
}

function parametersOf({ params, query }: Operation): ReferenceParameter[] {
  const inPath = Object.entries(params?.shape ?? {}).map(([name, field]) => ({
    ...parameterOf(name, field as z.ZodType),
    note: "in the path",
  }));
  return [
    ...inPath,
    ...Object.entries(query.shape).map(([name, field]) => parameterOf(name, field as z.ZodType)),
  ];
}

function parameterOf(name: string, field: z.ZodType): ReferenceParameter {
  const schema = plainSchema(field, "input");
  const { description = "" } = schema;
  const value = schema.type === "array" ? ((schema.items ?? {}) as JsonSchema) : schema;
  const words = Array.isArray(value.enum) ? value.enum.map(String) : [];
  const note = isList(field) ? "repeatable" : undefined;
  return {
    name,
    what: String(description).replace(AGAIN, ""),
    type: typeOf(value, words),
    choices: words.length > MOST_CHOICES ? [] : words,
    ...(note ? { note } : {}),
  };
}

function typeOf(schema: JsonSchema, words: string[]): string {
  if (schema.type === "boolean") return "true or false";
  if (words.length > MOST_CHOICES) return `one of ${words.length} words`;
  if (words.length > 0) return "one of";
  if (schema.format === "date-time") return "time, ISO 8601";
  const { minimum, maximum } = schema;
  const range = minimum !== undefined && maximum !== undefined ? `, ${minimum} to ${maximum}` : "";
  if (schema.type === "integer") return `whole number${range}`;
  if (schema.type === "number") return `number${range}`;
  return "text";
}

function answersOf(operation: Operation): ReferenceAnswer[] {
  const good = Object.entries(operation.answers).map(([status, { description, content }]) => ({
    status,
    what: description,
    content: Object.entries(content).map(([type, schema]) => ({
      type,
      schemas: typeof schema === "string" ? [] : schemasOf(schema),
    })),
  }));
  const own = problemsOf(operation).filter((status) => !EVERYWHERE.has(status));
  const bad = own.map((status) => ({ status: String(status), what: PROBLEMS[status].title, content: [] }));
  return [...good, ...bad];
}

function schemasOf(schema: z.ZodType): SchemaLink[] {
  const name = nameOf(schema);
  if (name) return [{ name, url: schemaUrl(name) }];
  const { options } = schema as { options?: z.ZodType[] };
  return options?.flatMap(schemasOf) ?? [];
}

function isBinary({ content }: Answer): boolean {
  return Object.values(content).includes("binary");
}

/** In the unit that says it shortest: 64 KiB, 1 MiB. */
function sizeOf(bytes: number): string {
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`;
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;
}
