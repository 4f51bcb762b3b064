/** Remembers tags of answers that are not kept themselves, so that who has one is told so without making it again. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { namesAnswer } from "../site/src/lib/etag.ts";
import { prefersMarkdown } from "../site/src/lib/prefers-markdown.ts";
import { encodedHeaders, ownTag } from "./_encodings.ts";
import { isText } from "./_media-type.ts";
import { RouteCache } from "./_route-cache.ts";
import { isOfTheMoment } from "./_route-keys.ts";

/** What a 304 says of an answer: its tag, and what else it must say of it (RFC 9110 §15.4.5). */
type KnownTag = OutgoingHttpHeaders & { etag: string };
/** Undefined for what has no tag that could be told again. */
export type KnownTags = RouteCache<KnownTag | undefined>;

/** Of an address, in characters. */
const LONGEST = 2_000;
const SAID_AGAIN =
  /^(cache-control|content-location|expires|last-modified|link|vary|access-control-.*|cross-origin-.*)$/;

/** @param limit most that is kept, in bytes; some thousand bytes each */
export function createKnownTags(limit: number): KnownTags {
  return new RouteCache<KnownTag | undefined>({
    limit,
    weigh: (known) => (known ? 2 * JSON.stringify(known).length : undefined),
  });
}

/**
 * What a tag is remembered under: all of a request that an answer may depend on. Undefined where it may depend on the
 * moment.
 */
export function tagKey(
  { url = "/", headers }: Pick<IncomingMessage, "url" | "headers">,
  crossOrigin: boolean,
  publicUrl: string | null | undefined,
): string | undefined {
  if (url.length > LONGEST || isOfTheMoment(url.split("?", 1)[0] ?? "")) return undefined;
  const form = headers.accept?.includes("markdown") && prefersMarkdown(headers.accept) ? "markdown" : "";
  return `${crossOrigin ? "all" : "own"} ${publicUrl ? "" : headers.host} ${form} ${url}`;
}

/** Answers who has the answer already; false when nothing was sent. */
export function answerKnown(
  tags: KnownTags,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const said = request.headers["if-none-match"];
  if (said === undefined) return false;
  const known = tags.get(key);
  if (!known || !namesAnswer(said, known.etag)) return false;
  response.writeHead(304, { ...known, ...ownTag(said, known.etag) }).end();
  return true;
}

/** What is remembered of an answer that is being sent; header names are in small letters. */
export function knownOf(status: number, headers: OutgoingHttpHeaders): KnownTag | undefined {
  const { etag } = headers;
  if (status !== 200 || typeof etag !== "string" || etag.startsWith("W/")) return undefined;
  if (/no-store|private/.test(String(headers["cache-control"])) || headers["set-cookie"]) return undefined;
  const type = headers["content-type"];
  const all = type !== undefined && isText(String(type)) ? encodedHeaders(headers, undefined) : headers;
  const again = Object.entries(all).filter(([name]) => SAID_AGAIN.test(name));
  return { ...Object.fromEntries(again), etag };
}
