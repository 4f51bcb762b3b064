import type { APIRoute } from "astro";
import { catalogOf } from "../lib/catalog.ts";
import { absoluteUrls } from "../lib/head.ts";
import { notHere } from "../lib/not-here.ts";
import { sitemapIndex } from "../lib/sitemap.ts";

export const GET: APIRoute = async ({ locals, request, url }) => {
  const absolute = absoluteUrls(locals, request);
  if (!absolute) return notHere(url.pathname);
  return new Response(await sitemapIndex(catalogOf(locals), absolute), {
    headers: { "content-type": "application/xml; charset=utf-8", "cache-control": "public, max-age=3600" },
  });
};
