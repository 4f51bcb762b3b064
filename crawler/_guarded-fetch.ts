import http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { bareHost, guardedLookup, isLoopbackHost, mayConnect, refusal } from "./_addresses.ts";
import { type BodyLimits, bounded } from "./_bounded-body.ts";
import { LossError, lossOf } from "./_loss.ts";
import type { ConnectionLoss } from "./transport.ts";

// What a door throws is part of it.
export { LossError, lossOf };

export interface FetchPolicy extends BodyLimits {
  /** Allows this machine itself, because the user typed it. */
  loopback: boolean;
  userAgent: string;
}

export interface Request {
  method: "GET" | "POST" | "DELETE";
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** An answer whose body is bounded and unpacked. Whoever gets it reads or destroys the body. */
export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Where it came from in the end. */
  url: URL;
  body: Readable;
}

/** The one door out to remotes. */
export interface Door {
  /** @throws LossError where there is no answer, or one that is no use to anybody */
  fetch(url: URL, request: Request): Promise<Answer>;
  /** Closes the connections that are kept for the next request. */
  close(): void;
}

/** Redirects followed for one request. */
const REDIRECTS = 5;

/** Headers of an answer, all together, in bytes. */
const HEADER_BYTES = 16 * 1024;

/**
 * Opens a door that connects to public addresses only, counts what comes in, and follows redirects only within the
 * same origin (or from http to https on the same host): what a server redirects to elsewhere is another server's.
 */
export function openDoor(policy: FetchPolicy): Door {
  const budget = { left: policy.totalBytes };
  const lookup = guardedLookup(policy.loopback);
  const agents = new Map<string, http.Agent>();
  const once = (url: URL, request: Request): Promise<http.IncomingMessage> => {
    const client = CLIENTS.get(url.protocol);
    if (client === undefined) throw new LossError(redirectTo(url, "elsewhere"));
    const agent = agents.get(url.protocol) ?? new client.Agent({ keepAlive: true });
    agents.set(url.protocol, agent);
    return send(url, request, policy, { client, agent, lookup });
  };
  return {
    fetch: async (start, request) => {
      const seen = new Set<string>();
      for (let url = start; ; ) {
        seen.add(url.href);
        const message = await once(url, request);
        const loss = refusedStatus(message);
        const next = loss === undefined ? redirectOf(message, url) : undefined;
        if (loss === undefined && next === undefined) {
          const body = bounded(message, budget, policy);
          return { status: message.statusCode ?? 0, headers: message.headers, url, body };
        }
        message.destroy();
        if (loss !== undefined || next === undefined) throw new LossError(loss ?? { kind: "no-answer" });
        const why = refusedRedirect(url, next, seen);
        if (why !== undefined) throw new LossError(redirectTo(next, why));
        url = next;
      }
    },
    close: () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

const CLIENTS = new Map<string, typeof http | typeof https>([
  ["http:", http],
  ["https:", https],
]);

/** How a request travels. */
interface Way {
  client: typeof http | typeof https;
  agent: http.Agent;
  /** Connected to is what this answers: a name cannot change its address between the check and the use. */
  lookup: LookupFunction;
}

const ignore = (): void => {};

/** Watches the signal itself: how node:http does it costs a tenth of a small request. */
async function send(
  url: URL,
  request: Request,
  policy: FetchPolicy,
  way: Way,
): Promise<http.IncomingMessage> {
  const host = bareHost(url.hostname);
  if (isIP(host) !== 0 && !mayConnect(host, policy.loopback)) throw lossOf(refusal(url.hostname, host));
  const { signal, body } = request;
  if (signal.aborted) throw new LossError(GIVEN_UP);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const outgoing = way.client.request({
    method: request.method,
    protocol: url.protocol,
    hostname: host,
    port: url.port,
    path: url.pathname + url.search,
    headers: {
      ...request.headers,
      "user-agent": policy.userAgent,
      "accept-encoding": "gzip, deflate, br",
      ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
    },
    lookup: way.lookup,
    agent: way.agent,
    maxHeaderSize: HEADER_BYTES,
  });
  const giveUp = (): void => void outgoing.destroy(new LossError(GIVEN_UP));
  signal.addEventListener("abort", giveUp);
  outgoing.on("close", () => signal.removeEventListener("abort", giveUp));
  // Ending a request whose answer is just complete leaves its connection without anybody who takes the error.
  outgoing.on("socket", (socket) => {
    if (!outgoing.reusedSocket) socket.on("error", ignore);
  });
  outgoing.on("response", resolve);
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    // A connection kept from the last request may have been closed just now; that says nothing about this one.
    if (outgoing.reusedSocket && error.code === "ECONNRESET")
      resolve(send(url, request, policy, { ...way, agent: new way.client.Agent() }));
    else reject(lossOf(error));
  });
  // A string goes out in one piece with the headers.
  outgoing.end(body);
  return promise;
}

const GIVEN_UP = { kind: "unreachable", message: "the request was given up" } as const;

function refusedStatus({
  statusCode: status = 0,
  headers,
}: http.IncomingMessage): ConnectionLoss | undefined {
  const challenge = headers["www-authenticate"];
  if (status === 401 || (status === 403 && challenge !== undefined))
    return { kind: "needs-authorization", status, ...(challenge === undefined ? {} : { challenge }) };
  const retryAfter = headers["retry-after"];
  if ((status === 429 || status === 503) && retryAfter !== undefined)
    return { kind: "http-status", status, retryAfter, text: "" };
  return undefined;
}

/** Where an answer points, when it is a redirect that keeps the request as it is or that everybody treats so. */
function redirectOf({ statusCode, headers }: http.IncomingMessage, url: URL): URL | undefined {
  const { location } = headers;
  if (location === undefined || ![301, 302, 307, 308].includes(statusCode ?? 0)) return undefined;
  return URL.canParse(location, url) ? new URL(location, url) : undefined;
}

type Redirect = Extract<ConnectionLoss, { kind: "redirect" }>;

function refusedRedirect(from: URL, to: URL, seen: Set<string>): Redirect["why"] | undefined {
  const upgrade = to.protocol === "https:" && from.protocol === "http:" && to.host === from.host;
  if (to.origin !== from.origin && !upgrade) return isPrivate(to) ? "private" : "elsewhere";
  if (seen.has(to.href)) return "loop";
  return seen.size > REDIRECTS ? "too-many" : undefined;
}

/** Written as an address that is not public; what a name leads to is seen only by whoever connects, and we don't. */
function isPrivate({ hostname }: URL): boolean {
  const host = bareHost(hostname);
  return isLoopbackHost(hostname) || (isIP(host) !== 0 && !mayConnect(host, false));
}

function redirectTo(url: URL, why: Redirect["why"]): Redirect {
  // Without the query, which may hold a token.
  return { kind: "redirect", to: url.origin === "null" ? url.protocol : url.origin + url.pathname, why };
}

/** A whole body. @throws LossError when it is too large or breaks off */
export async function readBody({ body }: Answer): Promise<Buffer> {
  if (body.closed) throw lossOf(body.errored ?? new LossError(GIVEN_UP));
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  body.on("data", (chunk: Buffer) => chunks.push(chunk));
  body.on("end", () => resolve(Buffer.concat(chunks)));
  body.on("error", (error) => reject(lossOf(error)));
  body.on("close", () => {
    if (!body.readableEnded) reject(new LossError(GIVEN_UP));
  });
  body.resume();
  return promise;
}
