/** Answers as the reference page shows them: as much as one takes in at a glance. */

/** Lines of a sample. */
const LINES = 44;
const LONGEST_TEXT = 110;
const DEEPEST = 5;
/** Revisions of the dataset are others in every database. */
const REVISION = /\b[0-9a-f]{32}\b/g;

/** @returns undefined for what is no text. */
export function sampleOf(body: string, type: string): string | undefined {
  const lines = linesOf(body.replaceAll(REVISION, "…"), type);
  if (!lines) return undefined;
  return lines.length > LINES ? [...lines.slice(0, LINES), "…"].join("\n") : lines.join("\n");
}

function linesOf(body: string, type: string): string[] | undefined {
  if (/json\b/.test(type) && !/jsonl|ndjson/.test(type))
    return JSON.stringify(shortened(JSON.parse(body), 0), null, 2).split("\n");
  return /^text\/|yaml|toml/.test(type) ? body.trimEnd().split("\n") : undefined;
}

/** One item of each list, and the beginnings of long texts. */
function shortened(value: unknown, depth: number): unknown {
  if (typeof value === "string")
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (Array.isArray(value))
    return value.slice(0, isPlain(value) ? 4 : 1).map((item) => shortened(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return {};
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shortened(held, depth + 1)]));
}

const isPlain = (values: unknown[]): boolean => values.every((value) => typeof value !== "object");
