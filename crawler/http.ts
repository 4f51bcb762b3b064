import type { IncomingHttpHeaders } from "node:http";
import { isRecord } from "../classifier/record.ts";
import { type Answer, type Door, LossError, lossOf, readBody } from "./_guarded-fetch.ts";
import { jsonReceiver, type Receive } from "./_receive.ts";
import { readEvents } from "./_sse.ts";
import { statelessVersionOf } from "./eras.ts";
import type { Limits } from "./limits.ts";
import type { ConnectionLoss, Transport, TransportHandlers } from "./transport.ts";

/** How long a server may take to answer that it has closed the session. */
const GOODBYE_MS = 2_000;

/** How long a request waits for a notification before it to have arrived. */
const NOTICE_MS = 2_000;

/** Longest text of an answer that failed which is read for the error in it. */
const ERROR_TEXT = 64 * 1024;

/**
 * JSON-RPC over Streamable HTTP, in both its shapes: with sessions (MCP 2025-11-25, Transports) and without
 * (2026-07-28). We write our own because the SDK's transport doesn't tell the failure of one request from the
 * connection's, hides statuses and bodies that the fallback between the eras depends on, and follows no session's end.
 */
export function httpTransport(url: URL, door: Door, limits: Limits): Transport {
  return new HttpTransport(url, door, limits);
}

class HttpTransport implements Transport {
  private readonly door: Door;
  private readonly limits: Limits;
  private handlers: TransportHandlers | undefined;
  private endpoint: URL;
  private session: string | undefined;
  private version: string | undefined;
  /** What ends each request that is under way, by its id, and each notification and stream. */
  private readonly ends = new Map<unknown, AbortController>();
  /** A notification is on its way: `initialized` has to be there before the list is asked for. */
  private told: Promise<unknown> = Promise.resolve();
  private receive: Receive = () => true;

  constructor(url: URL, door: Door, limits: Limits) {
    this.endpoint = url;
    this.door = door;
    this.limits = limits;
  }

  start(handlers: TransportHandlers): void {
    this.handlers = handlers;
    this.receive = jsonReceiver(handlers, this.limits);
  }

  send(message: object): void {
    if (!isRequest(message)) {
      // Only a request's failure matters: some servers dislike a notification and answer all the same.
      const sent = this.underWay(message, (signal) => this.post(message, signal)).catch(() => {});
      this.told = within(NOTICE_MS, sent);
      return;
    }
    const id = message.id as number;
    this.underWay(id, (signal) => this.told.then(() => this.post(message, signal)))
      // A request that has been answered is one that nobody waits for any more.
      .then(() => this.handlers?.onLoss({ kind: "no-answer" }, id))
      .catch((error: unknown) => this.handlers?.onLoss(lossOf(error).loss, id));
  }

  agree(version: string): void {
    // The server's word, on its way into a header.
    this.version = /^[\x21-\x7e]+$/.test(version) ? version : undefined;
  }

  cancel(id: number): void {
    this.ends.get(id)?.abort("cancelled");
  }

  listen(): void {
    const headers = { accept: "text/event-stream", ...this.sessionHeaders() };
    this.underWay(headers, async (signal) => {
      const answer = await this.door.fetch(this.endpoint, { method: "GET", headers, signal });
      if (answer.status === 200 && mediaType(answer.headers) === "text/event-stream")
        await readEvents(answer, this.limits.messageBytes, ({ data }) => this.receive(Buffer.from(data)));
      else answer.body.destroy();
      // It carries notifications only: its end is not the end of the listing.
    }).catch(() => {});
  }

  forget(): void {
    this.session = undefined;
    this.version = undefined;
  }

  async close(): Promise<void> {
    this.handlers = undefined;
    this.receive = () => true;
    for (const end of this.ends.values()) end.abort("closed");
    if (this.session !== undefined) {
      const signal = AbortSignal.timeout(GOODBYE_MS);
      await this.door
        .fetch(this.endpoint, { method: "DELETE", headers: this.sessionHeaders(), signal })
        .then(({ body }) => body.destroy())
        .catch(() => {});
    }
    this.door.close();
  }

  /** @returns once the answer has been read to its end; whether there was one in it, whoever waits for it knows */
  private async post(message: object, signal: AbortSignal): Promise<void> {
    const headers = this.headersFor(message);
    const body = JSON.stringify(message);
    const answer = await this.door.fetch(this.endpoint, { method: "POST", headers, body, signal });
    this.endpoint = answer.url;
    const given = answer.headers["mcp-session-id"];
    if (typeof given === "string" && statelessVersionOf(message) === undefined) this.session ??= given;
    if (answer.status < 200 || answer.status > 299)
      throw new LossError(await lossOfStatus(answer, "mcp-session-id" in headers));
    // Read to its end, which is near, so that the connection can be used again.
    if (!isRequest(message)) return void (await readBody(answer));
    await this.readAnswer(answer);
  }

  private async readAnswer(answer: Answer): Promise<void> {
    const type = mediaType(answer.headers);
    if (type === "text/event-stream") {
      await readEvents(answer, this.limits.messageBytes, ({ event, data }) => {
        if (event === undefined || event === "message") this.receive(Buffer.from(data));
      });
    } else if (type === "application/json") {
      if (!this.receive(await readBody(answer)))
        throw new LossError({ kind: "content-type", contentType: "not the JSON that it says it is" });
    } else {
      answer.body.destroy();
      if (answer.status !== 202) throw new LossError({ kind: "content-type", contentType: type });
    }
  }

  private headersFor(message: object): Record<string, string> {
    const own = statelessVersionOf(message);
    const method = "method" in message && typeof message.method === "string" ? message.method : undefined;
    return {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(own !== undefined
        ? { "mcp-protocol-version": own, ...(method === undefined ? {} : { "mcp-method": method }) }
        : this.sessionHeaders()),
    };
  }

  private sessionHeaders(): Record<string, string> {
    const { version, session } = this;
    return {
      ...(version === undefined ? {} : { "mcp-protocol-version": version }),
      ...(session === undefined ? {} : { "mcp-session-id": session }),
    };
  }

  /** Does something that `cancel` and `close` can end. */
  private async underWay(key: unknown, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const end = new AbortController();
    this.ends.set(key, end);
    try {
      await work(end.signal);
    } finally {
      this.ends.delete(key);
    }
  }
}

/** A notification has no id, and an answer no method. */
const isRequest = (message: object): message is { id: unknown; method: unknown } =>
  "id" in message && "method" in message;

/** Waits for something, but not for ever. */
function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms).unref();
  work.finally(() => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}

/** `application/json; charset=utf-8` → `application/json`. */
export function mediaType(headers: IncomingHttpHeaders): string {
  return headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** What a status other than success means, with the JSON-RPC error that many servers put into the body. */
export async function lossOfStatus(answer: Answer, hadSession: boolean): Promise<ConnectionLoss> {
  const { status } = answer;
  const text = await beginningOf(answer);
  const error = errorIn(text);
  // 404 as the specification says; the SDK's examples have long answered 400.
  if (hadSession && (status === 404 || (status === 400 && /session/i.test(error?.message ?? ""))))
    return { kind: "session-expired" };
  return {
    kind: "http-status",
    status,
    text: error?.message ?? (/^\s*[<{[]/.test(text) ? "" : text),
    ...(error?.code === undefined ? {} : { code: error.code }),
  };
}

async function beginningOf({ body }: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > ERROR_TEXT) break;
    }
  } catch {
    // The status says enough.
  }
  body.destroy();
  return Buffer.concat(chunks).subarray(0, ERROR_TEXT).toString("utf8");
}

function errorIn(text: string): { code?: number; message?: string } | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (!isRecord(body) || !isRecord(body.error)) return undefined;
    const { code, message } = body.error;
    return {
      ...(typeof code === "number" ? { code } : {}),
      ...(typeof message === "string" ? { message } : {}),
    };
  } catch {
    return undefined;
  }
}
