import type { Condition, Rule } from "../schema.ts";
import { keysOf } from "./_conditions.ts";
import { argumentLosses, CANNOT, hidingLosses, limitLosses, nameLosses } from "./_losses.ts";
import { aliasProblem } from "./_outcome.ts";
import { REGO_RULES } from "./_rego-rules.ts";
import { hasHalfCharacter, hashed, headLines, jsonText } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

const NOTES = [
  'Ask for data.placard.mcp.allow, with the call as input: {"server": …, "tool": …, "arguments": {…}}. The servers have',
  "the names used here. Nothing is allowed that is not in the two tables below.",
];

function outcome(tool: ExportTool): Outcome {
  const { access, name, rules } = tool;
  if (!name.isWellFormed()) return "deny";
  if (access === "check")
    return isSayable([...(rules.deny_if ?? []), ...(rules.require ?? [])]) ? "allow" : "deny";
  return access === "allow" || access === "limit" ? "allow" : "deny";
}

function isSayable(rules: Rule[]): boolean {
  return rules.every(({ conditions }) =>
    conditions.every(({ path, value }) => /^[ -~]+$/.test(path) && !hasHalfCharacter(value)),
  );
}

/**
 * Rego for Open Policy Agent: `allow`, false by default, over two tables of data (the tools that are allowed as they
 * are, and those with rules about arguments) and the rules of the reference grammar, written once below them.
 * allow and limit → in the first table; check → in the second, with all operators; deny and hide → in neither.
 * Rego is asked about calls only, so what is hidden is denied. A condition that cannot be compared denies, as with us.
 */
export const REGO: ExportFormat = {
  id: "rego",
  title: "Rego",
  target: "Open Policy Agent 1.0 or newer, or anything that evaluates Rego v1",
  file: "placard.rego",
  mediaType: "text/x-rego",
  proof: { kind: "shape-checked only", why: "no compiler or interpreter of Rego is on npm" },
  cannot: [
    CANNOT.limits,
    CANNOT.asking,
    "rules about arguments whose names are not ASCII: the tool is denied",
    "calls under rules about arguments that name another one in other letters than ASCII: denied",
    "hiding: Rego is asked about calls, not lists",
  ],
  outcome,
  write: (servers) => {
    const problem = aliasProblem(servers);
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const text = [
      hashed(headLines(servers, losses, NOTES)),
      "package placard.mcp\n\nimport rego.v1\n",
      `free := ${jsonText(Object.fromEntries(servers.map(({ alias, tools }) => [alias, freeTools(tools)])))}\n`,
      `checked := ${jsonText(Object.fromEntries(servers.map(({ alias, tools }) => [alias, checkedTools(tools)])))}\n`,
      REGO_RULES,
    ].join("\n");
    return { ok: true, text, losses };
  },
};

function freeTools(tools: ExportTool[]): string[] {
  return tools.filter((tool) => tool.access !== "check" && outcome(tool) === "allow").map(({ name }) => name);
}

function checkedTools(tools: ExportTool[]): Record<string, unknown> {
  const checked = tools.filter((tool) => tool.access === "check" && outcome(tool) === "allow");
  return Object.fromEntries(
    checked.map(({ name, rules: { deny_if = [], require = [] } }) => [
      name,
      { deny_if: deny_if.map(conditionsData), require: require.map(conditionsData) },
    ]),
  );
}

function conditionsData({ conditions }: Rule): unknown[] {
  return conditions.map((condition: Condition) => ({
    path: keysOf(condition),
    op: condition.op,
    value: condition.value,
  }));
}

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, outcome),
    ...argumentLosses(
      servers,
      "the tool is denied: names of its arguments, or values, are not read alike by Rego.",
      (tool) => outcome(tool) === "deny",
    ),
    ...nameLosses(servers, "Rego", "the tool is denied."),
    ...hidingLosses(servers, "Rego"),
  ];
}
