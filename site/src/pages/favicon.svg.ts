import type { APIRoute } from "astro";
import { markFile } from "../lib/mark.ts";

/** The mark of Placard itself: three quadrants and no letter would read as nothing, so it is Execute, high. */
export const GET: APIRoute = () =>
  new Response(markFile("Execute", "high"), {
    headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" },
  });
