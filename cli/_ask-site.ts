/** Asks the site's handler without a connection: what it would answer to a browser. */
import { EventEmitter } from "node:events";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** The site as a request handler, as @astrojs/node makes it in middleware mode. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
  locals: object,
) => unknown;

export interface SiteAnswer {
  status: number;
  /** Their names in small letters. */
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** All of a request that the answer may depend on. */
export interface Asked {
  /** Path and query, encoded. */
  address: string;
  /** Scheme, host and port. */
  origin: URL;
  accept?: string;
}

/** As much of a request as the handler looks at. */
class Question extends EventEmitter {
  readonly method = "GET";
  /** Nothing that could close: the handler would wait for it, and keep all that it answered until then. */
  readonly socket: { encrypted: boolean };
  readonly url: string;
  readonly headers: { host: string; accept?: string };

  constructor({ address, origin, accept }: Asked) {
    super();
    this.url = address;
    this.headers = { host: origin.host, ...(accept === undefined ? {} : { accept }) };
    this.socket = { encrypted: origin.protocol === "https:" };
  }
}

/** As much of a response as the handler writes to. */
class Reply extends EventEmitter {
  headersSent = false;
  statusCode = 200;
  headers: OutgoingHttpHeaders = {};
  readonly chunks: Uint8Array[] = [];

  writeHead(status: number, headers: OutgoingHttpHeaders): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.headers[name.toLowerCase()] = value;
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
 * The answer to a GET.
 * @param locals what the pages take their data from
 * @returns undefined when the site has no such address
 * @throws what the handler throws
 */
export function askSite(handler: PageHandler, asked: Asked, locals: object): Promise<SiteAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const question = new Question(asked);
    const reply = new Reply();
    reply.on("close", () => {
      const { statusCode: status, headers, chunks } = reply;
      const [only] = chunks;
      const body =
        chunks.length === 1 && only
          ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
          : Buffer.concat(chunks);
      resolve({ status, headers, body });
    });
    const missing = () => resolve(undefined);
    Promise.resolve(
      handler(question as unknown as IncomingMessage, reply as unknown as ServerResponse, missing, locals),
    ).catch(reject);
  });
}
