import type { APIRoute } from "astro";
import { catalogOf } from "../../lib/catalog.ts";
import { absoluteUrls } from "../../lib/head.ts";
import { notHere } from "../../lib/not-here.ts";
import { readPart, sitemapPart } from "../../lib/sitemap.ts";

/** One part of the sitemap: `/sitemaps/tools-1.xml`. */
export const GET: APIRoute = async ({ locals, request, url }) => {
  const absolute = absoluteUrls(locals, request);
  const part = readPart(url.pathname);
  const body = absolute && part && (await sitemapPart(catalogOf(locals), part, absolute, locals.published));
  if (!body) return notHere(url.pathname);
  return new Response(body, {
    headers: { "content-type": "application/xml; charset=utf-8", "cache-control": "public, max-age=3600" },
  });
};
