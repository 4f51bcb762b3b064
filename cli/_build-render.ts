/** Asks the site's handler without a server: what it would answer to a browser, as a string. */
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PageHandler } from "./_http-server.ts";

export interface Answer {
  status: number;
  type: string;
  /** Empty where there is `bytes`. */
  body: string;
  /** What is no text: pictures. */
  bytes?: Uint8Array;
}

const TEXT = /^text\/|json\b|xml\b|yaml\b|toml\b/;

/** As much of a request as the handler looks at. */
class Asked extends EventEmitter {
  readonly method = "GET";
  readonly socket: EventEmitter & { encrypted?: boolean } = new EventEmitter();
  readonly url: string;
  readonly headers: { host: string };

  constructor(url: string, origin: URL) {
    super();
    this.url = url;
    this.headers = { host: origin.host };
    if (origin.protocol === "https:") this.socket.encrypted = true;
  }
}

/** As much of a response as the handler writes to. */
class Answered extends EventEmitter {
  headersSent = false;
  statusCode = 200;
  headers: Record<string, unknown> = {};
  readonly chunks: Uint8Array[] = [];

  writeHead(status: number, headers: Record<string, unknown>): this {
    this.statusCode = status;
    this.headers = headers;
    this.headersSent = true;
    return this;
  }

  write(chunk: Uint8Array | string): boolean {
    this.chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    return true;
  }

  end(chunk?: Uint8Array | string): void {
    if (chunk !== undefined) this.write(chunk);
    this.emit("close");
  }

  destroy(): void {
    this.statusCode = 500;
    this.emit("close");
  }
}

/**
 * The answer to `GET <address>`.
 * @param locals what the pages take their data from.
 * @param origin scheme, host and port that the pages speak of as their own.
 */
export function ask(handler: PageHandler, address: string, origin: URL, locals: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new Asked(address, origin);
    const response = new Answered();
    response.on("close", () => {
      const type = String(response.headers["content-type"] ?? "");
      const bytes = Buffer.concat(response.chunks);
      const { statusCode: status } = response;
      resolve(
        TEXT.test(type) ? { status, type, body: bytes.toString("utf8") } : { status, type, body: "", bytes },
      );
    });
    const missing = () => resolve({ status: 404, type: "text/plain", body: "Not found.\n" });
    Promise.resolve(
      handler(request as unknown as IncomingMessage, response as unknown as ServerResponse, missing, locals),
    ).catch(reject);
  });
}
