/** Drops clients that hold connections without sending or reading: each costs memory, and there are as many as anybody likes. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { LONGEST_QUERY_MS } from "../db/index.ts";
import { networkOf } from "./_client-address.ts";

/** In milliseconds, bytes a second, and connections. */
export interface Patience {
  /** For the head of a request. */
  headersMs: number;
  /** For a whole request. */
  requestMs: number;
  /** For the next request on a connection. */
  idleMs: number;
  /** How long nothing need move at the beginning of a body, and at any time of an answer. */
  stallMs: number;
  /** At which bodies must come, and answers be taken, on the whole. */
  leastRate: number;
  /** In which an answer must begin to a sender that has closed its end: it may wait for it, or be gone. */
  halfClosedMs: number;
  /** How often all that is looked at. */
  checkMs: number;
  connections: number;
  /** Of them, from one address. */
  connectionsEach: number;
}

/** Node's code for a request that did not come in time. */
const TIMEOUT = "ERR_HTTP_REQUEST_TIMEOUT";

export const PATIENCE: Patience = {
  headersMs: 10_000,
  requestMs: 60_000,
  idleMs: 5_000,
  stallMs: 15_000,
  leastRate: 4_096,
  // An answer that waits for the longest query comes, with what is made of it.
  halfClosedMs: LONGEST_QUERY_MS + 5_000,
  checkMs: 1_000,
  connections: 2_000,
  connectionsEach: 500,
};

/** What Node looks after by itself. */
export function timeouts({ headersMs, requestMs, idleMs, checkMs }: Patience): ServerOptions {
  return {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: checkMs,
  };
}

interface Watched {
  request: IncomingMessage;
  response: ServerResponse;
  begun: number;
  /** Of the socket when the head was read. */
  readBefore: number;
  /** What was waiting to be taken when something last was, or when it was begun, and since when. */
  waiting: number;
  taken: number;
  since: number;
}

/**
 * Looks after every request of a server until its answer has been taken: a body must come at the least rate after a first
 * stall, and as long as bytes of the answer wait, some must be taken in the time that all of them take at that rate.
 */
export function dropSlow(server: Server, patience: Patience): void {
  const watched = new Set<Watched>();
  server.prependListener("request", watch);
  server.prependListener("checkContinue", watch);
  server.prependListener("checkExpectation", watch);
  // Node's own inactivity timer: it sees the kernel take bytes, also of one long write.
  server.setTimeout(patience.stallMs, (socket) => {
    const isBusy = [...watched].some(({ request }) => request.socket === socket);
    if (!isBusy || socket.writableLength > 0) socket.destroy();
  });
  const timer = setInterval(() => {
    const now = performance.now();
    for (const one of watched) {
      if (bodyIsSlow(one, now, patience)) tooSlow(server, one);
      else if (readerIsSlow(one, now, patience)) one.request.socket.destroy();
    }
  }, patience.checkMs);
  timer.unref();
  server.once("close", () => clearInterval(timer));

  function watch(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const begun = performance.now();
    const one = {
      request,
      response,
      begun,
      readBefore: socket.bytesRead,
      waiting: 0,
      taken: 0,
      since: begun,
    };
    watched.add(one);
    // "close" comes when the last byte has been taken, or nobody is there to take it.
    response.once("close", () => watched.delete(one));
  }
}

function bodyIsSlow({ request, begun, readBefore }: Watched, now: number, patience: Patience): boolean {
  if (request.complete) return false;
  const seconds = (now - begun - patience.stallMs) / 1_000;
  return seconds > 0 && request.socket.bytesRead - readBefore < seconds * patience.leastRate;
}

function readerIsSlow(one: Watched, now: number, { stallMs, leastRate }: Patience): boolean {
  const { socket } = one.request;
  const waiting = socket.writableLength;
  const taken = socket.bytesWritten - waiting;
  if (waiting === 0 || taken !== one.taken) {
    one.waiting = waiting;
    one.taken = taken;
    one.since = now;
    return false;
  }
  return now - one.since > stallMs + (one.waiting / leastRate) * 1_000;
}

/** As Node does with those that its own time runs out for: "clientError" answers with a 408, where nothing was yet. */
function tooSlow(server: Server, { request, response }: Watched): void {
  const { socket } = request;
  if (response.headersSent) socket.destroy();
  else {
    const error = Object.assign(new Error("slow body"), { code: TIMEOUT, headers: response.getHeaders() });
    server.emit("clientError", error, socket);
  }
}

/**
 * Answers also who has closed its sending half (RFC 9112 §9.6); Node would take that for having gone. Nothing tells the two
 * apart but an answer: so who gets none for a moment counts as gone, and what is done for it ends.
 */
export function answerHalfClosed(server: Server, { halfClosedMs }: Patience): void {
  // Node's own, though its types know nothing of it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on("connection", (socket: Socket) => {
    socket.once("end", () => {
      const before = socket.bytesWritten;
      const timer = setTimeout(() => {
        if (socket.bytesWritten === before) socket.destroy();
      }, halfClosedMs);
      timer.unref();
      socket.once("close", () => clearTimeout(timer));
    });
  });
}

/** Refuses connections beyond so many, in all and from one address; a trusted proxy's address stands for many. */
export function capConnections(
  server: Server,
  { connections, connectionsEach }: Patience,
  behindProxy: boolean,
): void {
  server.maxConnections = connections;
  if (behindProxy) return;
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const from = networkOf(socket.remoteAddress ?? "");
    const count = (open.get(from) ?? 0) + 1;
    open.set(from, count);
    socket.once("close", () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left === 0) open.delete(from);
      else open.set(from, left);
    });
    if (count > connectionsEach) socket.destroy();
  });
}
