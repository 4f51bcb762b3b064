import { constants, createReadStream, openSync } from "node:fs";
import { access, stat } from "node:fs/promises";
import { Socket } from "node:net";
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

interface ReadOptions {
  /** Told how many bytes of the file were read. */
  onRead(bytes: number): void;
  /** Told, in one sentence, that what is read may be long in coming. */
  onWait(notice: string): void;
  /** Ends the reading, also while nothing comes. */
  signal: AbortSignal;
}

/**
 * The lines of a file or a named pipe, packed by gzip or not, or of stdin for `-`. Memory holds one line, however much a
 * packed file unpacks to.
 * @throws Failure when it cannot be read, LineError when it cannot be unpacked or a line is too long; the signal's reason.
 */
export async function* datasetLines(
  file: string,
  io: Pick<Io, "stdin">,
  { onRead, ...options }: ReadOptions,
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
    for await (const chunk of unpacked(counted(bytesOf(file, io, options), onRead))) {
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

/**
 * Looks whether there is a file to be read, before anything else is asked.
 * @throws Failure, as `datasetLines` does.
 */
export async function checkFile(file: string): Promise<void> {
  if (file === "-") return;
  try {
    const about = await stat(file);
    if (about.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    await access(file, constants.R_OK);
  } catch (error) {
    throw readFailure(file, error);
  }
}

async function* bytesOf(
  file: string,
  io: Pick<Io, "stdin">,
  { onWait, signal }: Omit<ReadOptions, "onRead">,
): AsyncGenerator<Buffer> {
  try {
    const stream = file === "-" ? stdinOf(io, onWait) : await opened(file, onWait);
    yield* addAbortSignal(signal, stream) as AsyncIterable<Buffer>;
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(file, error);
  }
}

function stdinOf({ stdin }: Pick<Io, "stdin">, onWait: (notice: string) => void): Readable {
  if (stdin.isTTY) onWait("Reading standard input, which is this terminal. Ctrl-C ends it.");
  return stdin;
}

async function opened(file: string, onWait: (notice: string) => void): Promise<Readable> {
  const about = await stat(file);
  if (about.isFIFO()) {
    onWait(`Reading ${safe(file)}, which is a pipe, as soon as something is written to it. Ctrl-C ends it.`);
    // To open a pipe waits for a writer, and nothing ends that wait.
    return new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
  }
  if (!about.isFile() && !about.isDirectory()) throw Object.assign(new Error(), { code: "ENODEV" });
  return createReadStream(file);
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
    ENODEV: "that is neither a file nor a pipe. Name one of them; - reads standard input",
    EACCES: "it may not be read. Check who owns it and its permissions",
  };
  if (code === undefined || code.startsWith("Z_")) return error;
  return new Failure(`importing ${safe(file)}: ${what[code] ?? code}.`);
}
