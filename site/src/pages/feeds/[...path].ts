import type { APIRoute } from "astro";
import { readServerPath } from "../../lib/addresses.ts";
import { catalogOf } from "../../lib/catalog.ts";
import { feedAnswer } from "../../lib/feeds.ts";
import { absoluteUrls } from "../../lib/head.ts";
import { notHere } from "../../lib/not-here.ts";

/** The changes of one server: `/feeds/<server id>.atom` and `.json`. */
export const GET: APIRoute = async ({ locals, request, url }) => {
  const { pathname } = new URL(request.url);
  const [, path = "", format] = /^(.*)\.(atom|json)$/.exec(pathname) ?? [];
  const server = readServerPath(path, "/feeds");
  if (server === undefined) return notHere(pathname);
  const absolute = absoluteUrls(locals, request);
  return feedAnswer(catalogOf(locals), url.searchParams, {
    format: format === "json" ? "json" : "atom",
    absolute,
    server,
  });
};
