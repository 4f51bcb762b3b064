/** What the system and PostgreSQL (53100, in Appendix A of its manual) say when nothing more can be written. */
const CODES: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your quota of disk space is used up",
  EFBIG: "the file grew larger than a file may be here (ulimit -f)",
  "53100": "the disk of the database is full",
};

/** In: an error. Out: why nothing more could be written, to stand behind a colon; undefined for other errors. */
export function noRoom(error: unknown): string | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const why = CODES[String((inner as { code?: unknown }).code)];
    if (why !== undefined) return why;
  }
  return undefined;
}
