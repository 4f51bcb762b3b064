import { createMcpHandler, readRequestBody } from "@modelcontextprotocol/server";
import { createServer } from "./server.ts";
import type { ToolContext } from "./types.ts";

/** Longest body that is read, in bytes: what placard serve takes of any request. */
const MOST_BYTES = 2 ** 20;
/** Messages in one body (a batch of 2025-03-26): each may ask for a list that is 400 times as long as the question. */
const MOST_MESSAGES = 20;

/** Headers that browsers must ask about before sending them; those of MCP 2025-11-25 and 2026-07-28. */
const CLIENT_HEADERS = "content-type, accept, mcp-protocol-version, mcp-method, mcp-name";

/**
 * Answers one request over Streamable HTTP: MCP 2026-07-28, and the revisions with a handshake up to 2025-11-25. Nothing
 * is kept between two requests, so there are no sessions, no streams to listen on and nothing to delete.
 *
 * @param crossOrigin whether pages of other origins may ask; else a request from one is refused, as the host that was
 *   asked for has been checked before (MCP 2025-11-25, Transports, "Security Warning")
 */
export async function answerMcp(
  request: Request,
  context: ToolContext,
  crossOrigin: boolean,
): Promise<Response> {
  const response = await answer(request, context, crossOrigin);
  if (response.status === 405) response.headers.set("allow", "POST, OPTIONS");
  response.headers.set("cache-control", "no-store");
  if (crossOrigin) response.headers.set("access-control-allow-origin", "*");
  return response;
}

function answer(request: Request, context: ToolContext, crossOrigin: boolean): Promise<Response> | Response {
  if (!crossOrigin && !isOwnOrigin(request)) {
    return refusal(
      403,
      -32_000,
      "Placard answers pages of other origins only where its API is open to them.",
    );
  }
  return request.method === "OPTIONS" ? preflight(crossOrigin) : serve(request, context);
}

async function serve(request: Request, context: ToolContext): Promise<Response> {
  const handler = createMcpHandler(() => createServer(context), {
    // The list never changes while we run, so there is nothing to subscribe to, and no connection to hold open for it.
    maxSubscriptions: 0,
    keepAliveMs: 0,
  });
  if (request.method !== "POST") return handler.fetch(request);
  const body = await readRequestBody(request, MOST_BYTES);
  if (body.tooLarge)
    return refusal(413, -32_000, `The body is longer than the ${MOST_BYTES} bytes that are taken.`);
  const parsedBody = parse(body.text);
  if (parsedBody === undefined) return refusal(400, -32_700, "The body is not JSON.");
  if (Array.isArray(parsedBody) && parsedBody.length > MOST_MESSAGES) {
    return refusal(
      400,
      -32_600,
      `The body holds ${parsedBody.length} messages, and ${MOST_MESSAGES} are taken.`,
    );
  }
  return handler.fetch(request, { parsedBody });
}

/** Undefined for what is not JSON, which no JSON is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON-RPC error about the request as a whole. */
function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}

/** Programs send no Origin; our own pages send ours. */
function isOwnOrigin({ headers }: Request): boolean {
  const origin = headers.get("origin");
  if (origin === null || origin === "") return true;
  const host = headers.get("host")?.toLowerCase();
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host;
}

function preflight(crossOrigin: boolean): Response {
  const allow = { allow: "POST, OPTIONS" };
  const access = { "access-control-allow-methods": "POST", "access-control-allow-headers": CLIENT_HEADERS };
  return new Response(null, { status: 204, headers: crossOrigin ? { ...allow, ...access } : allow });
}
