import { fitsCedarSchema, isCedarName } from "./_cedar-schema.ts";
import { cedarString } from "./_conditions-cedar.ts";
import { cedarTypedRules } from "./_conditions-cedar-typed.ts";
import { argumentLosses, CANNOT, hidingLosses, limitLosses, lossFor } from "./_losses.ts";
import { aliasProblem, unaskingOutcome } from "./_outcome.ts";
import { headLines } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

const NOTES = [
  "The schema comes from the generator of cedar-policy/cedar-for-agents: for each server give it the stub below and, of",
  "the tools the server lists, those that have a policy here. Validate these policies against it in strict mode.",
];

/** A server's namespace: Cedar takes letters, digits and _. */
function namespaceOf(alias: string): string {
  return alias.replaceAll("-", "_").replace(/^(?=\d)/, "_");
}

/**
 * The stub that the official schema generator starts from, for one server.
 * In: the alias as given to `write`.
 */
export function cedarStub(alias: string): string {
  return [
    `namespace ${namespaceOf(alias)} {`,
    "  @mcp_principal entity User;",
    "  @mcp_resource entity McpServer;",
    '  action "call_tool" appliesTo { principal: [User], resource: [McpServer] };',
    "}",
  ].join("\n");
}

function outcome(tool: ExportTool): Outcome {
  if (!fitsCedarSchema(tool.definition)) return "deny";
  if (tool.access !== "check") return unaskingOutcome(tool);
  return cedarTypedRules(tool.definition, tool.rules, "N") === undefined ? "deny" : "allow";
}

/**
 * Cedar policies for the official MCP schema: one action for each tool, in a namespace for each server, with the
 * arguments as `context.input`, typed by the tool's inputSchema.
 * allow and limit → permit; check → permit when the arguments are as the rules ask, in their declared types; deny and
 * hide → forbid. The schema generator takes Cedar's identifiers only as names of tools and arguments: other tools have no
 * action, and so no policy. It refuses requests that do not fit the schema, so that they are never authorized.
 */
export const CEDAR_MCP: ExportFormat = {
  id: "cedar-mcp",
  title: "Cedar with the official MCP schema",
  target: "Cedar engines with a schema made by cedar-policy/cedar-for-agents, one action for each tool",
  file: "policies.cedar",
  mediaType: "text/x-cedar",
  proof: {
    kind: "engine",
    engine: "@cedar-policy/cedar-wasm 4.13.0 with @cedar-policy/mcp-schema-generator-wasm 0.6.0",
  },
  cannot: [
    CANNOT.limits,
    CANNOT.asking,
    "tools whose name, or whose arguments' names, are no Cedar identifiers (letters, digits, _), or whose schema the generator refuses: denied",
    "rules about arguments that are not declared as text, integer or boolean, or patterns that are more than text with ^ and $: the tool is denied",
    "hiding: Cedar decides calls, not lists",
  ],
  outcome,
  write: (servers) => {
    const problem = aliasProblem(
      servers,
      (alias) => isCedarName(namespaceOf(alias)),
      namespaceOf,
      "a namespace of Cedar takes letters, digits and _, and none of Cedar's own words",
    );
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const stubs = servers.flatMap(({ alias }) => ["", ...cedarStub(alias).split("\n")]);
    const head = [...headLines(servers, losses, NOTES), ...stubs].map((line) => `// ${line}`.trimEnd());
    const policies = servers.flatMap(({ alias, tools }) =>
      tools
        .filter(({ definition }) => fitsCedarSchema(definition))
        .map((tool) => policyOf(tool, namespaceOf(alias))),
    );
    return { ok: true, text: `${[...head, "", ...policies].join("\n")}\n`, losses };
  },
};

function policyOf(tool: ExportTool, namespace: string): string {
  const scope = `(principal, action == ${namespace}::Action::${cedarString(tool.name)}, resource)`;
  if (outcome(tool) === "deny") return `forbid${scope};`;
  if (tool.access !== "check") return `permit${scope};`;
  return `permit${scope} when { ${cedarTypedRules(tool.definition, tool.rules, namespace)} };`;
}

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, outcome),
    ...argumentLosses(
      servers,
      "the tool is denied: the schema does not give their arguments a type that Cedar can compare so.",
      (tool) => fitsCedarSchema(tool.definition) && outcome(tool) === "deny",
    ),
    ...lossFor(
      servers,
      "names and schemas that Cedar's schema cannot hold",
      "the tool has no action, and so is denied.",
      (tool) => !fitsCedarSchema(tool.definition),
    ),
    ...hidingLosses(servers, "Cedar"),
  ];
}
