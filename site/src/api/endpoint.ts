/** What every endpoint of the API shares: JSON out, problems for errors, and nothing but reading. */
import type { APIContext, APIRoute } from "astro";
import { type Catalog, catalogOf } from "../lib/catalog.ts";
import { etagOf } from "../lib/etag.ts";
import { isCursorError, isSlowListError } from "../lib/tool-list.ts";
import { problem } from "./problem.ts";

export interface Call {
  catalog: Catalog;
  params: URLSearchParams;
  /** Still encoded, as it was asked for. */
  pathname: string;
}

/**
 * Makes an endpoint of a function from a call to a value (answered as JSON) or to a whole answer. To be exported as
 * `ALL`: other methods than GET and HEAD get their answer here.
 */
export function endpoint(answer: (call: Call) => Promise<object | Response>): APIRoute {
  return async (context: APIContext) => {
    const { method } = context.request;
    if (method !== "GET" && method !== "HEAD") return otherMethod(method);
    // From the request itself: the router's parameters are decoded, and names may hold encoded slashes.
    const { pathname, searchParams } = new URL(context.request.url);
    try {
      const value = await answer({ catalog: catalogOf(context.locals), params: searchParams, pathname });
      return await tagged(value instanceof Response ? value : json(value));
    } catch (error) {
      if (isCursorError(error)) return problem(400, error.message, "cursor");
      if (isSlowListError(error)) return problem(503, error.message);
      console.error(`Answering ${pathname} failed:`, error);
      return problem(
        500,
        "Placard could not answer this. The fault is ours or the database's; try again, or look at the log of placard serve.",
      );
    }
  };
}

/** The answer to what is not reading. */
function otherMethod(method: string): Response {
  const allow = { allow: "GET, HEAD, OPTIONS" };
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: allow });
  return problem(
    405,
    `${method} is not possible here: the catalog can only be read. Use GET.`,
    undefined,
    allow,
  );
}

/** Adds the ETag here, where HEAD still has the body that GET would send. */
async function tagged(response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const body = new Uint8Array(await response.arrayBuffer());
  response.headers.set("etag", etagOf(body));
  return new Response(body, { status: 200, headers: response.headers });
}

/** A value as JSON. Fields that are undefined are left out. */
function json(value: object): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    headers: { "content-type": "application/json; charset=utf-8" },
  });
}
