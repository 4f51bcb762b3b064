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
