/** A JSON text's value, or where it stops being JSON: line and column from 1, column in UTF-16 code units. */
export type ParsedText =
  | { ok: true; value: unknown }
  | { ok: false; line: number; column: number; message: string };

/** `JSON.parse` with a position for every error; V8 gives one only with some. */
export function parseJsonText(text: string): ParsedText {
  const error = errorOf(text);
  if (error === undefined) return { ok: true, value: JSON.parse(text) };
  const at = positionOf(error, text.length) ?? searchPosition(text);
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return {
    ok: false,
    line,
    column,
    message: error.replace(/(, .*"?(\.\.\.)? is not valid JSON| in JSON at position .*)$/s, ""),
  };
}

function errorOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function positionOf(message: string, length: number): number | undefined {
  if (message.includes("end of JSON input")) return length;
  const position = / at position (\d+)/.exec(message)?.[1];
  return position === undefined ? undefined : Number(position);
}

/** The length of the longest beginning that could still become JSON, found by halving. */
function searchPosition(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    const error = errorOf(text.slice(0, middle));
    if (error === undefined || positionOf(error, middle) === middle) good = middle;
    else bad = middle;
  }
  return good;
}
