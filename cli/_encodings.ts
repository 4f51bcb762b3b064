/** In which coding an answer is sent (RFC 9110 §8.4, §12.5.3), for what is kept and for what is not. */
import type { OutgoingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";
import { ENCODINGS, type Encoding, encodedTag } from "../site/src/lib/etag.ts";

/** Brotli's 5 takes as long as gzip's 6 and is a sixth smaller; 11 takes a hundred times as long. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
/** Smaller bodies fit one packet anyway. In bytes. */
export const SMALLEST = 1_000;

/** A whole body. */
export const compress: Record<Encoding, (body: Uint8Array) => Promise<Buffer>> = {
  br: (body) => promisify(brotliCompress)(body, BROTLI),
  gzip: (body) => promisify(gzip)(body),
};

/** A body that comes in parts. */
export const compressor = {
  br: () => createBrotliCompress(BROTLI),
  gzip: () => createGzip(),
};

/** @returns undefined for the body as it is; a coding is only used where it is named */
export function encodingFor(header: string | string[] | undefined): Encoding | undefined {
  const named = new Set<string>();
  for (const part of String(header ?? "")
    .toLowerCase()
    .split(",")) {
    const [name = "", weight = ""] = part.split(";").map((text) => text.trim());
    if (!/^q=0(\.0*)?$/.test(weight)) named.add(name);
  }
  return ENCODINGS.find((encoding) => named.has(encoding));
}

/** The headers of an answer that could be sent in a coding: a tag of its own for each, since strong tags differ where bytes do. */
export function encodedHeaders(
  headers: OutgoingHttpHeaders,
  encoding: Encoding | undefined,
): OutgoingHttpHeaders {
  const vary = headers.vary === undefined ? [] : [headers.vary].flat();
  const sent: OutgoingHttpHeaders = { ...headers, vary: [...vary, "Accept-Encoding"].join(", ") };
  if (!encoding) return sent;
  const etag = headers.etag === undefined ? {} : { etag: encodedTag(String(headers.etag), encoding) };
  return { ...sent, "content-encoding": encoding, ...etag };
}

/** The tag that a reader has for this answer, where it has one: a coding does not make it another. */
export function ownTag(said: string | undefined, tag: unknown): OutgoingHttpHeaders {
  if (typeof tag !== "string" || said === undefined) return {};
  const own = [tag, ...ENCODINGS.map((encoding) => encodedTag(tag, encoding))].find((one) =>
    said.includes(one),
  );
  return own === undefined ? {} : { etag: own };
}
