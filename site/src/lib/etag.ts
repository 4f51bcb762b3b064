import { createHash } from "node:crypto";

/** A strong entity tag (RFC 9110 §8.8.3): the SHA-256 of what is said. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash("sha256").update(body).digest("base64url")}"`;
}

/** Whether an If-None-Match names the tag. It compares weakly (RFC 9110 §13.1.2): `W/` makes no difference. */
export function namesTag(header: string | null, etag: string): boolean {
  if (!header) return false;
  return header.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

/** Headers with which a request refuses an answer that is not of what its sender knows. */
export const REFUSALS = ["if-match", "if-unmodified-since"] as const;

/** What is said to whoever sent one of them. */
export const NOT_WHAT_YOU_KNOW =
  "If-Match or If-Unmodified-Since asks for something else than what is there now: it has changed, or is another. Ask without the header for what is there.";

/**
 * Whether a request refuses an answer (RFC 9110, sections 13.1.1 and 13.1.4). If-Match compares strongly: a weak tag names
 * nothing. With it, If-Unmodified-Since does not count; nor does that where nobody knows when an answer was changed.
 * @param answer its ETag, in whatever coding it was sent, and its Last-Modified
 */
export function refuses(request: Pick<Headers, "get">, answer: Pick<Headers, "get">): boolean {
  const match = request.get("if-match");
  if (match !== null) {
    const strong = match.split(",").filter((tag) => !tag.trim().startsWith("W/"));
    return !namesAnswer(strong.join(","), answer.get("etag") ?? "");
  }
  const since = Date.parse(request.get("if-unmodified-since") ?? "");
  return Date.parse(answer.get("last-modified") ?? "") > since;
}

/** Whether If-Modified-Since holds. With an If-None-Match beside it, only that counts (RFC 9110 §13.1.3). */
export function unchangedSince(request: Headers, response: Headers): boolean {
  const since = Date.parse(request.get("if-modified-since") ?? "");
  const modified = Date.parse(response.get("last-modified") ?? "");
  return !request.has("if-none-match") && modified <= since;
}

/** Codings that answers are sent in, the one that saves most first (RFC 9110 §8.4.1, RFC 7932). */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The tag of the same answer in a coding: strong tags differ where bytes do (RFC 9110 §8.8.3.3). */
export function encodedTag(etag: string, encoding: Encoding): string {
  return etag.replace(/"$/, `-${encoding}"`);
}

/** Whether an If-None-Match names the answer, in whatever coding it was sent. */
export function namesAnswer(header: string | null, etag: string): boolean {
  return [etag, ...ENCODINGS.map((encoding) => encodedTag(etag, encoding))].some((tag) =>
    namesTag(header, tag),
  );
}
