// The little that every small server of these tests shares: lines in, lines out. No dependency, so that each starts fast.
import { createInterface } from "node:readline";

export type Params = Record<string, unknown>;
export type Methods = Record<string, (params: Params, id: unknown) => unknown>;

export interface RpcMessage {
  id?: unknown;
  method?: string;
  params?: Params;
  result?: unknown;
  error?: unknown;
}

export function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** The answer of `initialize`, with other capabilities if wanted. */
export const hello = (capabilities: object = { tools: {} }): object => ({
  protocolVersion: "2025-11-25",
  capabilities,
  serverInfo: { name: "test-server", version: "1.0.0" },
});

/** Answers by method; a method that returns undefined leaves the request open. */
export function serve(methods: Methods, capabilities?: object): void {
  const all: Methods = { initialize: () => hello(capabilities), ...methods };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const message = JSON.parse(line) as RpcMessage;
    const answer = all[message.method ?? "answer"];
    if (message.id === undefined || message.method === undefined) {
      answer?.(message.params ?? { ...message }, message.id);
    } else if (answer === undefined) {
      send({ id: message.id, error: { code: -32601, message: "Method not found" } });
    } else {
      const result = answer(message.params ?? {}, message.id);
      if (result !== undefined) send({ id: message.id, result });
    }
  });
}

/** A definition of our own. */
export const tool = (name: string, more: object = {}): object => ({
  name,
  description: `Makes ${name} happen`,
  inputSchema: { type: "object", properties: { what: { type: "string" } } },
  ...more,
});
