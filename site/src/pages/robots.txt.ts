import type { APIRoute } from "astro";
import { sitemapUrl } from "../lib/addresses.ts";
import { absoluteUrls } from "../lib/head.ts";

/** All may be read; lists with filters and cursors are the same tools again and again. */
export const GET: APIRoute = ({ locals, request }) => {
  const absolute = absoluteUrls(locals, request);
  const lines = [
    "User-agent: *",
    "Disallow: /*?*cursor=",
    "Disallow: /*?*text=",
    "Disallow: /policies?",
    "Disallow: /api/v1/progress",
    ...(absolute ? ["", `Sitemap: ${absolute(sitemapUrl())}`] : []),
  ];
  return new Response(`${lines.join("\n")}\n`, { headers: { "content-type": "text/plain; charset=utf-8" } });
};
