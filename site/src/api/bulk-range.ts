/** Bytes from `start` to `end`, both included. */
export interface Range {
  start: number;
  end: number;
}

/**
 * The one range that a request asks for (RFC 9110 §14.2). Several, and what is no range, are answered with all of the
 * file, as a server may; one that begins behind its end is `beyond` (§15.5.17).
 * @param etag of what would be sent; with an If-Range for something else nothing is left out.
 */
export function rangeOf(
  headers: Pick<Headers, "get">,
  bytes: number,
  etag: string,
): Range | "beyond" | undefined {
  const [, from = "", to = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(headers.get("range") ?? "") ?? [];
  const condition = headers.get("if-range");
  if ((from === "" && to === "") || (condition !== null && condition.trim() !== etag)) return undefined;
  if (from === "")
    return Number(to) === 0 ? "beyond" : { start: Math.max(0, bytes - Number(to)), end: bytes - 1 };
  const start = Number(from);
  if (to !== "" && Number(to) < start) return undefined;
  return start < bytes ? { start, end: to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1) } : "beyond";
}
