import type { Readable, Transform, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { type LineError, messageLines } from "./lines.ts";

/** Longest message that is read, in bytes. */
const MOST_BYTES = 4_000_000;
/** How long answers may still take once nobody asks any more, in milliseconds: time to start an embedded database. */
const PATIENCE_MS = 60_000;

type Id = string | number;

/**
 * The SDK's transport, which closes as soon as stdin ends, and drops what is no message without a word. Here the
 * requests that were read before are answered first, so that a pipe from a file gets its answers; and so is every line.
 */
export class PatientTransport implements Transport {
  onmessage?: Transport["onmessage"];
  onclose?: () => void;
  onerror?: (error: Error) => void;

  readonly #input: Transform;
  readonly #inner: StdioServerTransport;
  readonly #stdin: Readable;
  readonly #asked = new Set<Id>();
  readonly #onClosed: () => void;
  #whenAnswered: (() => void) | undefined;

  /** @param onClosed told once it has closed, whoever closed it */
  constructor(stdin: Readable, stdout: Writable, onClosed: () => void) {
    this.#stdin = stdin;
    this.#onClosed = onClosed;
    this.#input = messageLines(MOST_BYTES, (error) => this.#tell(error));
    this.#inner = new StdioServerTransport(this.#input, stdout, { maxBufferSize: 2 * MOST_BYTES });
  }

  async start(): Promise<void> {
    this.#inner.onmessage = (message) => {
      this.#hear(message);
      this.onmessage?.(message);
    };
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onclose = () => {
      this.onclose?.();
      this.#onClosed();
    };
    await this.#inner.start();
    this.#stdin.pipe(this.#input, { end: false });
    void this.#endInTime();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#inner.send(message);
    if (!("method" in message) && message.id !== undefined) this.#settle(message.id);
  }

  async close(): Promise<void> {
    this.#stdin.unpipe(this.#input);
    this.#stdin.pause();
    this.#asked.clear();
    this.#whenAnswered?.();
    await this.#inner.close();
  }

  /** JSON-RPC has no id where none can be told; the SDK's types know of no such answer. */
  async #tell(error: LineError): Promise<void> {
    // Whoever has closed its end wants no answer.
    await this.#inner.send(error as unknown as JSONRPCMessage).catch(() => {});
  }

  #hear(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if ("id" in message) this.#asked.add(message.id);
    // What is cancelled gets no answer (MCP 2025-11-25, Cancellation).
    const cancelled = message.method === "notifications/cancelled" ? message.params?.requestId : undefined;
    if (typeof cancelled === "string" || typeof cancelled === "number") this.#settle(cancelled);
  }

  #settle(id: Id): void {
    this.#asked.delete(id);
    if (this.#asked.size === 0) this.#whenAnswered?.();
  }

  async #endInTime(): Promise<void> {
    // A reader that failed has ended too.
    await finished(this.#stdin, { writable: false }).catch(() => {});
    // The last line may lack its end.
    if (!this.#input.destroyed) this.#input.write("\n");
    // What was read last is passed on first.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#asked.size > 0) await this.#answers();
    this.#input.end();
    // Who does not read the answers to its last lines must not keep us.
    setTimeout(() => void this.close(), PATIENCE_MS).unref();
  }

  async #answers(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    this.#whenAnswered = resolve;
    await promise;
    clearTimeout(timer);
  }
}
