import { argumentLosses, CANNOT, limitLosses, lossFor } from "./_losses.ts";
import { aliasProblem, askingOutcome } from "./_outcome.ts";
import { headLines, jsonText } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

/** Entries are `server:tool`, with * for any: only names that cannot be read as anything else are listed. */
const PLAIN = /^[A-Za-z0-9_./-]+$/;
const outcome = (tool: ExportTool): Outcome =>
  askingOutcome(tool) === "allow" && PLAIN.test(tool.name) ? "allow" : "ask";
const NOTES = [
  "The list replaces the one in Cursor's settings: add what else you allow. Cursor calls it a convenience and no",
  "boundary; what must not happen has to be denied elsewhere, by the server or by a gateway.",
];

/**
 * Cursor permissions: `mcpAllowlist` names the tools that run without a question, as `<alias>:<tool>`; Cursor asks about
 * all others, and can deny none.
 * allow → allow; limit → allow when the tool only reads, else ask; check → ask; deny and hide → ask, which is told as a
 * loss. A name with other characters than letters, digits, _ . / - is left out, so Cursor asks about it.
 */
export const CURSOR: ExportFormat = {
  id: "cursor",
  title: "Cursor permissions",
  target: "Cursor, as ~/.cursor/permissions.json",
  file: "permissions.json",
  mediaType: "application/jsonc",
  proof: { kind: "shape-checked only", why: "Cursor is not to be had as a package" },
  cannot: ["denying or hiding a tool: asked about instead", CANNOT.limitsAsked, CANNOT.argumentsAsked],
  outcome,
  write: (servers) => {
    const problem = aliasProblem(
      servers,
      (alias) => PLAIN.test(alias),
      (alias) => alias.toLowerCase(),
      "an entry of Cursor's list can be read in one way only with letters, digits, _ . / and -",
    );
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const mcpAllowlist = servers.flatMap(({ alias, tools }) =>
      tools.filter((tool) => outcome(tool) === "allow").map(({ name }) => `${alias}:${name}`),
    );
    const head = headLines(servers, losses, NOTES).map((line) => `// ${line}\n`);
    return { ok: true, text: `${head.join("")}${jsonText({ mcpAllowlist })}\n`, losses };
  },
};

function lossesOf(servers: ExportServer[]): Loss[] {
  const meant = (tool: ExportTool) => askingOutcome(tool);
  return [
    ...lossFor(servers, "denying", "Cursor asks before every call.", ({ access }) => access === "deny"),
    ...lossFor(
      servers,
      "hiding",
      "Cursor shows the tool and asks before every call.",
      ({ access }) => access === "hide",
    ),
    ...limitLosses(servers, outcome),
    ...argumentLosses(servers, "Cursor asks before every call."),
    ...lossFor(
      servers,
      "names that Cursor's list cannot hold",
      "Cursor asks before every call.",
      (tool) => meant(tool) === "allow" && outcome(tool) === "ask",
    ),
    { what: "tools not listed", instead: "Cursor asks about them instead of denying them.", tools: [] },
  ];
}
