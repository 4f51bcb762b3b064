import { isRecord } from "../../classifier/record.ts";
import type { ToolDefinition } from "../../classifier/types.ts";
import { hasHalfCharacter } from "./_text.ts";

/** What the schema generator of cedar-policy/cedar-for-agents 0.6.0 takes; one tool it refuses, it refuses the list for. */

const RESERVED = new Set(["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"]);
const SCALARS = ["boolean", "integer", "float", "number", "string", "null"];

/** Whether a name is an identifier of Cedar that is free to use. */
export function isCedarName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name);
}

/** Looking through a schema takes longer than all else; done once for each. */
const known = new WeakMap<ToolDefinition, boolean>();

/** Whether the generator makes an action of a tool: all names in it identifiers, all schemas of the kinds it knows. */
export function fitsCedarSchema(definition: ToolDefinition): boolean {
  const answer = known.get(definition) ?? looksFitting(definition);
  known.set(definition, answer);
  return answer;
}

function looksFitting(definition: ToolDefinition): boolean {
  const { name, inputSchema, outputSchema } = definition;
  // It reads these two before the inputSchema, or instead of it.
  if (Object.hasOwn(definition, "parameters") || Object.hasOwn(definition, "$defs")) return false;
  if (hasHalfCharacter(definition) || !hasTextDescription(definition)) return false;
  return isCedarName(name) && fitsRoot(inputSchema) && (outputSchema === undefined || fitsRoot(outputSchema));
}

function fitsRoot(schema: unknown): boolean {
  if (!isRecord(schema) || Object.hasOwn(schema, "json")) return false;
  const { $defs = {} } = schema;
  if (!isRecord($defs)) return false;
  const defined = new Set(Object.keys($defs));
  const definitions = Object.entries($defs);
  return (
    hasNames(schema, defined) &&
    // A definition that is only a reference could go in a circle.
    definitions.every(([name, value]) => isCedarName(name) && !isReference(value) && fits(value, defined))
  );
}

function isReference(schema: unknown): boolean {
  return isRecord(schema) && Object.hasOwn(schema, "$ref");
}

/** An object's properties, and which of them are required. */
function hasNames(
  { properties = {}, required = [] }: Record<string, unknown>,
  defined: Set<string>,
): boolean {
  if (!isRecord(properties) || !Array.isArray(required)) return false;
  return (
    required.every((name) => typeof name === "string") &&
    Object.entries(properties).every(([name, value]) => isCedarName(name) && fits(value, defined))
  );
}

function fits(schema: unknown, defined: Set<string>): boolean {
  if (!isRecord(schema) || !hasTextDescription(schema)) return false;
  const { type, items, anyOf, oneOf, additionalProperties, $ref } = schema;
  if (type === "string") return hasTextEnum(schema);
  if (type === "array") return items === undefined || typeof items === "boolean" || fits(items, defined);
  if (type === "object")
    return (
      hasNames(schema, defined) && (!isRecord(additionalProperties) || fits(additionalProperties, defined))
    );
  if (Array.isArray(type)) return type.every((entry) => SCALARS.includes(entry));
  if (type !== undefined) return SCALARS.includes(String(type));
  const union = anyOf ?? oneOf;
  if (union !== undefined) return Array.isArray(union) && union.every((entry) => fits(entry, defined));
  return $ref === undefined || (typeof $ref === "string" && defined.has($ref.replace(/^#\/\$defs\//, "")));
}

function hasTextEnum({ enum: values, format }: Record<string, unknown>): boolean {
  if (values === undefined) return format === undefined || typeof format === "string";
  return Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "string");
}

function hasTextDescription(schema: object): boolean {
  const { description } = schema as { description?: unknown };
  return description === undefined || typeof description === "string";
}
