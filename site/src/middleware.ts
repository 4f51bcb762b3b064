import { defineMiddleware } from "astro:middleware";
import { COME_BACK } from "./lib/come-back.ts";
import { etagOf, NOT_WHAT_YOU_KNOW, namesTag, refuses, unchangedSince } from "./lib/etag.ts";
import { absoluteUrls } from "./lib/head.ts";
import { LOST_DATABASE, lostDatabase } from "./lib/lost-database.ts";
import { markdownAnswer } from "./lib/markdown.ts";

/** What other sites may show: pictures that hold no more than a verdict. */
const EMBEDDABLE = /^\/(badges|images)\//;

/**
 * Answers with a page's Markdown where that is asked for. Answers 304 to those who have what would be sent: pages get
 * their ETag here, answers of the API bring theirs. Lets any page on the web show badges, unless the catalog is served to this
 * machine alone.
 */
export const onRequest = defineMiddleware(async ({ request, url, locals }, next) => {
  const made = async () =>
    (await markdownAnswer(request, locals, absoluteUrls(locals, request))) ?? (await next());
  const response = await made().catch((error: unknown) => {
    const lost = lostDatabase(error);
    if (lost === undefined) throw error;
    console.error(`Answering ${url.pathname} failed: ${lost}`);
    return notNow();
  });
  const { headers } = response;
  // The same address gives either.
  if (/^text\/(html|markdown)/.test(headers.get("content-type") ?? "")) headers.append("vary", "Accept");
  if (EMBEDDABLE.test(url.pathname) && locals.crossOrigin)
    headers.set("cross-origin-resource-policy", "cross-origin");
  if (headers.get("content-type") === "text/html") headers.set("content-type", "text/html; charset=utf-8");
  // A file has no tag, and nobody asks for it with one.
  if (locals.published) return response;
  const reading = request.method === "GET" || request.method === "HEAD";
  if (!reading || response.status !== 200) return response;

  // Lists of addresses are sent while they are read: a tag would need all of it first.
  if (headers.get("content-type")?.startsWith("application/xml")) {
    if (!refuses(request.headers, headers)) return response;
    await response.body?.cancel();
    return notWhatYouKnow();
  }

  if (!headers.has("cache-control")) headers.set("cache-control", "no-cache");
  // An answer of the API brings its tag, also for a HEAD, which has no body here.
  const known = headers.get("etag");
  const body = known ? undefined : new Uint8Array(await response.arrayBuffer());
  const etag = known ?? etagOf(body ?? new Uint8Array());
  headers.set("etag", etag);
  // Of the API's answers this has been said before.
  if (!known && refuses(request.headers, headers)) return notWhatYouKnow();
  if (namesTag(request.headers.get("if-none-match"), etag) || unchangedSince(request.headers, headers)) {
    headers.delete("content-length");
    return new Response(null, { status: 304, headers });
  }
  return body ? new Response(body, { status: 200, headers }) : response;
});

function notNow(): Response {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": COME_BACK,
  };
  return new Response(`${LOST_DATABASE}\n`, { status: 503, headers });
}

function notWhatYouKnow(): Response {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(`${NOT_WHAT_YOU_KNOW}\n`, { status: 412, headers });
}
