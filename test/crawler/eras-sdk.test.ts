import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { McpServer as OldServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { type CreateMcpHandlerOptions, createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { afterEach, describe, expect, test } from "vitest";
import { crawlTyped, names } from "./_crawl.ts";
import { bodyOf, closeAll, serveHttp } from "./_remote.ts";

// A second opinion on the wire format: the servers of the official SDK, both lines of it.

afterEach(closeAll);

function oldServer(): OldServer {
  const server = new OldServer({ name: "old", version: "1.0.0" });
  server.registerTool("look", { description: "Looks around" }, async () => ({ content: [] }));
  return server;
}

describe("SDK 1", () => {
  test("over Streamable HTTP with sessions", async () => {
    const sessions = new Map<string, StreamableHTTPServerTransport>();
    const url = await serveHttp(async (request, response) => {
      const known = sessions.get(String(request.headers["mcp-session-id"]));
      if (known !== undefined) return known.handleRequest(request, response);
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void sessions.set(id, transport),
        onsessionclosed: (id) => void sessions.delete(id),
      });
      await oldServer().connect(transport as Parameters<OldServer["connect"]>[0]);
      await transport.handleRequest(request, response);
    });
    const crawled = await crawlTyped(url);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(["look"]);
    expect(crawled.launch).toMatchObject({ era: "handshake", protocolVersion: "2025-11-25" });
    expect(sessions.size).toBe(0);
  });

  test("over HTTP+SSE", async () => {
    const sessions = new Map<string, SSEServerTransport>();
    const url = await serveHttp(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      if (pathname === "/messages")
        return sessions.get(searchParams.get("sessionId") ?? "")?.handlePostMessage(request, response);
      if (request.method !== "GET") return response.writeHead(404).end();
      const transport = new SSEServerTransport("/messages", response);
      sessions.set(transport.sessionId, transport);
      await oldServer().connect(transport);
    });
    const crawled = await crawlTyped(url);
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(["look"]);
    expect(crawled.launch).toMatchObject({ era: "handshake", legacySse: true });
  });
});

describe("SDK 2", () => {
  const serve = (cacheScope: "public" | undefined, options: CreateMcpHandlerOptions): Promise<string> => {
    const handler = createMcpHandler(() => {
      const hints =
        cacheScope === undefined ? {} : { cacheHints: { "tools/list": { ttlMs: 60_000, cacheScope } } };
      const server = new McpServer({ name: "new", version: "1.0.0" }, hints);
      server.registerTool("look", { description: "Looks around" }, async () => ({ content: [] }));
      return server;
    }, options);
    return serveHttp(async (request: IncomingMessage, response: ServerResponse) => {
      const body = await bodyOf(request);
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const init = { method: request.method ?? "", headers, ...(body === "" ? {} : { body }) };
      const answer = await handler.fetch(new Request(`http://localhost${request.url}`, init));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  };

  test.each([
    ["in both eras", {}],
    ["in the stateless era alone", { legacy: "reject" }],
    ["in the stateless era, over event streams", { legacy: "reject", responseMode: "sse" }],
  ] as [string, CreateMcpHandlerOptions][])("%s", async (_name, options) => {
    const crawled = await crawlTyped(await serve("public", options));
    expect(crawled.reason).toBeUndefined();
    expect(names(crawled)).toEqual(["look"]);
    expect(crawled).toMatchObject({
      serverInfo: { name: "new" },
      cache: { ttlMs: 60_000, scope: "public" },
      launch: { era: "stateless", protocolVersion: "2026-07-28" },
    });
  });

  test("calls a list private unless its author says otherwise", async () => {
    const crawled = await crawlTyped(await serve(undefined, {}));
    expect(crawled).toMatchObject({ status: "skipped", cache: { ttlMs: 0, scope: "private" }, tools: [] });
  });
});
