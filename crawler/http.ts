import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { guardedFetch, LossError, lossOf } from "./_guarded-fetch.ts";
import type { Limits } from "./limits.ts";
import { isRecord } from "./session.ts";
import type { ConnectionLoss, Transport, TransportHandlers } from "./transport.ts";
import { VERSION } from "./version.ts";

/** How long a server may take to answer that it has closed the session. */
const GOODBYE_MS = 2_000;

/**
 * JSON-RPC over Streamable HTTP (MCP 2025-11-25, Transports): the SDK's transport with our own door out.
 *
 * @param loopback allows this machine itself as the address
 */
export function httpTransport(url: URL, loopback: boolean, limits: Limits): Transport {
  let handlers: TransportHandlers | undefined;
  const lose = (loss: ConnectionLoss): void => handlers?.onLoss(loss);
  const door = guardedFetch({
    loopback,
    messageBytes: limits.messageBytes,
    totalBytes: limits.totalBytes,
    userAgent: `placard/${VERSION} (MCP risk catalog; lists tools, calls none)`,
  });
  const sdk = new StreamableHTTPClientTransport(url, {
    // The stream that is open beside our requests carries notifications only: its end is not the end of the listing.
    fetch: async (input, init) => {
      const response = await door(input, init);
      return init?.method === "GET" ? endQuietly(response) : response;
    },
    redirectPolicy: "same-origin",
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  return {
    start: (given) => {
      handlers = given;
      sdk.onmessage = (message) => given.onMessage(message);
      // Streams break here, not in `send`; everything else that comes here comes there too.
      sdk.onerror = (error) => {
        if (error instanceof LossError && error.loss.kind === "too-large") {
          lose(error.loss);
        } else if (error.message.startsWith("SSE stream disconnected")) {
          // The SDK keeps only the text of what broke the stream.
          const tooLarge = error.message.includes("too-large");
          lose(
            tooLarge
              ? { kind: "too-large", what: "total", limit: limits.totalBytes }
              : { kind: "unreachable", message: "the server cut the connection" },
          );
        }
      };
      void sdk.start();
    },
    send: (message) => {
      const parsed = JSONRPCMessageSchema.parse(message) as JSONRPCMessage;
      // Only a request's failure ends the conversation: some servers dislike a notification and answer all the same.
      sdk.send(parsed).catch((error: unknown) => {
        if ("id" in message && "method" in message) lose(lossOfSend(error));
      });
    },
    agree: (version) => sdk.setProtocolVersion(version),
    close: async () => {
      handlers = undefined;
      await Promise.race([
        sdk.terminateSession().catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref()),
      ]);
      await sdk.close();
    },
  };
}

/** The same answer, whose body ends where the connection breaks. */
function endQuietly(response: Response): Response {
  const reader = response.body?.getReader();
  if (reader === undefined) return response;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, response);
}

function lossOfSend(error: unknown): ConnectionLoss {
  if (error instanceof LossError) return error.loss;
  if (error instanceof StreamableHTTPError) {
    const text = error.message.replace(/^Streamable HTTP error: (Error POSTing to endpoint: )?/, "");
    const contentType = /^Unexpected content type: (.*)$/.exec(text)?.[1];
    if (contentType !== undefined)
      return { kind: "content-type", contentType: contentType === "null" ? "" : contentType };
    return { kind: "http-status", status: error.code ?? 0, text: messageIn(text) };
  }
  if (error instanceof SyntaxError || (error instanceof Error && error.name === "ZodError")) {
    return { kind: "content-type", contentType: "not the JSON that it says it is" };
  }
  return lossOf(error).loss;
}

/** Many servers put a JSON-RPC error into the body of a failed request; its message is what a person wants. */
function messageIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body) && isRecord(body.error) && typeof body.error.message === "string")
      return body.error.message;
  } catch {
    // Not JSON: shown as it is, unless it is a web page.
  }
  return /^\s*</.test(text) ? "" : text;
}
