/** Reads messages line by line, and says of each line that is none what is wrong with it, as JSON-RPC 2.0 §5.1 has it. */
import { Transform, type TransformCallback } from "node:stream";
import { parseJSONRPCMessage } from "@modelcontextprotocol/server";

/** What is answered to a line that is no message; the id is that of the request, where it can be told. */
export interface LineError {
  jsonrpc: "2.0";
  id: string | number | null;
  error: { code: number; message: string };
}

const NEWLINE = 10;
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

/**
 * Passes on the lines that hold a message, each with its end. Blank lines are left out.
 * @param most longest line, in bytes; a longer one ends the stream with an error
 * @param tell answers a line that is no message, and is waited for before more is read
 */
export function messageLines(most: number, tell: (error: LineError) => Promise<void>): Transform {
  let rest: Uint8Array[] = [];
  let length = 0;

  async function take(chunk: Uint8Array, stream: Transform): Promise<void> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end + 1)]);
      [rest, length, from] = [[], 0, end + 1];
      const error = line.length > most ? tooLong(most) : errorIn(line);
      if (error === undefined) stream.push(line);
      else if (error !== "blank") await tell(error);
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length <= most) return;
    await tell(tooLong(most));
    throw new Error(`A line filled the buffer of ${most} bytes before it ended.`);
  }

  return new Transform({
    transform(chunk: Uint8Array, _encoding, done: TransformCallback) {
      take(chunk, this).then(() => done(), done);
    },
  });
}

function errorIn(line: Uint8Array): LineError | "blank" | undefined {
  let value: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(line);
    if (text.trim() === "") return "blank";
    value = JSON.parse(text);
  } catch {
    return errorOf(null, PARSE_ERROR, "This line is not JSON in UTF-8. Send one message on each line.");
  }
  try {
    parseJSONRPCMessage(value);
    return undefined;
  } catch {
    const what = Array.isArray(value) ? "a list of messages" : "no message of JSON-RPC 2.0";
    return errorOf(idOf(value), INVALID_REQUEST, `This line is ${what}. Send one message on each line.`);
  }
}

const tooLong = (most: number): LineError =>
  errorOf(
    null,
    INVALID_REQUEST,
    `This line is longer than the ${most.toLocaleString("en")} bytes that are taken.`,
  );

const errorOf = (id: LineError["id"], code: number, message: string): LineError => ({
  jsonrpc: "2.0",
  id,
  error: { code, message },
});

/** Only of a request: the id of an answer is one of ours. */
function idOf(value: unknown): LineError["id"] {
  const { id, method } = (value ?? {}) as { id?: unknown; method?: unknown };
  if (typeof method !== "string") return null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
