import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";
import { hostCheck } from "./_host-check.ts";
import { type AnswerCache, answerKept, type SiteLocals } from "./_kept-site.ts";
import { unreadable } from "./_unreadable-request.ts";
import { Failure } from "./failure.ts";

/** The site as a request handler, as @astrojs/node makes it in middleware mode. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
  locals: object,
) => unknown;

/** The built site and what its pages take their data from. */
export interface ShownSite {
  handler: PageHandler;
  clientFolder: string;
  locals: SiteLocals;
  /** Where answers are kept; left out: each is made anew. */
  cache?: AnswerCache;
}

export interface HttpServer {
  /** Where it can be reached from this machine. */
  url: string;
  /** Answers with the site from now on; until then every request is told to come back. */
  show(site: ShownSite): void;
  /** Stops taking requests; those being answered get two seconds. */
  close(): Promise<void>;
}

/** No script, style or picture but our own, nobody frames us, and forms go nowhere else. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const SECURITY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  // Other sites' pages may show none of it; badges and pictures of a public catalog say otherwise.
  "cross-origin-resource-policy": "same-origin",
};
const READING = ["GET", "HEAD"];
const PATIENCE_MS = 2000;

/** @param crossOrigin whether pages of other origins may read the answer. */
type Handle = (request: IncomingMessage, response: ServerResponse, crossOrigin: boolean) => void;

/**
 * Takes the port, at once, so that a port in use is known before anything else is done.
 * @param allowedHosts names, besides this machine's own, that requests may have in their Host header
 * @throws Failure, one sentence, when the address cannot be used.
 */
export async function startHttpServer(
  host: string,
  port: number,
  allowedHosts: string[] = [],
): Promise<HttpServer> {
  let handle: Handle = notYet;
  const whoAsks = hostCheck(host, allowedHosts);
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      const asked = whoAsks(request.headers.host);
      if (asked === "refused") misdirected(response);
      else handle(request, response, asked === "allowed");
    },
  );
  server.on("clientError", unreadable(SECURITY_HEADERS));
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${shownHost(host)}:${taken}`,
    show(site) {
      handle = siteHandle(site);
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

function siteHandle(site: ShownSite): Handle {
  // Reads the folder once: only files that were there can be asked for, whatever the path says.
  const files = sirv(site.clientFolder, {
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders: (response, pathname) => {
      // Astro puts a digest into the names of what it built, so those never change.
      const hashed = pathname.startsWith("/_astro/");
      response.setHeader(
        "cache-control",
        hashed ? "public, max-age=31536000, immutable" : "public, max-age=300",
      );
    },
  });
  return (request, response, crossOrigin) => {
    const path = request.url ?? "/";
    const reading = READING.includes(request.method ?? "");
    // The API answers other methods itself, in its own words.
    if (!reading && !path.startsWith("/api/")) return methodNotAllowed(response);
    const page = () => {
      answer(site, request, response, reading, crossOrigin).catch(() =>
        sendText(response, 500, "Something in Placard itself went wrong."),
      );
    };
    if (reading) files(request, response, page);
    else page();
  };
}

async function answer(
  site: ShownSite,
  request: IncomingMessage,
  response: ServerResponse,
  reading: boolean,
  crossOrigin: boolean,
): Promise<void> {
  const { cache, handler, locals } = site;
  if (cache && reading && (await answerKept({ handler, locals, cache }, request, response, crossOrigin)))
    return;
  const missing = () => sendText(response, 404, "Not found.");
  await handler(request, response, missing, { ...locals, crossOrigin });
}

function methodNotAllowed(response: ServerResponse): void {
  response.setHeader("allow", READING.join(", "));
  sendText(response, 405, "Pages can only be read (GET or HEAD).");
}

/** 421 Misdirected Request (RFC 9110 §15.5.20). What was asked for is not repeated: it is a stranger's text. */
function misdirected(response: ServerResponse): void {
  const why = "Placard answers only requests for this machine itself (localhost, 127.0.0.1, [::1])";
  const advice = "Behind a proxy, name its host: placard serve --allow-host catalog.example.com";
  sendText(response, 421, `${why}, and this one asks for another host. ${advice}`);
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("retry-after", "2");
  response.setHeader("refresh", "2");
  sendText(response, 503, "Placard is starting. This page tries again by itself.");
}

function sendText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${text}\n`);
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
