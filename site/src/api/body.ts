/** Reads the body of a request as JSON, up to a limit, or says where it stops being that. */
import { findJsonError } from "../../../classifier/json-error.ts";

/** Longest body that is taken, in bytes: by the server before the site is asked, and by each operation that takes one. */
export const MOST_BODY = 2 ** 20;

export type ReadBody =
  | { ok: true; value: unknown }
  | { ok: false; status: 400 | 408 | 413 | 415; detail: string };

/** Objects and lists in one another. The deepest of 7,000 real definitions has 24; readers that recurse need an end. */
const MAX_DEPTH = 250;

/** @param limit most that is read, in bytes */
export async function readBody(request: Request, limit: number): Promise<ReadBody> {
  const refused = refusedType(request.headers);
  if (refused) return { ok: false, status: 415, detail: refused };
  const bytes = await readBytes(request, limit);
  if (bytes === "too long") {
    const most = limit.toLocaleString("en");
    const detail = `The body is longer than the ${most} bytes that are taken. Send less of it at a time.`;
    return { ok: false, status: 413, detail };
  }
  if (bytes === "gone")
    return { ok: false, status: 408, detail: "The body ended before its end. Send it again." };
  const decoded = decode(bytes);
  if (typeof decoded !== "string") {
    const detail = `The body is not UTF-8: byte ${decoded.at + 1} begins no character of it. Send JSON in UTF-8.`;
    return { ok: false, status: 400, detail };
  }
  return parse(decoded);
}

/** What is wrong with the kind of body, if anything is: a media type without JSON, another charset, or a coding. */
function refusedType(headers: Headers): string | undefined {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  if (!/^application\/([\w.+-]+\+)?json$/.test(type.trim()))
    return "The body is not said to be JSON. Send it with Content-Type: application/json.";
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith("charset="));
  if (charset && !/^charset="?utf-?8"?$/.test(charset))
    return "The body is said to be in another charset than UTF-8. Send JSON in UTF-8.";
  if ((headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity")
    return "The body is compressed. Send it without Content-Encoding.";
  return undefined;
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array | "too long" | "gone"> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > limit) return "too long";
      chunks.push(chunk);
    }
  } catch {
    return "gone";
  }
  return Buffer.concat(chunks);
}

/** The text, or where the first byte is that fits none: found by halves, as the decoder does not say. */
function decode(bytes: Uint8Array): string | { at: number } {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    let [good, bad] = [0, bytes.length];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (beginsWell(bytes.subarray(0, middle))) good = middle;
      else bad = middle;
    }
    return { at: good };
  }
}

/** Whether it is UTF-8, or the beginning of it. */
function beginsWell(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function parse(text: string): ReadBody {
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const detail = `The body is nested deeper than ${MAX_DEPTH} levels at ${place(text, deep)}. Send it flatter.`;
    return { ok: false, status: 400, detail };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const error = findJsonError(text);
    const where = error
      ? `line ${error.line}, column ${error.column}: expected ${error.expected}, found ${error.found}`
      : "somewhere";
    return { ok: false, status: 400, detail: `The body is not JSON at ${where}. Send JSON.` };
  }
}

/** Where the text opens one level too many; undefined where it does not. It need not be JSON. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_DEPTH) return at;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return undefined;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((sign) =>
  sign.charCodeAt(0),
);

/** `line 3, column 7`, both from 1. */
function place(text: string, at: number): string {
  const before = text.slice(0, at);
  return `line ${before.split("\n").length}, column ${at - before.lastIndexOf("\n")}`;
}
