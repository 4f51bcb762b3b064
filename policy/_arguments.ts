import type { Evidence, ToolDefinition, Verdict } from "../classifier/types.ts";
import {
  ARGUMENT_RULES,
  type Argument,
  type ArgumentType,
  type BoundRule,
  normal,
  type Subject,
  type Test,
} from "./_argument-rules.ts";
import { jsonPointer } from "./_pointer.ts";
import type { Bounds, Part, Preset } from "./types.ts";

/**
 * Rules about arguments for one tool, from its schema. Only arguments at the top of the schema, of exactly one type,
 * whose name can be written as a path: of a list of recipients, for one, the grammar cannot bound every member.
 */
export function argumentParts(
  definition: ToolDefinition,
  verdict: Verdict,
  preset: Preset,
  bounds: Bounds,
): Part[] {
  const subject = { definition, verdict, preset, bounds, arguments: argumentsOf(definition) };
  return ARGUMENT_RULES.flatMap((row) =>
    subject.arguments[row.type]
      .filter((argument) => row.names.test(normal(argument.name)) && row.when(subject, argument))
      .flatMap((argument) => partsOf(row, subject, argument)),
  );
}

function partsOf(row: BoundRule, subject: Subject, { name, path }: Argument): Part[] {
  const evidence: Evidence[] = [
    {
      rule: "argument",
      pointer: jsonPointer(["inputSchema", "properties", name]),
      start: 0,
      end: name.length,
      excerpt: name,
    },
  ];
  const rule = (test: Test) => ({ conditions: [{ path, ...test }], on_deny: row.message });
  const common = { why: row.why, evidence };
  return [
    ...(row.require?.(subject) ?? []).map((test) => ({
      kind: "require" as const,
      rule: rule(test),
      ...common,
    })),
    ...(row.deny?.(subject) ?? []).map((test) => ({ kind: "deny" as const, rule: rule(test), ...common })),
  ];
}

function argumentsOf({ inputSchema }: ToolDefinition): Record<ArgumentType, Argument[]> {
  const found: Record<ArgumentType, Argument[]> = { string: [], number: [], boolean: [] };
  const schema = recordOf(inputSchema);
  for (const [name, value] of Object.entries(recordOf(schema?.properties) ?? {})) {
    const property = recordOf(value);
    const type = property?.type === "integer" ? "number" : property?.type;
    if (
      !/^[A-Za-z0-9_-]{1,100}$/.test(name) ||
      (type !== "string" && type !== "number" && type !== "boolean")
    )
      continue;
    const description = typeof property?.description === "string" ? property.description : "";
    found[type].push({ name, path: `args.${name}`, description });
  }
  return found;
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
