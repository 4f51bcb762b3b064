import type { ExportServer, ExportTool } from "../../policy/export/index.ts";
import { type Loopback, loopback } from "./_http.ts";

interface Message {
  id?: number | string;
  method?: string;
  params?: { protocolVersion?: string; name?: string };
}

/** MCP servers over streamable HTTP that do nothing but remember what was called, as `[alias, name]` in JSON. */
export interface Stubs extends Loopback {
  urlOf(alias: string): string;
  called: Set<string>;
}

/** Starts stubs that list the servers' tools, by their names and hints: clients drop a whole list for one odd schema. */
export async function startStubs(servers: ExportServer[]): Promise<Stubs> {
  const called = new Set<string>();
  const server = await loopback((path, body, response, { method }) => {
    const stub = servers[Number(path.slice(1))];
    if (method !== "POST" || !stub) {
      response.writeHead(405).end();
      return;
    }
    const message: Message = JSON.parse(body);
    if (message.id === undefined) {
      response.writeHead(202).end();
      return;
    }
    if (message.method === "tools/call") called.add(JSON.stringify([stub.alias, message.params?.name]));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: resultOf(message, stub) }));
  });
  const urlOf = (alias: string) => `${server.url}/${servers.findIndex((stub) => stub.alias === alias)}`;
  return { ...server, urlOf, called };
}

function resultOf({ method, params }: Message, { tools }: ExportServer): object {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "stub", version: "1" },
      };
    case "tools/list":
      return { tools: tools.map(listed) };
    case "tools/call":
      return { content: [{ type: "text", text: "done" }] };
    default:
      return {};
  }
}

function listed({ name, verdict }: ExportTool): object {
  return { name, inputSchema: { type: "object" }, annotations: verdict.annotations.declared };
}
