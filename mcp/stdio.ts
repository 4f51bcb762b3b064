import type { Readable, Writable } from "node:stream";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { shown } from "./contain.ts";
import { createServer } from "./server.ts";
import { PatientTransport } from "./transport.ts";
import type { ToolContext } from "./types.ts";

interface Streams {
  stdin: Readable;
  stdout: Writable;
  /** Ends the connection from this side. */
  signal: AbortSignal;
}

/**
 * Serves one client over stdio, in whichever era it opens with, until stdin ends, nobody reads stdout any more, or the
 * signal aborts. Only messages of the protocol go to stdout.
 */
export async function serveOverStdio(
  context: ToolContext,
  { stdin, stdout, signal }: Streams,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const transport = new PatientTransport(stdin, stdout, ended.resolve);
  const handle = serveStdio(() => createServer(context), {
    transport,
    // See http.ts.
    maxSubscriptions: 0,
    // It may repeat what the client sent.
    onerror: ({ message }) => context.note(`placard: ${shown(message, 300)}`),
  });
  signal.addEventListener("abort", () => void handle.close(), { once: true });
  if (signal.aborted) await handle.close();
  await ended.promise;
}
