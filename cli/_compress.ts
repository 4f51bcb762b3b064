/** Compresses answers while they are written: those that are made for one reader, and kept for none. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Transform, Writable } from "node:stream";
import { ENCODINGS, type Encoding } from "../site/src/lib/etag.ts";
import { compress, compressor, encodedHeaders, encodingFor, ownTag, SMALLEST } from "./_encodings.ts";
import { isText } from "./_media-type.ts";

/** The site knows its answers by their tags without a coding. */
const CODED_TAG = new RegExp(`"([^",]*)-(${ENCODINGS.join("|")})"`, "g");

/**
 * From here on a text that is written to the response is sent in the coding that its reader asks for, and says that it
 * depends on that. The tags in If-None-Match are made those that the site gives out, and a 304 names the reader's own.
 * @param onHead told the status and the headers as the site gives them
 * @returns waits until what was written has been taken, for whoever makes an answer bit by bit
 */
export function compressing(
  request: IncomingMessage,
  response: ServerResponse,
  onHead: (status: number, headers: OutgoingHttpHeaders) => void = () => {},
): () => Promise<void> {
  const said = request.headers["if-none-match"];
  if (said !== undefined) request.headers["if-none-match"] = said.replace(CODED_TAG, '"$1-$2", "$1"');
  const encoding = encodingFor(request.headers["accept-encoding"]);
  const plain = {
    writeHead: response.writeHead.bind(response),
    write: response.write.bind(response),
    end: response.end.bind(response),
  };
  let stream: Transform | undefined;
  let head: { status: number; headers: OutgoingHttpHeaders } | undefined;
  let held: Uint8Array | undefined;

  const restore = () => Object.assign(response, plain);
  const sendPlain = ({ status, headers }: NonNullable<typeof head>) => {
    restore();
    plain.writeHead(status, headers);
  };

  response.writeHead = ((status: number, headers: OutgoingHttpHeaders = {}) => {
    const low = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    onHead(status, low);
    if (status === 304) sendPlain({ status, headers: { ...low, ...ownTag(said, low.etag) } });
    else if (!mayBeCompressed(status, low)) sendPlain({ status, headers: low });
    else if (!encoding) sendPlain({ status, headers: encodedHeaders(low, undefined) });
    else head = { status, headers: low };
    return response;
  }) as ServerResponse["writeHead"];

  response.write = ((chunk: Uint8Array | string, onTaken?: () => void) => {
    if (!head || !encoding) {
      restore();
      return response.write(chunk, onTaken);
    }
    if (!stream && !held) {
      held = bytesOf(chunk);
      if (onTaken) process.nextTick(onTaken);
      return true;
    }
    if (!stream) {
      stream = begin(head, encoding);
      stream.write(held);
    }
    return stream.write(chunk, onTaken);
  }) as ServerResponse["write"];

  response.end = ((chunk?: Uint8Array | string) => {
    if (!head || !encoding) {
      restore();
      return response.end(chunk);
    }
    if (stream) stream.end(chunk);
    else finish(head, encoding, Buffer.concat([held ?? bytesOf(""), bytesOf(chunk ?? "")]));
    return response;
  }) as ServerResponse["end"];

  function begin({ status, headers }: NonNullable<typeof head>, coding: Encoding): Transform {
    const { "content-length": _, ...rest } = encodedHeaders(headers, coding);
    plain.writeHead(status, rest);
    const made = compressor[coding]();
    made.on("data", (part: Buffer) => {
      if (!plain.write(part)) made.pause();
    });
    made.on("end", () => plain.end());
    response.on("drain", () => made.resume());
    response.on("close", () => made.destroy());
    return made;
  }

  function finish(one: NonNullable<typeof head>, coding: Encoding, body: Buffer): void {
    const whole = (headers: OutgoingHttpHeaders, bytes: Buffer) => {
      restore();
      plain.writeHead(one.status, { ...headers, "content-length": bytes.length });
      plain.end(bytes);
    };
    if (body.length < SMALLEST) {
      whole(encodedHeaders(one.headers, undefined), body);
      return;
    }
    compress[coding](body).then(
      (bytes) => whole(encodedHeaders(one.headers, coding), bytes),
      () => response.destroy(),
    );
  }

  return () => taken(stream?.writableNeedDrain ? stream : response, response);
}

function bytesOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

function mayBeCompressed(status: number, headers: OutgoingHttpHeaders): boolean {
  return (
    status >= 200 &&
    status !== 204 &&
    headers["content-encoding"] === undefined &&
    !/no-transform/.test(String(headers["cache-control"])) &&
    isText(String(headers["content-type"]))
  );
}

function taken(waiting: Writable, response: ServerResponse): Promise<void> {
  if (!waiting.writableNeedDrain || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      waiting.off("drain", done);
      response.off("close", done);
      resolve();
    };
    waiting.once("drain", done);
    response.once("close", done);
  });
}
