/** JSON Schemas (2020-12) of the named schemas: as components of the OpenAPI document, and each at an address of its own. */
import { z } from "zod";
import { schemaUrl } from "../lib/addresses.ts";
import "./operations/index.ts";
import { NAMED } from "./named.ts";

export type JsonSchema = Record<string, unknown>;

export interface SchemaOptions {
  /** How a schema is referred to. */
  uri: (name: string) => string;
  /**
   * Objects have no fields but those named. Published schemas leave room for fields that are added to answers later; tests
   * want to know of each that nobody has described. What is sent in is refused with others, and always said to be.
   */
  strict?: boolean;
}

/** All named schemas, by name, sorted. */
export function namedSchemas({ uri, strict = false }: SchemaOptions): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(NAMED, {
    uri,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => soften(zodSchema, jsonSchema, strict),
  });
  const sorted = Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted) as Record<string, JsonSchema>;
}

/** A schema without a name, written out where it stands. */
export function plainSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => soften(zodSchema, jsonSchema, false),
  });
  return bare(made as JsonSchema);
}

/** Without the keywords that only a whole document has. */
export function bare({ $schema: _, $id: __, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

function soften(zodSchema: z.core.$ZodType, schema: { [key: string]: unknown }, strict: boolean): void {
  const isClosed = strict || !(zodSchema instanceof z.ZodObject) || zodSchema.def.catchall !== undefined;
  if (!isClosed && schema.additionalProperties === false) delete schema.additionalProperties;
  // The format says it.
  if (schema.format === "date-time" || schema.format === "date") delete schema.pattern;
  // The bounds of every whole number in JavaScript say nothing.
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

let published: Record<string, JsonSchema> | undefined;

/** The schemas at addresses of their own, by name. Made once: they are part of the build. */
export function publishedSchemas(): Record<string, JsonSchema> {
  published ??= namedSchemas({ uri: schemaUrl });
  return published;
}
