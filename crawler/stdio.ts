import { countParts } from "./json-text.ts";
import type { Launched } from "./launch.ts";
import type { Limits } from "./limits.ts";
import type { ConnectionLoss, Transport, TransportHandlers } from "./transport.ts";

/** How much of stderr is kept: its end, where the error is. */
const STDERR_BYTES = 4_096;

/** How long after a process ended its pipes may still bring something: they close late when a child holds them. */
const DRAIN_MS = 500;

/** How much we keep for a server that doesn't read: it may ask without end and never take an answer. */
const UNREAD_BYTES = 1024 * 1024;

/** JSON-RPC over a process's pipes (MCP 2025-11-25, Transports, stdio): one message a line. */
export interface StdioTransport extends Transport {
  /** The end of what the process wrote to stderr so far. */
  stderr(): string;
}

/** Speaks with a process that `launch` started. */
export function stdioTransport(launched: Launched, limits: Limits): StdioTransport {
  const { child } = launched;
  let tail = Buffer.alloc(0);
  let total = 0;
  let logged = 0;
  let parts = 0;

  const start = (handlers: TransportHandlers): void => {
    let done = false;
    const lose = (loss: ConnectionLoss): void => {
      if (done) return;
      done = true;
      child.stdout.destroy();
      child.stderr.destroy();
      handlers.onLoss(loss);
    };
    const receive = (line: Buffer): void => {
      if (done || line.length === 0) return;
      if (!beginsLikeJson(line)) {
        handlers.onNoise(beginning(line));
        return;
      }
      parts += countParts(line, limits.jsonParts);
      if (parts > limits.jsonParts) lose({ kind: "too-large", what: "parts", limit: limits.jsonParts });
      else pass(line, handlers);
    };
    const lines = splitLines(limits.messageBytes, receive);
    child.stdout.on("data", (chunk: Buffer) => {
      if (done) return;
      total += chunk.length;
      if (total > limits.totalBytes) lose({ kind: "too-large", what: "total", limit: limits.totalBytes });
      else if (!lines.add(chunk)) lose({ kind: "too-large", what: "message", limit: limits.messageBytes });
    });
    child.stderr.on("data", (chunk: Buffer) => {
      logged += chunk.length;
      tail = Buffer.concat([tail, chunk]).subarray(-STDERR_BYTES);
      if (logged > limits.totalBytes) lose({ kind: "too-large", what: "log", limit: limits.totalBytes });
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
    child.on("error", (error: NodeJS.ErrnoException) =>
      lose({ kind: "not-started", code: error.code ?? error.message }),
    );
    // "close" comes after the last output, but waits for children that hold the pipes.
    const ended = (code: number | null, signal: string | null): void => {
      lines.end();
      const exceeded = launched.exceeded();
      lose(exceeded === undefined ? { kind: "ended", code, signal } : { kind: "over-limit", ...exceeded });
    };
    child.on("close", ended);
    child.on("exit", (code, signal) => setTimeout(() => ended(code, signal), DRAIN_MS).unref());
  };

  return {
    start,
    send: (message) => {
      if (child.stdin.writable && child.stdin.writableLength < UNREAD_BYTES)
        child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    agree: () => {},
    close: () => launched.stop(),
    stderr: () => tail.toString("utf8"),
  };
}

function pass(line: Buffer, handlers: TransportHandlers): void {
  let message: unknown;
  try {
    message = JSON.parse(line.toString("utf8"));
  } catch {
    handlers.onNoise(beginning(line));
    return;
  }
  handlers.onMessage(message);
}

/** Messages are objects, or arrays of them in older revisions; anything else isn't worth its parsing. */
function beginsLikeJson(line: Buffer): boolean {
  return line[0] === 0x7b || line[0] === 0x5b;
}

function beginning(line: Buffer): string {
  return line.toString("utf8", 0, 800).slice(0, 200);
}

/** Cuts a stream of bytes into lines, without the blanks around them; `add` says false when a line grows over the limit. */
function splitLines(
  limit: number,
  onLine: (line: Buffer) => void,
): { add(chunk: Buffer): boolean; end(): void } {
  // One buffer that grows, not a list of chunks: a server that writes single bytes would make a list of millions.
  let line = Buffer.alloc(0);
  let length = 0;
  const append = (part: Buffer): void => {
    if (length + part.length > line.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(limit, Math.max(2 * line.length, length + part.length)));
      line.copy(grown, 0, 0, length);
      line = grown;
    }
    part.copy(line, length);
    length += part.length;
  };
  const flush = (): void => {
    const whole = trim(line.subarray(0, length));
    line = Buffer.alloc(0);
    length = 0;
    onLine(whole);
  };
  return {
    add: (chunk) => {
      let from = 0;
      for (;;) {
        const at = chunk.indexOf(0x0a, from);
        const part = chunk.subarray(from, at === -1 ? undefined : at);
        if (length + part.length > limit) return false;
        if (at === -1) {
          append(part);
          return true;
        }
        if (length === 0) onLine(trim(part));
        else {
          append(part);
          flush();
        }
        from = at + 1;
      }
    },
    end: () => {
      if (length > 0) flush();
    },
  };
}

function trim(line: Buffer): Buffer {
  let from = 0;
  let to = line.length;
  while (from < to && BLANK.has(line[from] ?? 0)) from++;
  while (to > from && BLANK.has(line[to - 1] ?? 0)) to--;
  return line.subarray(from, to);
}

/** Blanks of JSON (RFC 8259 §2). */
const BLANK = new Set([0x20, 0x09, 0x0d, 0x0a]);
