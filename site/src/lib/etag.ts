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
