/** Schemas with names: components of the OpenAPI document, and a JSON Schema of their own each. */
import { z } from "zod";

/** All named schemas. A schema that holds another of them refers to it by its name. */
export const NAMED = z.registry<{ id: string }>();
/** Names of enumerations by their words, as JSON. */
const ENUMS = new Map<string, string>();

/**
 * Gives a schema its public name. Where a module that makes named schemas is part of the table of operations, they are
 * in the OpenAPI document and under /api/v1/schemas.
 *
 * @param name in PascalCase; unique, and never changed: clients are generated from it
 * @param description one sentence: what such a value is
 */
export function named<Schema extends z.ZodType>(name: string, description: string, schema: Schema): Schema {
  const described = schema.describe(description);
  NAMED.add(described, { id: name });
  if (schema instanceof z.ZodEnum) ENUMS.set(JSON.stringify(schema.options), name);
  return described;
}

/** The name of a schema; undefined where it has none. */
export function nameOf(schema: z.ZodType): string | undefined {
  return NAMED.get(schema)?.id;
}

/** The name of the enumeration of just these words; undefined where they have none. */
export function nameOfWords(words: readonly unknown[]): string | undefined {
  return ENUMS.get(JSON.stringify(words));
}
