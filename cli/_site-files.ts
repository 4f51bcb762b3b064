/** The files of the built site, which are sent as they are: read once and kept in memory, where nobody can take them away. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { rangeOf } from "../site/src/api/bulk-range.ts";
import { type Encoding, etagOf, NOT_WHAT_YOU_KNOW, namesTag, refuses } from "../site/src/lib/etag.ts";
import { encodingFor } from "./_encodings.ts";
import { sendText } from "./_short-answers.ts";

/** Sends the file that a GET or HEAD asks for. Returns false, and does nothing, where there is none. */
export type SendFile = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What is sent of a file in one coding. */
interface Coded {
  body: Buffer;
  etag: string;
}

interface SiteFile {
  mediaType: string;
  plain: Coded;
  coded: Partial<Record<Encoding, Coded>>;
}

const MEDIA_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml; charset=utf-8",
};
/** How a compressed file beside another is called. */
const SUFFIXES: Record<Encoding, string> = { br: ".br", gzip: ".gz" };
/** Astro puts a digest into the names of what it built. */
const HASHED = "/_astro/";

/** @param folder read whole; a file that is compressed beside itself is sent so to who can read it */
export function siteFiles(folder: string): SendFile {
  const files = readFiles(folder);
  return (request, response) => {
    const address = request.url?.replace(/\?.*$/s, "") ?? "";
    const file = files.get(address);
    if (file) send(file, request, response, address.startsWith(HASHED));
    return file !== undefined;
  };
}

function readFiles(folder: string): Map<string, SiteFile> {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const bodies = new Map<string, Buffer>();
  for (const entry of entries) {
    const full = path.join(entry.parentPath, entry.name);
    const address = `/${path.relative(folder, full).split(path.sep).map(encodeURIComponent).join("/")}`;
    if (entry.isFile()) bodies.set(address, readFileSync(full));
  }
  const files = new Map<string, SiteFile>();
  const ofName = (name: string): Coded | undefined => {
    const body = bodies.get(name);
    return body && { body, etag: etagOf(body) };
  };
  for (const [address, body] of bodies) {
    const isCoding = Object.values(SUFFIXES).some(
      (suffix) => address.endsWith(suffix) && bodies.has(address.slice(0, -suffix.length)),
    );
    if (isCoding) continue;
    const mediaType = MEDIA_TYPES[path.extname(address)] ?? "application/octet-stream";
    const coded = { br: ofName(address + SUFFIXES.br), gzip: ofName(address + SUFFIXES.gzip) };
    files.set(address, { mediaType, plain: { body, etag: etagOf(body) }, coded });
  }
  return files;
}

/** Conditions count before a range, and among them those of who refuses first (RFC 9110 §13.2.2). */
function send(file: SiteFile, request: IncomingMessage, response: ServerResponse, hashed: boolean): void {
  const encoding = encodingFor(request.headers["accept-encoding"]);
  const coded = encoding && file.coded[encoding];
  const { body, etag } = coded ?? file.plain;
  const asked = { get: (name: string) => [request.headers[name]].flat()[0] ?? null };
  const range = request.method === "GET" ? rangeOf(asked, body.length, etag) : undefined;
  response.setHeader("vary", "Accept-Encoding");
  if (refuses(asked, { get: (name) => (name === "etag" ? etag : null) })) {
    sendText(response, 412, NOT_WHAT_YOU_KNOW);
  } else if (namesTag(asked.get("if-none-match"), etag)) {
    response.writeHead(304, { etag, "cache-control": lifetime(hashed) }).end();
  } else if (range === "beyond") {
    response.setHeader("content-range", `bytes */${body.length}`);
    const size = body.length.toLocaleString("en");
    sendText(
      response,
      416,
      `The Range begins behind the end of the file, which has ${size} bytes. Ask without it.`,
    );
  } else {
    const sent = range ? body.subarray(range.start, range.end + 1) : body;
    if (coded) response.setHeader("content-encoding", encoding);
    if (range) response.setHeader("content-range", `bytes ${range.start}-${range.end}/${body.length}`);
    response.writeHead(range ? 206 : 200, {
      etag,
      "cache-control": lifetime(hashed),
      "accept-ranges": "bytes",
      "content-type": file.mediaType,
      "content-length": sent.length,
    });
    response.end(request.method === "HEAD" ? undefined : sent);
  }
}

/** What has a digest in its name never changes. In seconds. */
const lifetime = (hashed: boolean): string =>
  hashed ? "public, max-age=31536000, immutable" : "public, max-age=300";
