/** A small MCP server over loopback HTTP, in a process of its own: every path is a server. `GET /requests` counts them. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hello, tool } from "../test/servers/_rpc.ts";

const counts: Record<string, number> = {};
const tools = Array.from({ length: 12 }, (_, i) => tool(`tool_${i}`));
const answers: Record<string, object> = { initialize: hello(), "tools/list": { tools } };

const server = createServer((request, response) => {
  if (request.url === "/requests") return void response.end(JSON.stringify(counts));
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    const message =
      request.method === "POST" ? (JSON.parse(body) as { id?: number; method: string }) : undefined;
    const method = message?.method ?? request.method ?? "";
    counts[method] = (counts[method] ?? 0) + 1;
    if (!message) return void response.writeHead(405).end();
    if (message.id === undefined) return void response.writeHead(202).end();
    const result = answers[message.method];
    const error = { code: -32601, message: "Method not found" };
    const answer = { jsonrpc: "2.0", id: message.id, ...(result ? { result } : { error }) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
