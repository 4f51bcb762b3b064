/**
 * What an operation of the API is, as data. The reading of requests, the OpenAPI document, the reference page and the
 * tests that try every operation come from the same table: `operations/`.
 */
import type { z } from "zod";

/** The headings that operations stand under on the reference page, in their order. */
export const GROUPS = [
  "Tools",
  "Servers",
  "Policies",
  "Decisions",
  "Changes",
  "Knowledge",
  "Bulk",
  "Registry",
  "Service",
] as const;
export type Group = (typeof GROUPS)[number];

/** A body that an operation reads, as JSON. */
export interface OperationBody<Schema extends z.ZodType = z.ZodType> {
  /** Named, so that it is a component. */
  schema: Schema;
  /** Most that is read, in bytes. Longer ones are a 413 before they are read to their end. */
  limit: number;
}

/** What an operation answers with one status. */
export interface Answer {
  description: string;
  /** By media type: the schema of what is answered as JSON (a named one), or `text` or `binary` where it is no JSON of ours. */
  content: Record<string, z.ZodType | "text" | "binary">;
  /** Headers beside those that every answer has, with what each says. */
  headers?: Record<string, string>;
}

/** What the addresses of examples speak of. */
export interface Subjects {
  /** Ids of servers with tools, at least one. */
  servers: readonly string[];
  /** A tool of the first of them. */
  tool: string;
  /** Name of an entry of the registry. */
  entry: string;
}

/** A call that can be made of any catalog with the starter set, as it stands on the reference page. */
export interface Example {
  /** Path and query. */
  address: string;
  /** The address for a catalog that has these instead; undefined where it lacks what the address needs. */
  of?: (subjects: Partial<Subjects>) => string | undefined;
  /** As JSON. */
  body?: unknown;
}

export interface Operation<
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
> {
  /** camelCase; unique, and never changed: clients are generated from it. */
  id: string;
  group: Group;
  method: "GET" | "POST";
  /** Path template from the site's root: `/api/v1/tools/{server}/{tool}`. */
  path: string;
  /** One line, without a period. */
  summary: string;
  /** Markdown-free sentences. */
  description?: string;
  /** One key for each `{…}` of the path, described. */
  params?: Params;
  /** The query's parameters, each described. A parameter that is an array may be given again and again. */
  query: Query;
  /** An empty parameter counts as not given, as in the API whose shape this is; elsewhere it is refused. */
  takesEmpty?: true;
  /** There for POST. */
  body?: OperationBody<Body>;
  /**
   * By status. The document adds what every operation can answer (304 and 412 to GET, 400, 429, 500); 404 where the path has
   * parameters; 408, 413 and 415 where there is a body; 503 where the query has a cursor.
   */
  answers: Record<number, Answer>;
  /** Statuses that are answered with a problem and that not every operation has. */
  problems?: readonly number[];
  example: Example;
}

/** Checks that an operation is one, and keeps the types of its parameters for the function that answers it. */
export function operation<
  Query extends z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
>(table: Operation<Query, Body, Params>): Operation<Query, Body, Params> {
  return table;
}
