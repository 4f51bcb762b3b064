/** Answers what Node gives us no response for. By itself it closes the connection with an empty answer. */
import { type IncomingMessage, type OutgoingHttpHeaders, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { METHODS, problemText } from "./_short-answers.ts";

/** Milliseconds that the sender gets to read the answer; what it still sends is thrown away. */
const LINGER_MS = 1_000;

interface Refusal {
  status: number;
  why: string;
}

const NO_REQUEST: Refusal = {
  status: 400,
  why: "This is no request that HTTP/1.1 knows. Ask for an address with GET.",
};
/** Node's error; with the headers that the answer has already, where a request was read. */
type ClientError = NodeJS.ErrnoException & { headers?: OutgoingHttpHeaders };

/** By the code of Node's error. */
const REFUSALS: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    why: "The address and the headers of this request are too long: together they may take 16 KB. Ask for a shorter address.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    why: "This request did not arrive whole in time. Send it again.",
  },
};

/**
 * For a server's "clientError". Nothing of the request is repeated: it is a stranger's text.
 * @param common headers that every answer has
 */
export function unreadable(common: Record<string, string>) {
  return (error: ClientError, socket: Duplex): void => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, why } = REFUSALS[error.code ?? ""] ?? NO_REQUEST;
    endWith(
      socket,
      status,
      { ...common, ...error.headers, "content-type": "text/plain; charset=utf-8" },
      why,
    );
  };
}

/** For a server's "connect": nobody gets through us to somewhere else (RFC 9110 §9.3.6). */
export function noTunnel(common: Record<string, string>) {
  return (_request: IncomingMessage, socket: Duplex): void => {
    // Whoever asks may be gone before the answer is.
    socket.on("error", () => socket.destroy());
    const type = "application/problem+json; charset=utf-8";
    const text = problemText(405, "CONNECT is not possible here: this is no proxy. Use GET.");
    endWith(socket, 405, { ...common, allow: METHODS.join(", "), "content-type": type }, text);
  };
}

function endWith(socket: Duplex, status: number, headers: OutgoingHttpHeaders, text: string): void {
  const all = {
    ...headers,
    "content-length": String(Buffer.byteLength(text) + 1),
    "cache-control": "no-store",
    connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.resume();
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}\n`);
}
