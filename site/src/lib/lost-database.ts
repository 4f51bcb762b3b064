/** What the driver, the system and PostgreSQL (Appendix A of its manual) say when there is nobody to ask, or not now. */
const CODES = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);
/** An error is put into another no more often. */
const DEEPEST = 5;

/** What readers are told. */
export const LOST_DATABASE =
  "The database cannot be asked at the moment: it may be starting anew, or hang. Try again in a moment; /api/v1/ready says whether it can be asked.";

/** What an error says of a database that could not be asked, or went away while it was; undefined for other errors. */
export function lostDatabase(error: unknown): string | undefined {
  let inner = error;
  for (let depth = 0; depth < DEEPEST && inner instanceof Error; depth += 1) {
    if (CODES.has(String((inner as { code?: unknown }).code))) return inner.message;
    inner = inner.cause;
  }
  return undefined;
}
