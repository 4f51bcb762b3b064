/** Answers reading requests from memory where it can: rendered once, compressed once, sent as often as they are asked for. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { ENCODINGS, type Encoding, encodedTag, namesAnswer, unchangedSince } from "../site/src/lib/etag.ts";
import { askSite, type SiteAnswer } from "./_ask-site.ts";
import type { PageHandler } from "./_http-server.ts";
import { isText } from "./_media-type.ts";
import { createRouteCache, type RouteCache } from "./_route-cache.ts";
import { keyOf } from "./_route-keys.ts";

/** An answer with the forms it was sent in. */
interface KeptAnswer extends SiteAnswer {
  encoded: Map<Encoding, Promise<Buffer>>;
}

/** Answers of a site, some of them kept. */
export type AnswerCache = RouteCache<KeptAnswer>;

/** What the pages are made from, and the site's own address where it has been told. */
export interface SiteLocals {
  publicUrl?: string | null | undefined;
  [name: string]: unknown;
}

interface KeptSite {
  handler: PageHandler;
  locals: SiteLocals;
  cache: AnswerCache;
}

/** Brotli's 5 takes as long as gzip's 6 and is a sixth smaller; 11 takes a hundred times as long. */
const BROTLI_QUALITY = 5;
/** Smaller bodies fit one packet anyway. In bytes. */
const SMALLEST = 1_000;
const NOT_FOUND: SiteAnswer = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  body: Buffer.from("Not found.\n"),
};
const compress: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body) => promisify(gzip)(body),
};

/** @param limit most that is kept, in bytes */
export function createAnswerCache(limit: number): AnswerCache {
  return createRouteCache<KeptAnswer>({ limit, weigh });
}

/**
 * Answers a GET or HEAD.
 * @param crossOrigin whether pages of other origins may read the answer
 * @returns false when the request is one for the handler itself; nothing was sent then
 * @throws what the handler throws
 */
export async function answerKept(
  { handler, locals, cache }: KeptSite,
  request: IncomingMessage,
  response: ServerResponse,
  crossOrigin: boolean,
): Promise<boolean> {
  const { host, accept } = request.headers;
  const keyed = keyOf({ url: request.url ?? "/", host, accept, crossOrigin }, locals.publicUrl);
  if (!keyed) return false;
  const { key, ...asked } = keyed;
  let isOwn = false;
  const answer = await cache.share(key, async (onRead) => {
    isOwn = true;
    const said = await askSite(handler, asked, { ...locals, crossOrigin, onRead });
    return { ...(said ?? NOT_FOUND), encoded: new Map() };
  });
  // Made for another reader, who was given a cookie with it.
  if (!isOwn && isPersonal(answer)) return false;
  await send(answer, request, response, (more) => cache.grow(key, answer, more));
  return true;
}

function weigh({ status, headers, body }: KeptAnswer): number | undefined {
  const mayBeKept =
    status === 200 &&
    headers.etag !== undefined &&
    !/no-store|private/.test(String(headers["cache-control"]));
  return mayBeKept && !isPersonal({ headers }) ? body.length + JSON.stringify(headers).length : undefined;
}

function isPersonal({ headers }: Pick<SiteAnswer, "headers">): boolean {
  return headers["set-cookie"] !== undefined;
}

async function send(
  answer: KeptAnswer,
  request: IncomingMessage,
  response: ServerResponse,
  onGrowth: (bytes: number) => void,
): Promise<void> {
  const { status, headers } = answer;
  const compressible =
    status === 200 && answer.body.length >= SMALLEST && isText(String(headers["content-type"]));
  const encoding = compressible ? encodingFor(request.headers["accept-encoding"]) : undefined;
  const sent = compressible ? encodedHeaders(headers, encoding) : { ...headers };
  if (status === 200 && isKnown(request, headers)) {
    delete sent["content-type"];
    delete sent["content-encoding"];
    response.writeHead(304, sent).end();
    return;
  }
  const body = encoding ? await encodedBody(answer, encoding, onGrowth) : answer.body;
  response.writeHead(status, { ...sent, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

function isKnown(request: IncomingMessage, headers: OutgoingHttpHeaders): boolean {
  if (!request.headers["if-none-match"] && !request.headers["if-modified-since"]) return false;
  const asked = new Headers();
  for (const name of ["if-none-match", "if-modified-since"]) {
    const value = request.headers[name];
    if (typeof value === "string") asked.set(name, value);
  }
  const said = new Headers();
  const modified = headers["last-modified"];
  if (typeof modified === "string") said.set("last-modified", modified);
  return namesAnswer(asked.get("if-none-match"), String(headers.etag)) || unchangedSince(asked, said);
}

function encodedHeaders(headers: OutgoingHttpHeaders, encoding: Encoding | undefined): OutgoingHttpHeaders {
  const vary = headers.vary === undefined ? [] : [headers.vary].flat();
  const sent: OutgoingHttpHeaders = { ...headers, vary: [...vary, "Accept-Encoding"].join(", ") };
  if (!encoding) return sent;
  return { ...sent, "content-encoding": encoding, etag: encodedTag(String(headers.etag), encoding) };
}

/** @returns undefined for the body as it is (RFC 9110 §12.5.3; a coding is only used where it is named) */
function encodingFor(header: string | string[] | undefined): Encoding | undefined {
  const named = new Set<string>();
  for (const part of String(header ?? "")
    .toLowerCase()
    .split(",")) {
    const [name = "", weight = ""] = part.split(";").map((text) => text.trim());
    if (!/^q=0(\.0*)?$/.test(weight)) named.add(name);
  }
  return ENCODINGS.find((encoding) => named.has(encoding));
}

function encodedBody(
  { body, encoded }: KeptAnswer,
  encoding: Encoding,
  onGrowth: (bytes: number) => void,
): Promise<Buffer> {
  const known = encoded.get(encoding);
  if (known) return known;
  const made = compress[encoding](body);
  encoded.set(encoding, made);
  made.then(
    ({ length }) => onGrowth(length),
    () => encoded.delete(encoding),
  );
  return made;
}
