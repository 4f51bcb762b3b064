/**
 * Pages of tools and servers for the live site, made by the functions that the site's own routes call. There are more of
 * them than of all other pages; through a route each would take twice as long.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  readServerPath,
  readToolPath,
  serversUrl,
  serverUrl,
  toolsUrl,
  toolUrl,
} from "../site/src/lib/addresses.ts";
import { type Catalog, type CatalogLocals, catalogOf } from "../site/src/lib/catalog.ts";
import { etagOf, namesTag, REFUSALS } from "../site/src/lib/etag.ts";
import { type Absolute, absoluteUrls } from "../site/src/lib/head.ts";
import { prefersMarkdown } from "../site/src/lib/prefers-markdown.ts";
import { aroundServer } from "../site/src/lib/server-around.ts";
import { aroundTool } from "../site/src/lib/tool-around.ts";
import { askSite, type PageHandler } from "./_ask-site.ts";
import { serverParts, toolParts } from "./_own-parts.ts";
import { type Frame, type Frames, framedText, frameOf, type OwnParts } from "./_page-frame.ts";

/** How the own parts of a page are made; undefined where the catalog has nothing to show on it. */
type Make = (locals: CatalogLocals, absolute: Absolute | undefined) => Promise<OwnParts | undefined>;

interface Asked {
  kind: keyof Frames;
  make: Make;
}

/**
 * A handler that answers as the one given, and makes the usual answer to the address of a tool's or a server's page
 * itself. What is unusual is left to the other: spellings that we do not give out, queries, Markdown, what is not there,
 * failures.
 */
export function withFramedPages(handler: PageHandler): PageHandler {
  /** What stands around the pages of each kind; taken from the first. */
  const frames: Frames = {};

  async function pageOf(
    { kind, make }: Asked,
    { url: address = "", headers }: IncomingMessage,
    locals: CatalogLocals,
  ) {
    const own = await make(locals, absoluteFor(headers.host, locals));
    if (!own) return undefined;
    frames[kind] ??= await learned(make, address, locals).catch(() => undefined);
    const frame = frames[kind];
    return frame && Buffer.from(framedText({ frame, own }));
  }

  /** From a page asked for under a name of ours: one that a reader gives may be told of in a page and be none to us. */
  async function learned(make: Make, address: string, locals: CatalogLocals): Promise<Frame | undefined> {
    const own = await make(locals, absoluteFor(HERE.host, locals));
    const answer = own && (await askSite(handler, { address, origin: HERE }, locals));
    return own && answer?.status === 200 ? frameOf(answer.body.toString("utf8"), own) : undefined;
  }

  return async (request, response, next, locals: CatalogLocals) => {
    const asked = askedFor(request, locals);
    let known = locals;
    const body =
      asked &&
      (await pageOf(asked, request, locals).catch((error) => {
        known = { ...locals, catalog: failing(error) };
      }));
    if (body) send(body, request, response);
    else await handler(request, response, next, known);
  };
}

const HERE = new URL("http://localhost");

function absoluteFor(host: string | undefined, locals: CatalogLocals): Absolute | undefined {
  return absoluteUrls(locals, { headers: { get: () => host ?? null } });
}

/** Says at once what asking the catalog came to: whoever has waited for that does not wait twice, nor does the database. */
function failing(error: unknown): Catalog {
  return new Proxy({} as Catalog, { get: () => () => Promise.reject(error) });
}

/** What is asked for in the usual way, if anything. */
function askedFor({ method, url = "", headers }: IncomingMessage, locals: CatalogLocals): Asked | undefined {
  if (method !== "GET" || locals.published || REFUSALS.some((name) => name in headers)) return undefined;
  const asked = toolAt(url) ?? serverAt(url);
  return asked && !prefersMarkdown(headers.accept ?? null) ? asked : undefined;
}

function toolAt(url: string): Asked | undefined {
  const address = readToolPath(url, toolsUrl());
  if (!address || toolUrl(address.server, address.tool) !== url) return undefined;
  const make: Make = async (locals, absolute) => {
    const catalog = catalogOf(locals);
    const tool = await catalog.tool(address.server, address.tool);
    if (!tool) return undefined;
    return toolParts(tool, await aroundTool(catalog, tool), { absolute, shared: locals.sharedPictures });
  };
  return { kind: "tool", make };
}

function serverAt(url: string): Asked | undefined {
  const id = readServerPath(url, serversUrl());
  if (id === undefined || serverUrl(id) !== url) return undefined;
  const make: Make = async (locals, absolute) => {
    const catalog = catalogOf(locals);
    const server = await catalog.server(id);
    if (!server) return undefined;
    const isOpen = locals.crossOrigin === true;
    const show = { absolute, shared: locals.sharedPictures, isLive: true, isOpen };
    return serverParts(server, await aroundServer(catalog, id), show);
  };
  return { kind: "server", make };
}

/** As the site's middleware sends a page. */
function send(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const etag = etagOf(body);
  const headers = {
    "cache-control": "no-cache",
    "content-type": "text/html; charset=utf-8",
    etag,
    vary: "Accept",
  };
  if (namesTag(request.headers["if-none-match"] ?? null, etag)) response.writeHead(304, headers).end();
  else response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
}
