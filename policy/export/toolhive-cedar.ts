import { cedarString, toolhiveRules } from "./_conditions-cedar.ts";
import { argumentLosses, CANNOT, limitLosses, nameLosses } from "./_losses.ts";
import { aliasProblem, unaskingOutcome } from "./_outcome.ts";
import { hashed, headLines, quoted } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

const NOTES = [
  "Load it with thv run --authz-config <this file> for this server alone; Cedar's Tool has no server in its name.",
  "Prompts and resources are denied until you add permits for get_prompt and read_resource.",
];
const CALL = 'action == Action::"call_tool"';

function outcome(tool: ExportTool): Outcome {
  if (!tool.name.isWellFormed()) return "deny";
  if (tool.access !== "check") return unaskingOutcome(tool);
  return toolhiveRules(tool.rules) === undefined ? "deny" : "allow";
}

/**
 * ToolHive's authorization config: Cedar policies in YAML, one `permit` for each tool that may be called, one `forbid`
 * for each that may not, so that a wider permit added by hand does not reach it.
 * allow and limit → permit; check → permit when its arguments are as the rules ask; deny and hide → forbid, which also
 * takes the tool out of tools/list. Rules about arguments stand in the permit, never in a forbid: a policy that faults
 * is left out of Cedar's decision, and a permit that is left out denies.
 */
export const TOOLHIVE_CEDAR: ExportFormat = {
  id: "toolhive-cedar",
  title: "ToolHive authorization (Cedar)",
  target: "ToolHive, one file for each server, with thv run --authz-config",
  file: "authz.yaml",
  mediaType: "application/yaml",
  proof: { kind: "engine", engine: "@cedar-policy/cedar-wasm 4.13.0, with requests as ToolHive builds them" },
  cannot: [
    CANNOT.limits,
    CANNOT.asking,
    "rules about numbers, null, arguments inside others, or patterns that are more than text with ^ and $: the tool is denied",
    "calls that leave out an argument a rule names, or give it another type: denied",
    "seeing a second spelling of an argument in another case",
    "listing tools with rules about arguments: ToolHive leaves them out of tools/list, where there are no arguments",
    "several servers in one file",
  ],
  outcome,
  write: (servers) => {
    const problem =
      servers.length === 1
        ? aliasProblem(servers)
        : `writing one ToolHive file for ${servers.length} servers: ToolHive loads a file for each server, and its rules name no server. Export one server at a time.`;
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const policies = servers.flatMap(({ tools }) =>
      tools.filter(({ name }) => name.isWellFormed()).map(policyOf),
    );
    if (policies.length === 0) policies.push(`forbid(principal, ${CALL}, resource);`);
    const text = [
      hashed(headLines(servers, losses, NOTES)),
      '\nversion: "1.0"\ntype: cedarv1\ncedar:\n  policies:\n',
      ...policies.map((policy) => `    - ${quoted(policy)}\n`),
      '  entities_json: "[]"\n',
    ].join("");
    return { ok: true, text, losses };
  },
};

function policyOf(tool: ExportTool): string {
  const scope = `(principal, ${CALL}, resource == Tool::${cedarString(tool.name)})`;
  if (outcome(tool) === "deny") return `forbid${scope};`;
  if (tool.access !== "check") return `permit${scope};`;
  return `permit${scope} when { ${toolhiveRules(tool.rules)} };`;
}

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, outcome),
    ...argumentLosses(
      servers,
      "the tool is denied: ToolHive shows Cedar only texts and booleans exactly.",
      (tool) => outcome(tool) === "deny",
    ),
    ...argumentLosses(
      servers,
      "kept, but a call must give every argument they name, a second spelling in another case is not seen, and ToolHive does not list the tool.",
      (tool) => outcome(tool) === "allow",
    ),
    ...nameLosses(servers, "Cedar", "the tool is denied."),
  ];
}
