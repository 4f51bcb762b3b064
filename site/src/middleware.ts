import { defineMiddleware } from "astro:middleware";
import { API } from "./lib/addresses.ts";
import { etagOf, namesTag } from "./lib/etag.ts";

/**
 * Answers 304 to those who have what would be sent: pages get their ETag here, answers of the API bring theirs.
 * Lets any page on the web read the API, unless the catalog is served to this machine alone.
 */
export const onRequest = defineMiddleware(async ({ request, url, locals }, next) => {
  const response = await next();
  const headers = new Headers(response.headers);
  if (url.pathname.startsWith(`${API}/`) && locals.crossOrigin) {
    headers.set("access-control-allow-origin", "*");
    headers.set("access-control-allow-headers", "if-none-match");
    headers.set("access-control-expose-headers", "etag");
  }
  if (headers.get("content-type") === "text/html") headers.set("content-type", "text/html; charset=utf-8");
  const reading = request.method === "GET" || request.method === "HEAD";
  if (!reading || response.status !== 200)
    return new Response(response.body, { status: response.status, headers });

  // A HEAD of an endpoint comes without its body, but with the tag.
  const known = headers.get("etag");
  const body = known ? response.body : new Uint8Array(await response.arrayBuffer());
  const etag = known ?? etagOf(body as Uint8Array);
  headers.set("etag", etag);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-cache");
  if (namesTag(request.headers.get("if-none-match"), etag)) {
    headers.delete("content-length");
    return new Response(null, { status: 304, headers });
  }
  return new Response(body, { status: 200, headers });
});
