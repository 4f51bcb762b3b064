import { argumentLosses, CANNOT, limitLosses, nameLosses } from "./_losses.ts";
import { aliasProblem, askingOutcome } from "./_outcome.ts";
import { hashed, headLines, quoted, quotedList } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

/** Half a surrogate pair cannot be written in TOML; such a name is not enabled. */
const outcome = (tool: ExportTool): Outcome => (tool.name.isWellFormed() ? askingOutcome(tool) : "deny");
const NOTES = [
  "Save it as ~/.codex/placard.config.toml and start codex with --profile placard. The servers themselves (command or",
  "url) stay in ~/.codex/config.toml, under the same names. With --strict-config, which wants each file whole, put the",
  "lines into the tables there instead.",
];

/**
 * Codex: `enabled_tools` names the tools a server may offer, and `tools.<name>.approval_mode` says which of them run
 * without a question ("approve") and which only after one ("prompt").
 * allow → approve; limit → approve when the tool only reads, else prompt; check → prompt; deny and hide → not enabled,
 * and named in `disabled_tools`. A tool that the server adds later is not enabled.
 */
export const CODEX: ExportFormat = {
  id: "codex",
  title: "Codex config.toml",
  target:
    "Codex, as ~/.codex/placard.config.toml with --profile placard, or merged into ~/.codex/config.toml",
  file: "placard.config.toml",
  mediaType: "application/toml",
  proof: {
    kind: "engine",
    engine: "@openai/codex 0.169.0",
    shown:
      "have its program read the file (codex mcp list and get, and exec --strict-config), then run it with a stand-in for the model that asks for every tool, and stub servers: each call runs, is asked about, or the tool is not offered, as the export means it",
  },
  cannot: [CANNOT.limitsAsked, CANNOT.argumentsAsked],
  outcome,
  write: (servers) => {
    const problem = aliasProblem(
      servers,
      (alias) => /^[A-Za-z0-9_-]+$/.test(alias),
      (alias) => alias,
      "Codex takes letters, digits, _ and - in the names of servers",
    );
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const text = hashed(headLines(servers, losses, NOTES)) + servers.map(serverTables).join("");
    return { ok: true, text, losses };
  },
};

function serverTables({ alias, tools }: ExportServer): string {
  const writable = tools.filter(({ name }) => name.isWellFormed());
  const names = (wanted: (tool: ExportTool) => boolean) => writable.filter(wanted).map(({ name }) => name);
  const enabled = writable.filter((tool) => outcome(tool) !== "deny");
  const modes = enabled.map(
    (tool) =>
      `\n[mcp_servers.${alias}.tools.${quoted(tool.name)}]\napproval_mode = ${outcome(tool) === "allow" ? '"approve"' : '"prompt"'}\n`,
  );
  return [
    `\n[mcp_servers.${alias}]\n`,
    `enabled_tools = ${quotedList(names((tool) => outcome(tool) !== "deny"))}\n`,
    `disabled_tools = ${quotedList(names((tool) => outcome(tool) === "deny"))}\n`,
    'default_tools_approval_mode = "prompt"\n',
    ...modes,
  ].join("");
}

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, outcome),
    ...argumentLosses(servers, "every call is asked about."),
    ...nameLosses(servers, "TOML", "the tool is not enabled."),
  ];
}
