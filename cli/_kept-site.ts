/** Answers reading requests from memory where it can: rendered once, compressed once, sent as often as they are asked for. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { type Encoding, namesAnswer, unchangedSince } from "../site/src/lib/etag.ts";
import { askSite, type PageHandler, type SiteAnswer } from "./_ask-site.ts";
import { compress, encodedHeaders, encodingFor, SMALLEST } from "./_encodings.ts";
import { createKnownTags, type KnownTags, knownOf } from "./_known-tags.ts";
import { isText } from "./_media-type.ts";
import { type Change, type Part, RouteCache } from "./_route-cache.ts";
import { keyOf } from "./_route-keys.ts";
import { nothingThere } from "./_short-answers.ts";

/** An answer with the forms it was sent in. */
interface KeptAnswer extends SiteAnswer {
  encoded: Map<Encoding, Promise<Buffer>>;
}

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

function notFound(url: string | undefined): SiteAnswer {
  const { mediaType, text } = nothingThere(url);
  const headers = { "content-type": `${mediaType}; charset=utf-8`, "cache-control": "no-store" };
  return { status: 404, headers, body: Buffer.from(`${text}\n`) };
}

/** Tags take this part more than answers. */
const TAGS_SHARE = 4;

/** Answers of a site, some of them kept, and the tags of more. */
export class AnswerCache extends RouteCache<KeptAnswer> {
  readonly tags: KnownTags;

  /** @param limit most that is kept of answers, in bytes; tags take a quarter of it more */
  constructor(limit: number) {
    super({ limit, weigh });
    this.tags = createKnownTags(limit / TAGS_SHARE);
  }

  override change(change: Change): void {
    super.change(change);
    this.tags.change(change);
  }

  override open(open: boolean): void {
    super.open(open);
    this.tags.open(open);
  }
}

/**
 * Answers a GET or HEAD.
 * @param crossOrigin whether pages of other origins may read the answer
 * @param tagged what its tag is remembered under
 * @returns false when the request is one for the handler itself; nothing was sent then
 * @throws what the handler throws
 */
export async function answerKept(
  { handler, locals, cache }: KeptSite,
  request: IncomingMessage,
  response: ServerResponse,
  crossOrigin: boolean,
  tagged?: string,
): Promise<boolean> {
  const { host, accept } = request.headers;
  const keyed = keyOf({ url: request.url ?? "/", host, accept, crossOrigin }, locals.publicUrl);
  if (!keyed) return false;
  const { key, ...asked } = keyed;
  let isOwn = false;
  const answer = await cache.share(key, async (onRead) => {
    isOwn = true;
    const ask = async (onPart: (part: Part) => void): Promise<SiteAnswer> =>
      (await askSite(handler, asked, { ...locals, crossOrigin, onRead: onPart })) ?? notFound(request.url);
    const said = tagged === undefined ? await ask(onRead) : await askAndNote(cache.tags, tagged, ask, onRead);
    return { ...said, encoded: new Map() };
  });
  // Made for another reader, who was given a cookie with it.
  if (!isOwn && isPersonal(answer)) return false;
  await send(answer, request, response, (more) => cache.grow(key, answer, more));
  return true;
}

/** The answer, and its tag for whoever asks for it when it is no longer kept. */
async function askAndNote(
  tags: KnownTags,
  key: string,
  ask: (onRead: (part: Part) => void) => Promise<SiteAnswer>,
  onRead: (part: Part) => void,
): Promise<SiteAnswer> {
  let answer: SiteAnswer | undefined;
  await tags.note(key, async (note) => {
    answer = await ask((part) => {
      onRead(part);
      note(part);
    });
    return knownOf(answer.status, answer.headers);
  });
  return answer ?? ask(onRead);
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
  // As of answers that are not kept: also what is too small says that a larger one depends on the encoding.
  const varies = isText(String(headers["content-type"]));
  const compressible = varies && status === 200 && answer.body.length >= SMALLEST;
  const encoding = compressible ? encodingFor(request.headers["accept-encoding"]) : undefined;
  const sent = varies ? encodedHeaders(headers, encoding) : { ...headers };
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
