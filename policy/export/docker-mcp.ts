import { argumentLosses, CANNOT, limitLosses, nameLosses } from "./_losses.ts";
import { aliasProblem, writableOutcome } from "./_outcome.ts";
import { hashed, headLines, quoted } from "./_text.ts";
import type { ExportFormat, ExportServer, Loss } from "./types.ts";

const NOTES = [
  "Load it with docker mcp gateway run --tools-config <this file>, without --tools, which would override it. The names",
  "of servers are those of the gateway's catalog. A server that is not listed here keeps all its tools.",
];

/**
 * Docker MCP Gateway: for each server the list of the tools it offers; all others do not exist for the client.
 * allow and limit → listed; check, deny and hide → not listed. A tool that the server adds later is not listed.
 */
export const DOCKER_MCP: ExportFormat = {
  id: "docker-mcp",
  title: "Docker MCP Gateway tool lists",
  target: "Docker MCP Gateway, as tools.yaml (--tools-config)",
  file: "tools.yaml",
  mediaType: "application/yaml",
  proof: { kind: "shape-checked only", why: "the gateway is a Docker plugin and on no package registry" },
  cannot: [CANNOT.limits, CANNOT.askingAndArguments],
  outcome: writableOutcome,
  write: (servers) => {
    const problem = aliasProblem(servers);
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const lists = servers.map(({ alias, tools }) => {
      const listed = tools.filter((tool) => writableOutcome(tool) === "allow").map(({ name }) => name);
      const entries = listed.map((name) => `\n  - ${quoted(name)}`).join("");
      return `\n${quoted(alias)}:${entries || " []"}\n`;
    });
    return { ok: true, text: hashed(headLines(servers, losses, NOTES)) + lists.join(""), losses };
  },
};

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, writableOutcome),
    ...argumentLosses(servers, "the tool is not offered."),
    ...nameLosses(servers, "YAML", "the tool is not offered."),
  ];
}
