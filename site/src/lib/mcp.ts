/** The catalog as an MCP server: what its answers link to, and how clients are told of it. */
import type { Links, PolicyChoice } from "../../../mcp/index.ts";
import { apiPoliciesUrl, homeUrl, type PoliciesQuery, policiesUrl, serverUrl, toolUrl } from "./addresses.ts";
import type { Absolute } from "./head.ts";
import { REFERENCE } from "./policy-query.ts";

/** Addresses for answers: whole ones where the site's own is known. */
export function mcpLinks(absolute: Absolute = (address) => address): Links {
  return {
    home: () => absolute(homeUrl()),
    server: (id) => absolute(serverUrl(id)),
    tool: (server, name) => absolute(toolUrl(server, name)),
    policy: (choice) => absolute(policiesUrl(queryOf(choice))),
    policyDocument: (choice) => absolute(apiPoliciesUrl(queryOf(choice))),
  };
}

/** What is usual is left out of addresses. */
function queryOf({ servers, tool, aliases, format, preset }: PolicyChoice): PoliciesQuery {
  return {
    servers,
    tool,
    aliases,
    format: format === REFERENCE.id ? undefined : format,
    preset: preset === "recommended" ? undefined : preset,
  };
}

/** How one client is told of the server. */
export interface ClientSetup {
  client: string;
  /** Where the text goes: the terminal, or a file. */
  where: string;
  text: string;
}

/** What a client starts, in a checkout; the folder is the reader's to fill in. */
const COMMAND = { command: "node", args: ["/path/to/placard/cli/placard.mjs", "mcp"] };
const STARTED = [COMMAND.command, ...COMMAND.args].join(" ");

/** Clients that start the server themselves, over stdio. */
export const STDIO_SETUPS: readonly ClientSetup[] = [
  { client: "Claude Code", where: "in a terminal", text: `claude mcp add placard -- ${STARTED}` },
  { client: "Codex", where: "in a terminal", text: `codex mcp add placard -- ${STARTED}` },
  { client: "Gemini CLI", where: "in a terminal", text: `gemini mcp add placard ${STARTED}` },
  {
    client: "Claude Desktop, Cursor and most others",
    where: "in claude_desktop_config.json, .cursor/mcp.json or the like",
    text: json({ mcpServers: { placard: COMMAND } }),
  },
  {
    client: "VS Code",
    where: "in .vscode/mcp.json",
    text: json({ servers: { placard: { type: "stdio", ...COMMAND } } }),
  },
];

/** Clients that ask a running catalog over Streamable HTTP. In: its whole URL. */
export function httpSetups(url: string): ClientSetup[] {
  return [
    { client: "Claude Code", where: "in a terminal", text: `claude mcp add --transport http placard ${url}` },
    { client: "Codex", where: "in a terminal", text: `codex mcp add placard --url ${url}` },
    { client: "Gemini CLI", where: "in a terminal", text: `gemini mcp add --transport http placard ${url}` },
    { client: "Cursor", where: "in .cursor/mcp.json", text: json({ mcpServers: { placard: { url } } }) },
    {
      client: "VS Code",
      where: "in .vscode/mcp.json",
      text: json({ servers: { placard: { type: "http", url } } }),
    },
  ];
}

function json(value: object): string {
  return JSON.stringify(value, null, 2);
}
