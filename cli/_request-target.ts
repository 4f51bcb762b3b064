import type { IncomingMessage } from "node:http";

/**
 * Reads a target in absolute form, `http://host/path`, as the path, and the host as if the Host header had it: that one
 * is not looked at then (RFC 9112 §3.2.2). An address with a user's name is none that may be sent (RFC 9110 §4.2.4).
 * @returns whether the request's target is a path now, or the `*` of OPTIONS
 */
export function reduceTarget(request: IncomingMessage): boolean {
  const { url = "" } = request;
  const absolute = /^https?:\/\/([^/?#@]+)(?:\/|(?=\?)|$)/i.exec(url);
  if (!absolute?.[1]) return url.startsWith("/") || (url === "*" && request.method === "OPTIONS");
  request.url = `/${url.slice(absolute[0].length)}`;
  request.headers.host = absolute[1];
  return true;
}
