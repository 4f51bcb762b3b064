import { isRecord } from "../classifier/record.ts";
import type { ConnectionLoss, Transport } from "./transport.ts";

/** An error the server sent (JSON-RPC 2.0 §5.1), its message cut to a line. */
export interface RpcError {
  code: number;
  message: string;
}

/** The answer to a request, or why there is none. */
export type Reply = { ok: true; result: unknown } | { ok: false; failure: RequestFailure };

export type RequestFailure =
  | { kind: "error"; error: RpcError }
  | { kind: "timeout"; afterMs: number }
  | { kind: "lost"; loss: ConnectionLoss };

/** A JSON-RPC conversation as a client, over any transport. */
export interface Session {
  request(method: string, params: object | undefined, timeoutMs: number): Promise<Reply>;
  notify(method: string, params?: object): void;
  /** How many notifications of this method have come in. */
  notifications(method: string): number;
  /** First line that was no JSON, if there was one: tells rubbish from silence. */
  noise(): string | undefined;
}

interface Waiting {
  settle(reply: Reply): void;
}

/** `Method not found` (JSON-RPC 2.0 §5.1). */
export const METHOD_NOT_FOUND = -32601;

/**
 * Starts a conversation. We write our own because the SDK's client checks whole answers: one bad tool costs the list.
 * Tolerated: lines that are no JSON, JSON that is no JSON-RPC, ids sent back as strings, notifications at any time.
 * A server's own requests are answered: `ping` with a result, everything else with "method not found".
 */
export function openSession(transport: Transport): Session {
  const waiting = new Map<string, Waiting>();
  const counts = new Map<string, number>();
  let nextId = 1;
  let lost: ConnectionLoss | undefined;
  let firstNoise: string | undefined;

  const onMessage = (message: unknown): void => {
    for (const one of Array.isArray(message) ? message : [message]) onOne(one);
  };

  const onOne = (message: unknown): void => {
    if (!isRecord(message)) return;
    if (typeof message.method === "string") {
      if (message.id === undefined) counts.set(message.method, (counts.get(message.method) ?? 0) + 1);
      else transport.send(answerTo(message.method, message.id));
      return;
    }
    const pending = take(message.id, "error" in message);
    if (pending === undefined) return;
    if ("error" in message)
      pending.settle({ ok: false, failure: { kind: "error", error: readError(message.error) } });
    else pending.settle({ ok: true, result: message.result });
  };

  /** An error without an id answers a request the server could not read: ours, when only one is open. */
  const take = (id: unknown, isError: boolean): Waiting | undefined => {
    const key =
      id === null && isError && waiting.size === 1
        ? waiting.keys().next().value
        : typeof id === "number" || typeof id === "string"
          ? String(id)
          : undefined;
    if (key === undefined) return undefined;
    const pending = waiting.get(key);
    waiting.delete(key);
    return pending;
  };

  transport.start({
    onMessage,
    onNoise: (text) => {
      firstNoise ??= text;
    },
    onLoss: (loss, request) => {
      if (request !== undefined)
        return take(request, false)?.settle({ ok: false, failure: { kind: "lost", loss } });
      lost ??= loss;
      for (const pending of waiting.values())
        pending.settle({ ok: false, failure: { kind: "lost", loss: lost } });
      waiting.clear();
    },
  });

  return {
    request: (method, params, timeoutMs) => {
      if (lost !== undefined) return Promise.resolve({ ok: false, failure: { kind: "lost", loss: lost } });
      const id = nextId++;
      const { promise, resolve } = Promise.withResolvers<Reply>();
      const timer = setTimeout(() => {
        waiting.delete(String(id));
        transport.cancel?.(id);
        resolve({ ok: false, failure: { kind: "timeout", afterMs: timeoutMs } });
      }, timeoutMs);
      waiting.set(String(id), {
        settle: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
      });
      transport.send({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) });
      return promise;
    },
    notify: (method, params) => {
      transport.send({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
    },
    notifications: (method) => counts.get(method) ?? 0,
    noise: () => firstNoise,
  };
}

function answerTo(method: string, id: unknown): object {
  return method === "ping"
    ? { jsonrpc: "2.0", id, result: {} }
    : { jsonrpc: "2.0", id, error: { code: METHOD_NOT_FOUND, message: "Placard only lists tools" } };
}

function readError(error: unknown): RpcError {
  const { code, message } = isRecord(error) ? error : {};
  return {
    code: typeof code === "number" ? code : 0,
    message: typeof message === "string" ? message : "(no message)",
  };
}
