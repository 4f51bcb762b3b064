import { createReadStream } from "node:fs";
import { addAbortSignal, pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { LineError } from "./_import-records.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { safe } from "./render/text.ts";

/** A line without its end. */
export interface Line {
  text: string;
  /** From 1. */
  number: number;
}

/** The longest line that is taken, in bytes: more than any definition that a crawl takes, and little enough to hold. */
const LONGEST = 64 * 2 ** 20;
const NEWLINE = 0x0a;

/**
 * The lines of a file, packed by gzip or not, or of stdin for `-`. Memory holds one line, however much a packed file
 * unpacks to.
 * @param onRead told how many bytes of the file were read.
 * @param signal ends the reading, also while nothing comes.
 * @throws Failure when it cannot be read, LineError when it cannot be unpacked or a line is too long; the signal's reason.
 */
export async function* datasetLines(
  file: string,
  io: Pick<Io, "stdin">,
  onRead: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer[] = [];
  let length = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const lineOf = (end: Buffer): Line => {
    const bytes = rest.length === 0 ? end : Buffer.concat([...rest, end]);
    rest = [];
    length = 0;
    number += 1;
    try {
      return { text: decoder.decode(bytes), number };
    } catch {
      throw new LineError(number, "it is not UTF-8");
    }
  };
  try {
    for await (const chunk of unpacked(counted(bytesOf(file, io, signal), onRead))) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        yield lineOf(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === chunk.length) continue;
      rest.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > LONGEST)
        throw new LineError(number + 1, `it is longer than ${LONGEST / 2 ** 20} MiB, which no record is`);
    }
  } catch (error) {
    throw unpackingFailure(error, number + 1);
  }
  if (length > 0) yield lineOf(Buffer.alloc(0));
}

async function* bytesOf(file: string, io: Pick<Io, "stdin">, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stream: Readable = file === "-" ? io.stdin : createReadStream(file);
  try {
    yield* addAbortSignal(signal, stream) as AsyncIterable<Buffer>;
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(file, error);
  }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onRead(bytes);
    yield chunk;
  }
}

/** By how it begins: gzip is unpacked, Parquet refused, the rest is taken as it is. */
async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await reader.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => reader };
  };
  if (head.subarray(0, 4).toString("latin1") === "PAR1") throw new LineError(1, PARQUET);
  if (head[0] !== 0x1f || head[1] !== 0x8b) yield* whole();
  else {
    const gunzip = createGunzip();
    pipeline(Readable.from(whole(), { objectMode: false }), gunzip, () => {});
    yield* gunzip as AsyncIterable<Buffer>;
  }
}

const PARQUET =
  "this is Parquet: a table of tools, without crawls, changes and former definitions, so no catalog can be made of it. Import export.jsonl.gz from the same place";

function unpackingFailure(error: unknown, line: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "Z_BUF_ERROR")
    return new LineError(line, "the file ends in the middle of it (gzip: unexpected end). Fetch it anew");
  if (typeof code === "string" && code.startsWith("Z_"))
    return new LineError(
      line,
      `it cannot be unpacked (gzip: ${(error as Error).message}). Fetch the file anew`,
    );
  return error;
}

function readFailure(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const what: Record<string, string> = {
    ENOENT: /^https?:/.test(file)
      ? "that is an address, and only files are read. Fetch it first, such as with curl -O"
      : "there is no such file. Check the path; - reads standard input",
    EISDIR: "that is a folder. Name a file in it",
    EACCES: "it may not be read. Check who owns it and its permissions",
  };
  if (code === undefined || code.startsWith("Z_")) return error;
  return new Failure(`importing ${safe(file)}: ${what[code] ?? code}.`);
}
