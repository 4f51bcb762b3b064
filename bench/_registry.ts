/**
 * A registry that speaks the API of the official one, with MCP servers behind some of its entries, in a process of its
 * own: `_registry.ts <entries> <live>`. No other entry leads anywhere: deleted, or in need of what nobody set.
 * `POST /change?count=50` changes entries; `GET /seen` tells what was asked for since the last time.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hello, tool } from "../test/servers/_rpc.ts";

const OFFICIAL = "io.modelcontextprotocol.registry/official";
const [entries = 28_000, live = 500] = process.argv.slice(2).map(Number);
const stride = Math.floor(entries / live);
const isLive = (i: number): boolean => i % stride === 0 && i / stride < live;

const START = Date.parse("2026-11-01T00:00:00Z");
/** When each entry changed, in milliseconds. */
const updated = Float64Array.from({ length: entries }, (_, i) => START + i);
const revision = new Uint8Array(entries);
const seen = { pages: 0, listed: 0, live: new Set<string>(), requests: 0 };

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const url = new URL(request.url ?? "", `http://${request.headers.host}`);
  if (url.pathname === "/v0.1/servers") return list(url, response);
  if (url.pathname.startsWith("/mcp/")) return answerMcp(url.pathname, body, response);
  if (url.pathname === "/change") {
    change(Number(url.searchParams.get("count")));
    return void response.end();
  }
  if (url.pathname !== "/seen") return void response.writeHead(404).end();
  json(response, { ...seen, live: seen.live.size });
  Object.assign(seen, { pages: 0, listed: 0, live: new Set(), requests: 0 });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

/** Cursors are opaque to clients; here they are the last entry's name, as with the official registry. */
function list(url: URL, response: ServerResponse): void {
  const limit = Math.min(Number(url.searchParams.get("limit") ?? 30), 100);
  const since = Date.parse(url.searchParams.get("updated_since") ?? "1970-01-01T00:00:00Z");
  const cursor = url.searchParams.get("cursor");
  const servers: object[] = [];
  let i = cursor === null ? 0 : Number(/\d+$/.exec(cursor)?.[0]) + 1;
  for (; i < entries && servers.length < limit; i++) {
    if ((updated[i] ?? 0) > since) servers.push(entryOf(i, url.origin));
  }
  seen.pages += 1;
  seen.listed += servers.length;
  const nextCursor = i < entries ? { nextCursor: nameOf(i - 1) } : {};
  json(response, { servers, metadata: { count: servers.length, ...nextCursor } });
}

const nameOf = (i: number): string => `io.example/server-${i}`;

function entryOf(i: number, origin: string): object {
  const version = `1.${revision[i]}.0`;
  const updatedAt = new Date(updated[i] ?? 0).toISOString();
  const kind = isLive(i) ? LIVE : (KINDS[i % KINDS.length] ?? LIVE);
  const { status = "active", ...ways } = kind(i, version, origin);
  return {
    server: { name: nameOf(i), description: "An entry of a benchmark.", version, ...ways },
    _meta: { [OFFICIAL]: { status, publishedAt: new Date(START).toISOString(), updatedAt, isLatest: true } },
  };
}

type Kind = (
  i: number,
  version: string,
  origin: string,
) => { status?: string; remotes?: object[]; packages?: object[] };

const stdio = { transport: { type: "stdio" } };
const folder = { packageArguments: [{ type: "positional", valueHint: "folder", isRequired: true }] };
const LIVE: Kind = (i, _version, origin) => ({
  remotes: [{ type: "streamable-http", url: `${origin}/mcp/${i}` }],
});
const KINDS: Kind[] = [
  (i, version) => ({
    packages: [{ registryType: "npm", identifier: `@example/server-${i}`, version, ...stdio, ...folder }],
  }),
  (i, version) => ({
    packages: [{ registryType: "pypi", identifier: `example-server-${i}`, version, ...stdio, ...folder }],
  }),
  (i) => ({ remotes: [{ type: "streamable-http", url: `https://host-${i}.example.com/{tenant}/mcp` }] }),
  (i, version) => ({
    packages: [
      {
        registryType: "npm",
        registryBaseUrl: "https://npm.example.com",
        identifier: `server-${i}`,
        version,
        ...stdio,
      },
    ],
  }),
  (i) => ({ status: "deleted", remotes: [{ type: "sse", url: `https://host-${i}.example.com/sse` }] }),
];

/** Changes entries, a fifth of them with a server behind, as a publisher does: a version and a time. */
function change(count: number): void {
  const newest = Math.max(...updated);
  let wantedLive = Math.ceil(count / 5);
  let wantedOther = count - wantedLive;
  for (let i = 0; i < entries; i++) {
    if (isLive(i) ? wantedLive-- <= 0 : wantedOther-- <= 0) continue;
    revision[i] = (revision[i] ?? 0) + 1;
    updated[i] = newest + 1 + i;
  }
}

const tools = Array.from({ length: 12 }, (_, i) => tool(`tool_${i}`));
const answers: Record<string, object> = { initialize: hello(), "tools/list": { tools } };

function answerMcp(path: string, body: string, response: ServerResponse): void {
  seen.live.add(path);
  seen.requests += 1;
  const message = body === "" ? undefined : (JSON.parse(body) as { id?: number; method: string });
  if (message === undefined) return void response.writeHead(405).end();
  if (message.id === undefined) return void response.writeHead(202).end();
  const result = answers[message.method];
  const error = { code: -32601, message: "Method not found" };
  json(response, { jsonrpc: "2.0", id: message.id, ...(result ? { result } : { error }) });
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json").end(JSON.stringify(value));
}
