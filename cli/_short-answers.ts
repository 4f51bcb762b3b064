/** What the server says by itself, before the pages are asked or when they cannot be: one sentence. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { EXPOSED_HEADERS } from "../site/src/api/exposed-headers.ts";
import { PROBLEMS, type Problem, type ProblemStatus } from "../site/src/api/problem.ts";

/** Milliseconds that a refused sender gets to read why, while what it still sends is thrown away. */
const LINGER_MS = 1_000;

/** Methods that some address answers. */
export const METHODS = ["GET", "HEAD", "POST", "OPTIONS"] as const;

/** What answers every method in its own words, and refuses with problems that programs can read. */
export function isForPrograms(url = "/"): boolean {
  return /^\/(api\/|v0\.1\/|mcp\/?(\?|$))/.test(url);
}

/** Pages of other origins may read the answer, whoever gives it: the site, or what refuses before the site is asked. */
export function letOthersRead(response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-expose-headers", EXPOSED_HEADERS);
}

/** Answers with a sentence; only ends an answer that was begun already. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.end();
  else send(response, status, "text/plain", text);
}

/**
 * Refuses a request: programs get problem details (RFC 9457), as the API answers them, and people the sentence.
 * @param detail what was asked, what is wrong, what to try
 */
export function sendProblem(response: ServerResponse, status: ProblemStatus, detail: string): void {
  if (response.req.headers.accept?.includes("text/html")) {
    send(response, status, "text/plain", detail);
    return;
  }
  send(response, status, "application/problem+json", problemText(status, detail));
}

/** Problem details as JSON. */
export function problemText(status: ProblemStatus, detail: string): string {
  const { title } = PROBLEMS[status];
  const body: Problem = { type: `/docs/api#problem-${status}`, title, status, detail };
  return JSON.stringify(body);
}

/** What /api/v1/health answers, while there is no site yet to ask. */
export async function sendHealth(response: ServerResponse): Promise<void> {
  // Loaded only now: the port is taken before anything heavy is done.
  const { RULES_VERSION } = await import("../classifier/rules.ts");
  send(response, 200, "application/json", JSON.stringify({ status: "ok", rules: RULES_VERSION }));
}

/** What is said where the site has nothing at all. */
export function nothingThere(url: string | undefined): { mediaType: string; text: string } {
  if (!isForPrograms(url)) return { mediaType: "text/plain", text: "Not found." };
  const detail = "There is nothing at this address. /docs/api lists what there is.";
  return { mediaType: "application/problem+json", text: problemText(404, detail) };
}

/** The same as an answer. */
export function sendNothing(response: ServerResponse): void {
  const { mediaType, text } = nothingThere(response.req.url);
  if (response.headersSent) response.end();
  else send(response, 404, mediaType, text);
}

function send(response: ServerResponse, status: number, mediaType: string, text: string): void {
  const body = Buffer.from(`${text}\n`);
  const isUnread = !response.req.complete && hasBody(response.req);
  if (isUnread) response.setHeader("connection", "close");
  response.writeHead(status, {
    "content-type": `${mediaType}; charset=utf-8`,
    "content-length": body.length,
    "cache-control": "no-store",
  });
  if (!isUnread) {
    response.end(body);
    return;
  }
  // A connection that is closed on bytes that nobody has read takes the answer with it.
  response.write(body);
  const end = () => response.end();
  setTimeout(end, LINGER_MS).unref();
  response.req.once("end", end).resume();
}

/** Whether a request says that it has a body (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Closes the connection a moment after the answer to a request whose body nobody reads, if it is still coming then. */
export function endUnread(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || !hasBody(request)) return;
  response.once("finish", () => {
    const timer = setTimeout(() => request.socket.destroy(), LINGER_MS);
    timer.unref();
    request.once("end", () => clearTimeout(timer)).resume();
  });
}
