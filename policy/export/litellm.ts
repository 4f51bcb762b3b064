import { argumentLosses, CANNOT, limitLosses, lossFor, nameLosses } from "./_losses.ts";
import { aliasProblem, writableOutcome } from "./_outcome.ts";
import { hashed, headLines } from "./_text.ts";
import { yamlList } from "./_yaml.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

/** LiteLLM puts a `-` between server and tool, and so takes none in the names of servers. */
const written = (alias: string) => alias.replaceAll("-", "_");
const NOTES = [
  "Merge the lists into the servers' entries in LiteLLM's config.yaml, where their url or command stays. In the names",
  "of servers each - is written _, as LiteLLM takes none. Where allowed_tools is there it alone decides.",
];

/**
 * LiteLLM: for each MCP server `allowed_tools`, which decides, and `disallowed_tools`, which says the same for readers.
 * allow and limit → allowed; check, deny and hide → not, and not listed. LiteLLM reads an empty list as no list, so a
 * server without allowed tools is left out and has to be taken out of the config. It also reads `x-tool` in the list of
 * the server x as `tool`; an export in which that would allow a denied tool is refused.
 */
export const LITELLM: ExportFormat = {
  id: "litellm",
  title: "LiteLLM tool lists",
  target: "LiteLLM proxy, merged into mcp_servers of config.yaml",
  file: "litellm-mcp.yaml",
  mediaType: "application/yaml",
  proof: { kind: "shape-checked only", why: "the proxy is a Python program and not on npm" },
  cannot: [
    CANNOT.limits,
    CANNOT.askingAndArguments,
    "a server none of whose tools is allowed: left out, and to be taken out of the config by hand",
  ],
  outcome: writableOutcome,
  write: (servers) => {
    const problem =
      aliasProblem(
        servers,
        (alias) => /^[A-Za-z0-9_-]+$/.test(alias),
        written,
        "LiteLLM takes letters, digits and _ in the names of servers",
      ) ?? prefixProblem(servers);
    if (problem !== undefined) return { ok: false, problem };
    const losses = lossesOf(servers);
    const entries = servers
      .filter(isListed)
      .map(
        (server) =>
          `  ${written(server.alias)}:\n    allowed_tools:${names(server, "allow")}    disallowed_tools:${names(server, "deny")}`,
      );
    const body = entries.length > 0 ? `mcp_servers:\n${entries.join("")}` : "mcp_servers: {}\n";
    return { ok: true, text: `${hashed(headLines(servers, losses, NOTES))}\n${body}`, losses };
  },
};

function isListed({ tools }: ExportServer): boolean {
  return tools.some((tool) => writableOutcome(tool) === "allow");
}

function names({ tools }: ExportServer, wanted: Outcome): string {
  const listed = tools.filter((tool) => tool.name.isWellFormed() && writableOutcome(tool) === wanted);
  return yamlList(
    listed.map(({ name }) => name),
    6,
  );
}

/** The part of a tool's name after the server's, where it begins with that. */
function afterPrefix({ name }: ExportTool, { alias }: ExportServer): string | undefined {
  const prefix = `${written(alias)}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

function prefixProblem(servers: ExportServer[]): string | undefined {
  for (const server of servers) {
    const denied = new Set(
      server.tools.filter((tool) => writableOutcome(tool) === "deny").map(({ name }) => name),
    );
    for (const tool of server.tools) {
      const other = afterPrefix(tool, server);
      if (other === undefined || !denied.has(other) || writableOutcome(tool) === "deny") continue;
      return `allowing ${JSON.stringify(tool.name)} of ${server.server}: as ${JSON.stringify(server.alias)}, LiteLLM would read it as ${JSON.stringify(other)} too, which is denied. Give the server another name there and here, with --alias ${server.server}=<name>.`;
    }
  }
  return undefined;
}

function lossesOf(servers: ExportServer[]): Loss[] {
  return [
    ...limitLosses(servers, writableOutcome),
    ...argumentLosses(servers, "the tool is denied."),
    ...lossFor(
      servers,
      "servers without allowed tools",
      "left out: take the server out of LiteLLM's config, as an empty list there allows everything.",
      (_, server) => !isListed(server),
    ),
    ...lossFor(
      servers,
      "names that begin with the server's",
      "LiteLLM would also allow a tool of the rest of the name, should the server add one.",
      (tool, server) => writableOutcome(tool) === "allow" && afterPrefix(tool, server) !== undefined,
    ),
    ...nameLosses(servers, "YAML", "the tool is denied."),
  ];
}
