/** Answers requests with the site: its files, what is kept, and its pages and API. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { COME_BACK } from "../site/src/lib/come-back.ts";
import { REFUSALS } from "../site/src/lib/etag.ts";
import type { PageHandler } from "./_ask-site.ts";
import { takeBody } from "./_bodies.ts";
import { compressing } from "./_compress.ts";
import { type AnswerCache, answerKept, type SiteLocals } from "./_kept-site.ts";
import { answerKnown, knownOf, tagKey } from "./_known-tags.ts";
import { isUndecodable, isUnreadable } from "./_lost-address.ts";
import type { Limiter } from "./_rate-limit.ts";
import { endUnread, isForPrograms, METHODS, sendNothing, sendProblem, sendText } from "./_short-answers.ts";
import { siteFiles } from "./_site-files.ts";

/** The built site and what its pages take their data from. */
export interface ShownSite {
  handler: PageHandler;
  clientFolder: string;
  locals: SiteLocals;
  /** Where answers are kept; left out: each is made anew. */
  cache?: AnswerCache;
}

/** @param crossOrigin whether pages of other origins may read the answer. */
export type Handle = (request: IncomingMessage, response: ServerResponse, crossOrigin: boolean) => void;

const READING = ["GET", "HEAD"];
/** Methods that the site cannot be asked with: a Request of the Fetch standard has none of them. */
const UNASKABLE = ["CONNECT", "TRACE", "TRACK"];
/** Whoever watches over us must not be told that we are ill for asking too often; and a browser asks for its icon itself. */
const UNCOUNTED = /^\/(api\/v1\/(health|ready)|favicon\.svg)(\?|$)/;
/** Answers that take as long as what they are made of takes to make, which says so itself. */
const UNTIMED = /^\/api\/v1\/export\./;
/** An answer that has not begun by then will not: the database hangs. In milliseconds. */
const ANSWER_MS = 30_000;
/** The page that says so. */
const NOT_FOUND = "/404";

/**
 * @param limiter counts what is not a file; left out: nothing is counted
 * @param answerMs how long an answer may take to begin, in milliseconds
 */
export function siteHandle(site: ShownSite, limiter?: Limiter, answerMs = ANSWER_MS): Handle {
  const sendFile = siteFiles(site.clientFolder);
  return (request, response, crossOrigin) => {
    const reading = READING.includes(request.method ?? "");
    const forPrograms = isForPrograms(request.url);
    const page = async () => {
      if (reading && sendFile(request, response)) return;
      if (limiter && !UNCOUNTED.test(request.url ?? "") && !(await limiter(request, response))) return;
      if (!reading && !forPrograms) return methodNotAllowed(response);
      if (UNASKABLE.includes(request.method ?? "")) return methodUnaskable(response);
      if (reading) endUnread(request, response);
      else if (!(await takeBody(request, response))) return;
      if (!UNTIMED.test(request.url ?? "")) refuseLate(response, answerMs);
      await answer(site, request, response, reading, crossOrigin);
    };
    page().catch(() => sendText(response, 500, "Something in Placard itself went wrong."));
  };
}

async function answer(
  site: ShownSite,
  request: IncomingMessage,
  response: ServerResponse,
  reading: boolean,
  crossOrigin: boolean,
): Promise<void> {
  const { handler, locals } = site;
  // What is kept is told to those who want it, or have it; who may refuse it is rare, and asks the site.
  const cache = REFUSALS.some((name) => name in request.headers) ? undefined : site.cache;
  if (isForPrograms(request.url)) {
    if (isUndecodable(request.url ?? "/")) return notDecodable(response);
  } else if (isUnreadable(request.url ?? "/")) request.url = NOT_FOUND;
  const key = cache && reading ? tagKey(request, crossOrigin, locals.publicUrl) : undefined;
  if (cache && reading) {
    if (key !== undefined && answerKnown(cache.tags, key, request, response)) return;
    if (await answerKept({ handler, locals, cache }, request, response, crossOrigin, key)) return;
  }
  // The site is asked for what GET would answer, so that HEAD has the same headers; Node drops the body.
  const asked = request.method === "HEAD" ? { head: true } : {};
  if (reading) request.method = "GET";
  let known: ReturnType<typeof knownOf>;
  const drained = compressing(request, response, (status, headers) => {
    known = knownOf(status, headers);
  });
  const make = async (more: object) => {
    const missing = () => sendNothing(response);
    await handler(request, response, missing, { ...locals, crossOrigin, drained, ...asked, ...more });
    return known;
  };
  if (cache && key !== undefined) await cache.tags.note(key, (onRead) => make({ onRead }));
  else await make({});
}

function methodNotAllowed(response: ServerResponse): void {
  response.setHeader("allow", READING.join(", "));
  sendText(response, 405, "Pages can only be read (GET or HEAD).");
}

function methodUnaskable(response: ServerResponse): void {
  response.setHeader("allow", METHODS.join(", "));
  sendProblem(response, 405, `${response.req.method} is not possible here. OPTIONS says what is.`);
}

function notDecodable(response: ServerResponse): void {
  const detail =
    "The path of the address is not percent-encoded UTF-8. Write a % that stands for itself as %25.";
  sendProblem(response, 400, detail);
}

/** What is answered after that finds that an answer was sent, and is thrown away. */
function refuseLate(response: ServerResponse, afterMs: number): void {
  const refuse = () => {
    if (response.headersSent) return;
    response.setHeader("retry-after", COME_BACK);
    const detail = `The catalog did not answer within ${afterMs / 1000} seconds: its database may be busy, or hang. Try again later; /api/v1/ready says whether it can be asked.`;
    sendProblem(response, 503, detail);
  };
  const timer = setTimeout(refuse, afterMs);
  timer.unref();
  response.once("close", () => clearTimeout(timer));
}
