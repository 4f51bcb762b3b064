/** Schemas with names: components of the OpenAPI document, and a JSON Schema of their own each. */
import { z } from "zod";

/** All named schemas. A schema that holds another of them refers to it by its name. */
export const NAMED = z.registry<{ id: string }>();

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
  return described;
}

/** The name of a schema; undefined where it has none. */
export function nameOf(schema: z.ZodType): string | undefined {
  return NAMED.get(schema)?.id;
}
