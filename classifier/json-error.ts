/** Where a text stops being JSON (RFC 8259), and what would have fitted there. */
export interface JsonError {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
  expected: string;
  /** The character found, or "the end". */
  found: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Finds the first place where `text` is not JSON. For messages only, after JSON.parse refused the text: its own
 * message often has no position.
 */
export function findJsonError(text: string): JsonError | undefined {
  const closers: string[] = [];
  let at = skip(SPACE, text, 0);
  let expecting: "value" | "first" | "key" | "colon" | "next" = "value";
  for (;;) {
    const character = text[at];
    const closer = closers.at(-1);
    if (expecting === "next") {
      if (closer === undefined)
        return at < text.length ? error(text, at, "nothing more after the value") : undefined;
      if (character === closer) closers.pop();
      else if (character === ",") expecting = closer === "}" ? "key" : "value";
      else return error(text, at, `"," or "${closer}"`);
      at += 1;
    } else if (expecting === "colon") {
      if (character !== ":") return error(text, at, '":" after the key');
      at += 1;
      expecting = "value";
    } else if (expecting === "first" && character === closer) {
      closers.pop();
      at += 1;
      expecting = "next";
    } else if (expecting === "key" || (expecting === "first" && closer === "}")) {
      if (character !== '"') return error(text, at, "a key in double quotes");
      const string = readString(text, at);
      if (!string.ok) return error(text, string.at, string.expected);
      at = string.at;
      expecting = "colon";
    } else if (character === "{" || character === "[") {
      closers.push(character === "{" ? "}" : "]");
      at += 1;
      expecting = "first";
    } else {
      const string = character === '"' ? readString(text, at) : undefined;
      if (string && !string.ok) return error(text, string.at, string.expected);
      const end = string?.at ?? Math.max(skip(NUMBER, text, at), skip(WORD, text, at));
      if (end === at) return error(text, at, "a value");
      at = end;
      expecting = "next";
    }
    at = skip(SPACE, text, at);
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** From the opening quote of a string to after its closing one, or to the first character that cannot be in it. */
function readString(
  text: string,
  start: number,
): { ok: true; at: number } | { ok: false; at: number; expected: string } {
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === '"') return { ok: true, at: at + 1 };
    if (character === undefined || character < " ")
      return { ok: false, at, expected: 'the closing " of a text' };
    if (character === "\\") {
      const end = skip(ESCAPE, text, at);
      if (end === at) return { ok: false, at, expected: "an escape such as \\n or \\u0041" };
      at = end;
    } else at += 1;
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function error(text: string, at: number, expected: string): JsonError {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  const character = text.codePointAt(at);
  return {
    line: before.split("\n").length,
    column: at - lineStart + 1,
    expected,
    found: character === undefined ? "the end" : JSON.stringify(String.fromCodePoint(character)),
  };
}
