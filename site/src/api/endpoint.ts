/** What every endpoint of the API shares: requests read by their operation's table, JSON out, and problems for errors. */
import type { APIContext, APIRoute } from "astro";
import type { z } from "zod";
import { jsonPointer } from "../../../classifier/json-pointer.ts";
import { inWords, placeOf } from "../../../mcp/in-words.ts";
import { apiDocsUrl, openApiUrl } from "../lib/addresses.ts";
import { type Catalog, type CatalogLocals, catalogOf } from "../lib/catalog.ts";
import { COME_BACK } from "../lib/come-back.ts";
import { etagOf, NOT_WHAT_YOU_KNOW, refuses } from "../lib/etag.ts";
import { readStrictQuery } from "../lib/filters.ts";
import { LOST_DATABASE, lostDatabase } from "../lib/lost-database.ts";
import { isCursorError, isSlowListError } from "../lib/tool-list.ts";
import { readBody } from "./body.ts";
import { ALLOWED_HEADERS, EXPOSED_HEADERS } from "./exposed-headers.ts";
import type { Operation } from "./operation.ts";
import { problem } from "./problem.ts";

export interface Call<Query = unknown, Body = unknown> {
  catalog: Catalog;
  /** As the operation's schema gives it. */
  query: Query;
  /** As the operation's schema gives it; undefined where it has no body. */
  body: Body;
  /** The parameters as they came, for what a schema cannot say. */
  params: URLSearchParams;
  /** Still encoded, as it was asked for. */
  pathname: string;
  context: APIContext;
}

/** An endpoint, with the operation that it answers. */
export type OperationRoute = APIRoute & { operation: Operation };

/**
 * Makes an endpoint of an operation and a function from a call to a value (answered as JSON) or to a whole answer. To be
 * exported as `ALL`: other methods get their answer here. An answer that brings an ETag of its own is sent as it is,
 * also while it is still being written; others are read whole and get one.
 */
export function endpoint<Query extends z.ZodObject, Body extends z.ZodType>(
  operation: Operation<Query, Body>,
  answer: (call: Call<z.output<Query>, z.output<Body>>) => Promise<object | Response>,
): OperationRoute {
  const route = async (context: APIContext): Promise<Response> => {
    const response = await answerTo(operation, context, answer);
    return shared(response, operation, context);
  };
  return Object.assign(route, { operation: operation as Operation });
}

async function answerTo<Query extends z.ZodObject, Body extends z.ZodType>(
  operation: Operation<Query, Body>,
  context: APIContext,
  answer: (call: Call<z.output<Query>, z.output<Body>>) => Promise<object | Response>,
): Promise<Response> {
  const { request, locals } = context;
  const other = otherMethod(request.method, operation);
  if (other) return other;
  // From the request itself: the router's parameters are decoded, and names may hold encoded slashes.
  const { pathname, searchParams: params } = new URL(request.url);
  try {
    const read = readStrictQuery(params, operation.query, operation.takesEmpty);
    if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
    const sent = await bodyOf(request, operation);
    if (!sent.ok) return sent.problem;
    const catalog = catalogOf(locals);
    const call = { catalog, query: read.value, body: sent.body, params, pathname, context };
    const value = await answer(call);
    const response = await tagged(value instanceof Response ? value : json(value, request.url), operation);
    return operation.method === "GET" ? wanted(response, request) : response;
  } catch (error) {
    return failed(error, pathname);
  }
}

type Sent<Body> = { ok: true; body: Body } | { ok: false; problem: Response };

async function bodyOf<Body extends z.ZodType>(
  request: Request,
  { body }: Operation<z.ZodObject, Body>,
): Promise<Sent<z.output<Body>>> {
  if (!body) return { ok: true, body: undefined as z.output<Body> };
  const read = await readBody(request, body.limit);
  if (!read.ok) return { ok: false, problem: problem(read.status, read.detail) };
  const parsed = body.schema.safeParse(read.value, { error: inWords });
  if (parsed.success) return { ok: true, body: parsed.data };
  return { ok: false, problem: badBody(parsed.error.issues[0]) };
}

function badBody(issue: z.core.$ZodIssue | undefined): Response {
  const pointer = jsonPointer(issue ? placeOf(issue) : []);
  const place = pointer === "" ? "The body" : `The body's ${pointer.slice(0, 200)}`;
  const detail = `${place} ${issue?.message ?? "is not as its schema says"}. ${apiDocsUrl()} says what is taken.`;
  return problem(400, detail, { pointer });
}

/** The answer to what is not the operation's method; undefined for those that are. HEAD is GET without a body. */
function otherMethod(method: string, operation: Operation): Response | undefined {
  const methods = methodsOf(operation);
  if (methods.includes(method) && method !== "OPTIONS") return undefined;
  const allow = { allow: methods.join(", ") };
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: allow });
  const why = operation.method === "GET" ? "this can only be read" : "this answers a body that is sent to it";
  return problem(405, `${method} is not possible here: ${why}. Use ${operation.method}.`, undefined, allow);
}

const methodsOf = ({ method }: Operation): string[] =>
  method === "GET" ? ["GET", "HEAD", "OPTIONS"] : [method, "OPTIONS"];

function failed(error: unknown, pathname: string): Response {
  if (isCursorError(error)) return problem(400, error.message, "cursor");
  if (isSlowListError(error)) return problem(503, error.message);
  const lost = lostDatabase(error);
  if (lost !== undefined) {
    console.error(`Answering ${pathname} failed: ${lost}`);
    return problem(503, LOST_DATABASE, undefined, { "retry-after": COME_BACK });
  }
  console.error(`Answering ${pathname} failed:`, error);
  return problem(
    500,
    "Placard could not answer this. The fault is ours or the database's; try again, or look at the log of placard serve.",
  );
}

/** Adds the ETag here, where HEAD still has the body that GET would send. */
async function tagged(response: Response, { method }: Operation): Promise<Response> {
  if (response.status !== 200 || method !== "GET" || response.headers.has("etag")) return response;
  const body = new Uint8Array(await response.arrayBuffer());
  response.headers.set("etag", etagOf(body));
  return new Response(body, { status: 200, headers: response.headers });
}

/** The answer, unless the request refuses what is there: that counts before all that it says of what it has. */
async function wanted(response: Response, request: Request): Promise<Response> {
  const isThere = response.ok || response.status === 304;
  if (!isThere || !refuses(request.headers, response.headers)) return response;
  await response.body?.cancel();
  return problem(412, NOT_WHAT_YOU_KNOW);
}

/** What all answers have: where they are described, and who may read them. */
function shared(response: Response, operation: Operation, context: APIContext): Response {
  const { headers } = response;
  if (operation.method === "POST" && !headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (context.request.method === "OPTIONS" && isOpen(context)) {
    headers.set("access-control-allow-methods", methodsOf(operation).join(", "));
    headers.set("access-control-allow-headers", ALLOWED_HEADERS);
    headers.set("access-control-max-age", "86400");
  }
  return readable(response, context);
}

/** Pages of other origins may read it, where the catalog is not this machine's alone (the Fetch standard's CORS protocol). */
function readable(response: Response, context: APIContext): Response {
  const { headers } = response;
  headers.append("link", `<${openApiUrl()}>; rel="service-desc", <${apiDocsUrl()}>; rel="service-doc"`);
  if (isOpen(context)) {
    headers.set("access-control-allow-origin", "*");
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  }
  return response;
}

const isOpen = ({ locals }: APIContext): boolean => (locals as CatalogLocals).crossOrigin === true;

/** A value as JSON. Fields that are undefined are left out. A list that goes on says where (RFC 8288). */
function json(value: object, address: string): Response {
  const headers = new Headers({ "content-type": "application/json; charset=utf-8" });
  if ("nextCursor" in value && typeof value.nextCursor === "string") {
    const { pathname, searchParams } = new URL(address);
    searchParams.set("cursor", value.nextCursor);
    headers.set("link", `<${pathname}?${searchParams}>; rel="next"`);
  }
  return new Response(`${JSON.stringify(value)}\n`, { headers });
}

/** Answers every method at an address of the API that has nothing. */
export const nothingHere: APIRoute = async (context) => {
  const { pathname } = new URL(context.request.url);
  const detail = `There is nothing at ${pathname.slice(0, 200)}. ${apiDocsUrl()} lists what there is.`;
  return readable(problem(404, detail), context);
};
