import { z } from "zod";
import { policySchema, toolSchema } from "./schema.ts";

type JsonSchema = Record<string, unknown>;

/**
 * JSON Schema (draft 2020-12) of the reference grammar, made from the schema that `parsePolicy` uses. It accepts and
 * refuses the same documents but for two things it has no words for: which patterns `regex` takes, and whole numbers
 * beyond 2^53.
 */
export function policySchemaJson(): JsonSchema {
  const schema = z.toJSONSchema(policySchema, {
    target: "draft-2020-12",
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === policySchema.shape.hide.unwrap()) jsonSchema.uniqueItems = true;
      if (zodSchema === policySchema.shape.tools.unwrap()) Object.assign(jsonSchema, toolsJson());
    },
  }) as JsonSchema;
  return { ...schema, title: "Policy of an MCP gateway, version 1" };
}

/** The parser reads tools by hand, so that a tool named `__proto__` keeps its rules; here are the same words again. */
function toolsJson(): JsonSchema {
  const { $schema: _, ...tool } = z.toJSONSchema(toolSchema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ jsonSchema }) => {
      const properties = jsonSchema.properties;
      if (properties && "op" in properties && "value" in properties) jsonSchema.allOf = VALUES;
    },
  }) as JsonSchema;
  return { type: "object", propertyNames: { not: { enum: ["", "*"] } }, additionalProperties: tool };
}

/** Which value goes with which operator: `expectedValue` of the parser. */
const VALUES = [
  when(["in", "not_in"], { type: "array" }),
  when(["lt", "lte", "gt", "gte"], { type: "number" }),
  when(["exists"], { type: "boolean" }),
  when(["regex"], { type: "string" }),
  when(["eq", "neq", "contains"], { not: { type: "array" } }),
];

function when(operators: string[], value: JsonSchema) {
  return {
    if: { properties: { op: { enum: operators } }, required: ["op"] },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema.
    then: { properties: { value } },
  };
}
