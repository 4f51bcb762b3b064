import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { PageHandler } from "../../cli/_ask-site.ts";
import { type HttpOptions, type HttpServer, startHttpServer } from "../../cli/_http-server.ts";
import { PATIENCE, type Patience } from "../../cli/_slow-clients.ts";

/** A second for what has a minute. */
export const SHORT: Patience = {
  ...PATIENCE,
  headersMs: 400,
  requestMs: 3_000,
  idleMs: 300,
  stallMs: 500,
  leastRate: 50_000,
  halfClosedMs: 200,
  checkMs: 50,
};

/** A server with no files, and this handler for its pages. */
export async function startPages(
  handler: PageHandler,
  options: HttpOptions = {},
  allowed: string[] = [],
): Promise<HttpServer> {
  const server = await startHttpServer("127.0.0.1", 0, allowed, options);
  onTestFinished(() => server.close());
  server.show({ handler, clientFolder: import.meta.dirname, locals: {} });
  return server;
}

export interface Raw {
  socket: Socket;
  /** All that has come. */
  text(): string;
  /** Resolves when the other end has closed. */
  closed: Promise<void>;
}

/** A connection that sends what no client would. */
export function rawConnection({ url }: HttpServer, first = ""): Raw {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.on("error", () => {});
  if (first !== "") socket.write(first, "latin1");
  return {
    socket,
    text: () => text,
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
  };
}
