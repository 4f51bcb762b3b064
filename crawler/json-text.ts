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

/**
 * Counts what `JSON.parse` would have to make: opening brackets, commas and colons outside strings, which is at least
 * the number of values and keys. Much cheaper than parsing, and takes no memory: a text of tiny values costs up to a
 * hundred times its length once parsed. A text that is no JSON has a count too, without a meaning.
 *
 * @param text UTF-8
 * @param most stops counting once there are more
 */
export function countParts(text: Uint8Array, most: number): number {
  let parts = 0;
  for (let at = 0; at < text.length && parts <= most; at++) {
    const byte = text[at];
    if (byte === QUOTE) at = endOfString(text, at);
    else if (byte === COMMA || byte === COLON || byte === BRACKET || byte === BRACE) parts++;
  }
  return parts;
}

const [QUOTE, BACKSLASH, COMMA, COLON, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x5b, 0x7b];

/** Position of the quote that ends the string, or of the text's end. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
