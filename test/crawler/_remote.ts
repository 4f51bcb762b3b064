import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Server as NetServer, Socket } from "node:net";
import { hello, tool } from "../servers/_rpc.ts";

/** A JSON-RPC message as our crawler posts it. */
export interface Rpc {
  id?: number;
  method: string;
  params?: { cursor?: string; _meta?: Record<string, unknown> };
}

export type Answer = (message: Rpc, response: ServerResponse, request: IncomingMessage) => void;
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const servers: NetServer[] = [];
const sockets = new Set<Socket>();

/** Connections that are open at any server of this file. */
export const openConnections = (): number => sockets.size;

/** Ends every server that was opened here, with its connections. */
export function closeAll(): void {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
}

/** Lets a server listen on a free port of this machine. Returns its port. */
export async function open(server: NetServer | Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A server that answers with `handler`. Returns its URL. */
export async function serveHttp(handler: Handler): Promise<string> {
  return `http://127.0.0.1:${await open(createServer(handler))}/mcp`;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

/** A server that hands every POSTed message to `answer`; other methods get 405. Returns its URL. */
export function listen(answer: Answer, seen: IncomingMessage[] = []): Promise<string> {
  return serveHttp(async (request, response) => {
    seen.push(request);
    if (request.method !== "POST") return void response.writeHead(405).end();
    answer(JSON.parse(await bodyOf(request)) as Rpc, response, request);
  });
}

export const json = (response: ServerResponse, value: unknown): void => {
  response.setHeader("content-type", "application/json").end(JSON.stringify(value));
};

export const result = (response: ServerResponse, { id }: Rpc, value: unknown): void =>
  json(response, { jsonrpc: "2.0", id, result: value });

export const rpcError = (response: ServerResponse, { id }: Rpc, code: number, message: string): void =>
  json(response, { jsonrpc: "2.0", id, error: { code, message } });

/** What a server of the handshake era answers: two pages, one tool of three bad. */
export const resultOf = ({ method, params }: Rpc): object =>
  method === "initialize"
    ? hello()
    : params?.cursor === undefined
      ? { tools: [tool("first"), null], nextCursor: "2" }
      : { tools: [tool("second")] };

/** A server of the handshake era. */
export const reply: Answer = (message, response) => {
  if (message.id === undefined) response.writeHead(202).end();
  else if (message.method === "server/discover") rpcError(response, message, -32601, "Method not found");
  else result(response, message, resultOf(message));
};
