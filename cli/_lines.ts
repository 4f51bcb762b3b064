import { createReadStream } from "node:fs";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** A line of a text file, without its end. */
export interface Line {
  text: string;
  /** From 1. */
  number: number;
}

/** The longest line (and so the longest document on one line) we take, in UTF-16 code units. */
const MAX_LINE = 256 * 1024 * 1024;

/**
 * Reads a file (or stdin for "-") line by line; memory holds one line at a time.
 * @throws Failure when it cannot be read.
 */
export async function* readLines(path: string, io: Io): AsyncGenerator<Line> {
  const stream = path === "-" ? io.stdin : createReadStream(path);
  const decoder = new TextDecoder();
  let number = 0;
  let rest: string[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const pieces = decoder.decode(chunk, { stream: true }).split("\n");
      const last = pieces.pop() ?? "";
      for (const piece of pieces) {
        rest.push(piece);
        yield { text: rest.join(""), number: ++number };
        rest = [];
        length = 0;
      }
      rest.push(last);
      length += last.length;
      if (length > MAX_LINE)
        throw new Failure(`reading ${nameOf(path)}: line ${number + 1} is longer than 256 MiB.`);
    }
  } catch (error) {
    throw readFailure(path, error);
  }
  const text = rest.join("") + decoder.decode();
  if (text !== "") yield { text, number: number + 1 };
}

/** How a file is called in messages. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}

function readFailure(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const what: Record<string, string> = {
    ENOENT: "there is no such file. Check the path; - reads standard input.",
    EISDIR: "that is a folder. Name a file in it.",
    EACCES: "it may not be read. Check who owns it and its permissions.",
  };
  if (error instanceof Failure || code === undefined) return error;
  return new Failure(`reading ${nameOf(path)}: ${what[code] ?? `${code}.`}`);
}
