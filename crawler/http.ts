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
  let handlers: TransportHandlers | undefined;
  let endpoint = url;
  let session: string | undefined;
  let version: string | undefined;
  /** What ends each request that is under way, by its id, and each notification and stream. */
  const ends = new Map<unknown, AbortController>();
  /** A notification is on its way: `initialized` has to be there before the list is asked for. */
  let told: Promise<unknown> = Promise.resolve();
  let receive: Receive = () => true;

  const headersFor = (message: object): Record<string, string> => {
    const own = statelessVersionOf(message);
    const method = "method" in message && typeof message.method === "string" ? message.method : undefined;
    return {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(own !== undefined
        ? { "mcp-protocol-version": own, ...(method === undefined ? {} : { "mcp-method": method }) }
        : sessionHeaders()),
    };
  };
  const sessionHeaders = (): Record<string, string> => ({
    ...(version === undefined ? {} : { "mcp-protocol-version": version }),
    ...(session === undefined ? {} : { "mcp-session-id": session }),
  });

  /** @returns once the answer has been read to its end; whether there was one in it, whoever waits for it knows */
  const post = async (message: object, signal: AbortSignal): Promise<void> => {
    const headers = headersFor(message);
    const body = JSON.stringify(message);
    const answer = await door.fetch(endpoint, { method: "POST", headers, body, signal });
    endpoint = answer.url;
    const given = answer.headers["mcp-session-id"];
    if (typeof given === "string" && statelessVersionOf(message) === undefined) session ??= given;
    if (answer.status < 200 || answer.status > 299)
      throw new LossError(await lossOfStatus(answer, "mcp-session-id" in headers));
    // Read to its end, which is near, so that the connection can be used again.
    if (!("id" in message && "method" in message)) return void (await readBody(answer));
    const type = mediaType(answer.headers);
    if (type === "text/event-stream")
      await readEvents(answer, limits.messageBytes, ({ event, data }) => {
        if (event === undefined || event === "message") receive(Buffer.from(data));
      });
    else if (type === "application/json") {
      if (!receive(await readBody(answer)))
        throw new LossError({ kind: "content-type", contentType: "not the JSON that it says it is" });
    } else {
      answer.body.destroy();
      if (answer.status !== 202) throw new LossError({ kind: "content-type", contentType: type });
    }
  };

  /** Does something that `cancel` and `close` can end. */
  const underWay = async (key: unknown, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const end = new AbortController();
    ends.set(key, end);
    try {
      await work(end.signal);
    } finally {
      ends.delete(key);
    }
  };

  return {
    start: (given) => {
      handlers = given;
      receive = jsonReceiver(given, limits);
    },
    send: (message) => {
      if (!("id" in message && "method" in message)) {
        // Only a request's failure matters: some servers dislike a notification and answer all the same.
        told = within(
          NOTICE_MS,
          underWay(message, (signal) => post(message, signal)).catch(() => {}),
        );
        return;
      }
      const id = message.id as number;
      underWay(id, (signal) => told.then(() => post(message, signal)))
        // A request that has been answered is one that nobody waits for any more.
        .then(() => handlers?.onLoss({ kind: "no-answer" }, id))
        .catch((error: unknown) => handlers?.onLoss(lossOf(error).loss, id));
    },
    agree: (agreed) => {
      // The server's word, on its way into a header.
      version = /^[\x21-\x7e]+$/.test(agreed) ? agreed : undefined;
    },
    cancel: (id) => ends.get(id)?.abort("cancelled"),
    listen: () => {
      const headers = { accept: "text/event-stream", ...sessionHeaders() };
      underWay(headers, async (signal) => {
        const answer = await door.fetch(endpoint, { method: "GET", headers, signal });
        if (answer.status === 200 && mediaType(answer.headers) === "text/event-stream")
          await readEvents(answer, limits.messageBytes, ({ data }) => receive(Buffer.from(data)));
        else answer.body.destroy();
        // It carries notifications only: its end is not the end of the listing.
      }).catch(() => {});
    },
    forget: () => {
      session = undefined;
      version = undefined;
    },
    close: async () => {
      handlers = undefined;
      receive = () => true;
      for (const end of ends.values()) end.abort("closed");
      if (session !== undefined) {
        const signal = AbortSignal.timeout(GOODBYE_MS);
        await door
          .fetch(endpoint, { method: "DELETE", headers: sessionHeaders(), signal })
          .then(({ body }) => body.destroy())
          .catch(() => {});
      }
      door.close();
    },
  };
}

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
