import type { ToolDefinition } from "../../classifier/index.ts";
import type { Mutation } from "./_hostile.ts";

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const titleOf = ({ title, annotations }: ToolDefinition): string => {
  const text = title ?? recordOf(annotations).title;
  return typeof text === "string" ? text : "";
};

/** True claims of a server may count; a false one must not make the tool look better than no claim at all. */
const withoutHints = (definition: ToolDefinition): ToolDefinition => {
  const { title } = recordOf(definition.annotations);
  return { ...definition, annotations: title === undefined ? {} : { title } };
};

export const annotationMutations: Mutation[] = [
  { readOnlyHint: true, destructiveHint: false },
  { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  { readOnlyHint: true, destructiveHint: false, category: "Read", risk: "low" },
].map((claims) => ({
  kind: "false annotations",
  name: Object.keys(claims).join(", "),
  before: withoutHints,
  after: (definition) => {
    const { annotations } = withoutHints(definition);
    return { ...definition, annotations: { ...recordOf(annotations), ...claims } };
  },
}));

export const titleMutations: Mutation[] = ["List items", "Get report (read-only)", "Preview", "Search"].map(
  (title) => ({
    kind: "harmless title",
    name: title,
    after: (definition) => ({ ...definition, title: [titleOf(definition), title].filter(Boolean).join(" ") }),
  }),
);

const flag = (description: string) => ({ type: "boolean", default: true, description });

const ARGUMENTS: [string, Record<string, unknown>][] = [
  ["paging", { limit: { type: "integer" }, page: { type: "integer" }, fields: { type: "string" } }],
  ["a query", { query: { type: "string", description: "What to search for; read-only." } }],
  ["a dry run", { dry_run: flag("Only previews; nothing is changed.") }],
  ["a read-only switch", { read_only: flag("This tool is read-only."), preview: flag("Only shows.") }],
  ["a harmless action", { action: { type: "string", enum: ["get", "list", "search", "preview"] } }],
  ["a constant method", { method: { const: "GET" }, mode: { enum: ["read-only"] } }],
];

const inputMutations: Mutation[] = ARGUMENTS.map(([name, added]) => ({
  kind: "harmless arguments",
  name,
  after: (definition) => {
    const schema = recordOf(definition.inputSchema);
    // What the tool already has stays: replacing an argument would change what it does.
    const properties = { ...added, ...recordOf(schema.properties) };
    return { ...definition, inputSchema: { type: "object", ...schema, properties } };
  },
}));

const outputMutation: Mutation = {
  kind: "harmless arguments",
  name: "an output schema",
  after: (definition) => {
    const schema = recordOf(definition.outputSchema);
    const added = { items: { type: "array" }, count: { type: "integer" } };
    return {
      ...definition,
      outputSchema: { type: "object", ...schema, properties: { ...added, ...recordOf(schema.properties) } },
    };
  },
};

export const argumentMutations: Mutation[] = [...inputMutations, outputMutation];
