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

  const start = (handlers: TransportHandlers): void => {
    let done = false;
    const lose = (loss: ConnectionLoss): void => {
      if (done) return;
      done = true;
      child.stdout.destroy();
      handlers.onLoss(loss);
    };
    const lines = splitLines(limits.messageBytes, (line) => receive(line, handlers));
    child.stdout.on("data", (chunk: Buffer) => {
      total += chunk.length;
      if (total > limits.totalBytes) lose({ kind: "too-large", what: "total", limit: limits.totalBytes });
      else if (!lines.add(chunk)) lose({ kind: "too-large", what: "message", limit: limits.messageBytes });
    });
    child.stderr.on("data", (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk]).subarray(-STDERR_BYTES);
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
    child.on("error", (error: NodeJS.ErrnoException) =>
      lose({ kind: "not-started", code: error.code ?? error.message }),
    );
    // "close" comes after the last output, but waits for children that hold the pipes.
    const ended = (code: number | null, signal: string | null): void => {
      lines.end();
      lose({ kind: "ended", code, signal });
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

function receive(line: string, handlers: TransportHandlers): void {
  const text = line.trim();
  if (text === "") return;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    handlers.onNoise(text.slice(0, 200));
    return;
  }
  handlers.onMessage(message);
}

/** Cuts a stream of bytes into lines without copying more than once; `add` says false when a line grows over the limit. */
function splitLines(
  limit: number,
  onLine: (line: string) => void,
): { add(chunk: Buffer): boolean; end(): void } {
  let parts: Buffer[] = [];
  let length = 0;
  const flush = (): void => {
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    length = 0;
    onLine(line);
  };
  return {
    add: (chunk) => {
      let from = 0;
      for (;;) {
        const at = chunk.indexOf(0x0a, from);
        const part = chunk.subarray(from, at === -1 ? undefined : at);
        length += part.length;
        if (length > limit) return false;
        parts.push(part);
        if (at === -1) return true;
        flush();
        from = at + 1;
      }
    },
    end: () => {
      if (length > 0) flush();
    },
  };
}
