import { argumentLosses, CANNOT, limitLosses, nameLosses } from "./_losses.ts";
import { aliasProblem, writableOutcome } from "./_outcome.ts";
import { hashed, headLines, quoted } from "./_text.ts";
import type { ExportFormat, ExportServer, Loss } from "./types.ts";

const NOTES = [
  "Put it under the policies of the MCP backend or of its route. The targets there have the names used here.",
  "Prompts and resources are denied until you add rules for mcp.prompt and mcp.resource.",
];

/**
 * agentgateway's `mcpAuthorization`: one CEL rule for each tool that may be called; what no rule allows is denied and
 * not listed.
 * allow and limit → a rule; check, deny and hide → none. Only allow rules are written: a deny rule that faults does not
 * deny. Rules about arguments are not, as agentgateway authorizes by name alone: while it does, `mcp.tool.arguments` is
 * missing, so that a rule that reads it never holds, and one guarded by `has` always does. Without any rule the
 * gateway allows everything, so an export that allows nothing holds the rule `false`.
 */
export const AGENTGATEWAY: ExportFormat = {
  id: "agentgateway",
  title: "agentgateway authorization (CEL)",
  target: "agentgateway, as mcpAuthorization in its config",
  file: "mcp-authorization.yaml",
  mediaType: "application/yaml",
  proof: { kind: "engine", engine: "@bufbuild/cel 0.6.1 and @marcbachmann/cel-js 8.0.0 (the expressions)" },
  cannot: [
    CANNOT.limits,
    "asking a person, and rules about arguments, which agentgateway does not show to its rules: denied instead",
  ],
  outcome: writableOutcome,
  write: (servers) => {
    const problem = aliasProblem(servers);
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const rules = servers.flatMap(({ alias, tools }) =>
      tools
        .filter((tool) => writableOutcome(tool) === "allow")
        .map(({ name }) => `mcp.tool.target == ${quoted(alias)} && mcp.tool.name == ${quoted(name)}`),
    );
    if (rules.length === 0) rules.push("false");
    const list = rules.map((rule) => `    - ${quoted(rule)}\n`).join("");
    const text = `${hashed(headLines(servers, losses, NOTES))}\nmcpAuthorization:\n  rules:\n${list}`;
    return { ok: true, text, losses };
  },
};

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, writableOutcome),
    ...argumentLosses(servers, "the tool is denied: agentgateway authorizes without looking at arguments."),
    ...nameLosses(servers, "CEL", "the tool is denied."),
  ];
}
