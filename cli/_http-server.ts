import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refusedBody } from "./_bodies.ts";
import type { TrustedProxies } from "./_client-address.ts";
import { CONTENT_SECURITY_POLICY } from "./_content-policy.ts";
import { hostCheck, isHost } from "./_host-check.ts";
import { rateLimiter } from "./_rate-limit.ts";
import { reduceTarget } from "./_request-target.ts";
import { isForPrograms, letOthersRead, sendHealth, sendProblem, sendText } from "./_short-answers.ts";
import { type Handle, type ShownSite, siteHandle } from "./_site-handle.ts";
import {
  answerHalfClosed,
  capConnections,
  dropSlow,
  PATIENCE,
  type Patience,
  timeouts,
} from "./_slow-clients.ts";
import { noTunnel, unreadable } from "./_unreadable-request.ts";
import { Failure } from "./failure.ts";

export interface HttpServer {
  /** Where it can be reached from this machine. */
  url: string;
  /** Answers with the site from now on; until then every request is told to come back. */
  show(site: ShownSite): void;
  /** Stops taking requests; those being answered get two seconds. */
  close(): Promise<void>;
}

const SECURITY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  // Other sites' pages may show none of it; badges and pictures of a public catalog say otherwise.
  "cross-origin-resource-policy": "same-origin",
};
const PATIENCE_MS = 2000;

export interface HttpOptions {
  /** How many requests a minute an address may send; left out: as many as it likes. */
  rateLimit?: number;
  /** Who tells whom a request comes from. */
  proxies?: TrustedProxies;
  patience?: Patience;
  /** How long an answer may take to begin, in milliseconds; 30 s unless told. */
  answerMs?: number;
}

/**
 * Takes the port, at once, so that a port in use is known before anything else is done.
 * @param allowedHosts names, besides this machine's own, that requests may have in their Host header
 * @throws Failure, one sentence, when the address cannot be used.
 */
export async function startHttpServer(
  host: string,
  port: number,
  allowedHosts: string[] = [],
  { rateLimit, proxies, patience = PATIENCE, answerMs }: HttpOptions = {},
): Promise<HttpServer> {
  let handle: Handle = notYet;
  const whoAsks = hostCheck(host, allowedHosts);
  const limiter = rateLimit === undefined ? undefined : rateLimiter(rateLimit, proxies);
  const server = createServer(timeouts(patience));
  const take = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (!reduceTarget(request)) return noAddress(response);
    const asked = whoAsks(request.headers.host);
    if (asked === "refused") return misdirected(response);
    if (!isHost(request.headers.host)) return noHost(response);
    if (asked === "allowed" && isForPrograms(request.url)) letOthersRead(response);
    if (!refusedBody(request, response)) handle(request, response, asked === "allowed");
  };
  server.on("request", take);
  // Without this Node asks for every body before anybody has seen how long it is.
  server.on("checkContinue", take);
  // Other expectations may be met or not (RFC 9110 §10.1.1); Node's own refusal says nothing.
  server.on("checkExpectation", take);
  server.on("clientError", unreadable(SECURITY_HEADERS));
  server.on("connect", noTunnel(SECURITY_HEADERS));
  dropSlow(server, patience);
  answerHalfClosed(server, patience);
  capConnections(server, patience, proxies !== undefined);
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${shownHost(host)}:${taken}`,
    show(site) {
      handle = siteHandle(site, limiter, answerMs);
    },
    close: () => close(server),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenFailure(error, host, port)));
    server.listen({ host, port }, resolve);
  });
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): Failure {
  const doing = `Opening port ${port} on ${host}`;
  const another = "choose another with --port or PORT";
  if (error.code === "EADDRINUSE") {
    return new Failure(`${doing}: another program is using it. Stop that one, or ${another}.`);
  }
  if (error.code === "EACCES") {
    return new Failure(`${doing}: you may not use it. Ports below 1024 are the administrator's; ${another}.`);
  }
  if (["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL"].includes(error.code ?? "")) {
    const advice = "Set --host or HOST to one of its own, such as 127.0.0.1, or 0.0.0.0 for all";
    return new Failure(`${doing}: this machine has no such address. ${advice}.`);
  }
  return new Failure(`${doing}: ${error.message}. Try another --host or --port.`);
}

/** A name that a browser on this machine can open. */
function shownHost(host: string): string {
  if (["127.0.0.1", "0.0.0.0", "::", "::1", "localhost"].includes(host))
    return host === "::1" ? "[::1]" : "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** 421 Misdirected Request (RFC 9110 §15.5.20). What was asked for is not repeated: it is a stranger's text. */
function misdirected(response: ServerResponse): void {
  const why = "Placard answers only requests for this machine itself (localhost, 127.0.0.1, [::1])";
  const advice = "Behind a proxy, name its host: placard serve --allow-host catalog.example.com";
  const detail = `${why}, and this one asks for another host. ${advice}`;
  if (isForPrograms(response.req.url)) sendProblem(response, 421, `${detail}.`);
  else sendText(response, 421, detail);
}

/** 400, whatever is asked for (RFC 9112 §3.2). */
function noHost(response: ServerResponse): void {
  const detail =
    "The Host header of this request names no host. Send the name of the server, and its port if there is one, such as localhost:4321.";
  if (isForPrograms(response.req.url)) sendProblem(response, 400, detail);
  else sendText(response, 400, detail);
}

function noAddress(response: ServerResponse): void {
  sendText(
    response,
    400,
    "This asks for no address of a page. Ask for one that begins with /, such as /tools.",
  );
}

function notYet(request: IncomingMessage, response: ServerResponse): void {
  // Alive, though not ready: what /api/v1/health means.
  if (/^\/api\/v1\/health(\?|$)/.test(request.url ?? "")) {
    void sendHealth(response);
    return;
  }
  response.setHeader("retry-after", "2");
  if (isForPrograms(request.url)) {
    sendProblem(response, 503, "Placard is starting. Try again soon.");
    return;
  }
  response.setHeader("refresh", "2");
  sendText(response, 503, "Placard is starting. This page tries again by itself.");
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
