import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { Readable as NodeReadable, type Readable, Transform } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { bareHost, guardedLookup, mayConnect, RefusedAddressError, refusal } from "./_addresses.ts";
import type { ConnectionLoss } from "./transport.ts";

/** A request that failed, with what it means for the connection. */
export class LossError extends Error {
  readonly loss: ConnectionLoss;

  constructor(loss: ConnectionLoss) {
    super(loss.kind);
    this.loss = loss;
  }
}

export interface FetchPolicy {
  /** Allows this machine itself, because the user typed it. */
  loopback: boolean;
  /** Bytes of one body, and of all bodies together, counted after decompression. */
  messageBytes: number;
  totalBytes: number;
  userAgent: string;
}

/**
 * The one door out to remotes: a `fetch` that connects to public addresses only, counts what comes in, and never
 * follows a redirect by itself.
 *
 * @returns a function that throws `LossError` where the answer is no use to a caller
 */
export function guardedFetch(
  policy: FetchPolicy,
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  const budget = { left: policy.totalBytes };
  return async (input, init = {}) => {
    const url = new URL(input);
    const message = await send(url, init, policy);
    const status = message.statusCode ?? 0;
    const headers = new Headers();
    for (const [name, value] of Object.entries(message.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
    }
    const refused = refusedStatus(url, status, headers);
    if (refused !== undefined) {
      message.destroy();
      throw new LossError(refused);
    }
    // A Response with one of these statuses may not have a body.
    const empty = status === 204 || status === 205 || status === 304;
    if (empty) message.resume();
    const body = empty
      ? null
      : (NodeReadable.toWeb(bounded(message, budget, policy)) as ReadableStream<Uint8Array>);
    return new Response(body as BodyInit | null, { status, headers });
  };
}

function send(url: URL, init: RequestInit, policy: FetchPolicy): Promise<http.IncomingMessage> {
  const host = bareHost(url.hostname);
  if (isIP(host) !== 0 && !mayConnect(host, policy.loopback)) {
    return Promise.reject(lossOf(refusal(url.hostname, host)));
  }
  const headers = new Headers(init.headers);
  headers.set("user-agent", policy.userAgent);
  headers.set("accept-encoding", "gzip, deflate, br");
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const { request } = url.protocol === "https:" ? https : http;
  const outgoing = request(url, {
    method: init.method ?? "GET",
    headers: Object.fromEntries(headers),
    lookup: guardedLookup(policy.loopback),
    agent: false,
    ...(init.signal ? { signal: init.signal } : {}),
  });
  outgoing.on("response", resolve);
  outgoing.on("error", (error) => reject(lossOf(error)));
  outgoing.end(typeof init.body === "string" ? init.body : undefined);
  return promise;
}

function refusedStatus(url: URL, status: number, headers: Headers): ConnectionLoss | undefined {
  const challenge = headers.get("www-authenticate") ?? undefined;
  if (status === 401 || (status === 403 && challenge !== undefined)) {
    // RFC 9728 §5.1: the challenge may say where the resource's metadata is.
    const resourceMetadata = /\bresource_metadata="?([^",\s]+)/i.exec(challenge ?? "")?.[1];
    return {
      kind: "needs-authorization",
      status,
      ...(challenge === undefined ? {} : { challenge }),
      ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    };
  }
  const retryAfter = headers.get("retry-after");
  if ((status === 429 || status === 503) && retryAfter !== null) {
    return { kind: "http-status", status, retryAfter, text: "" };
  }
  // A Response can't hold it.
  if (status < 200 || status > 599) return { kind: "http-status", status, text: "" };
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location !== null && URL.canParse(location, url)) {
    const target = new URL(location, url);
    const upgrade = target.protocol === "https:" && url.protocol === "http:" && target.host === url.host;
    if (target.origin !== url.origin && !upgrade)
      return { kind: "redirect", to: target.origin + target.pathname };
  }
  return undefined;
}

function bounded(message: http.IncomingMessage, budget: { left: number }, policy: FetchPolicy): Readable {
  const isStream = /^text\/event-stream\b/i.test(message.headers["content-type"] ?? "");
  let left = policy.messageBytes;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      budget.left -= chunk.length;
      if (budget.left < 0)
        done(new LossError({ kind: "too-large", what: "total", limit: policy.totalBytes }));
      else if (left < 0 && !isStream)
        done(new LossError({ kind: "too-large", what: "message", limit: policy.messageBytes }));
      else done(null, chunk);
    },
  });
  const decoder = decoderOf(message.headers["content-encoding"]);
  const stages: Readable[] = decoder === undefined ? [message, counter] : [message, decoder, counter];
  for (const stage of stages) {
    stage.on("error", (error) => {
      for (const other of stages) other.destroy(error);
    });
  }
  counter.on("close", () => message.destroy());
  if (decoder === undefined) message.pipe(counter);
  else message.pipe(decoder).pipe(counter);
  return counter;
}

function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

/** What an error of node:http means. */
export function lossOf(error: unknown): LossError {
  if (error instanceof LossError) return error;
  if (error instanceof RefusedAddressError)
    return new LossError({ kind: "refused-address", message: error.message });
  const { code, message } = error as NodeJS.ErrnoException;
  return new LossError({ kind: "unreachable", message: explainCode(code, message) });
}

function explainCode(code: string | undefined, message: string): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the name could not be resolved";
    case "ECONNREFUSED":
      return "nothing answers at that address and port";
    case "ECONNRESET":
    case "EPIPE":
      return "the server cut the connection";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the server could not be reached";
    default:
      if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code))
        return `the TLS certificate is not trusted (${code})`;
      return `the connection failed (${code ?? message})`;
  }
}
