/** Bytes from `start` to `end`, both included. */
export interface Range {
  start: number;
  end: number;
}

/**
 * The one range that a request asks for (RFC 9110 §14.2). Several, and what is not in the file, are answered with all of
 * it, as a server may.
 * @param etag of what would be sent; with an If-Range for something else nothing is left out.
 */
export function rangeOf(headers: Headers, bytes: number, etag: string): Range | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get("range") ?? "") ?? [];
  const condition = headers.get("if-range");
  if ((from === "" && to === "") || (condition !== null && condition.trim() !== etag)) return undefined;
  const start = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return start <= end && end < bytes ? { start, end } : undefined;
}
