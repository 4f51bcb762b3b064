import type { APIRoute } from "astro";
import { catalogOf } from "../lib/catalog.ts";
import { absoluteUrls } from "../lib/head.ts";
import { llmsText } from "../lib/markdown-llms.ts";

/** What the catalog is and how to read it, for language models (llmstxt.org). */
export const GET: APIRoute = async ({ locals, request }) => {
  const absolute = absoluteUrls(locals, request);
  return new Response(llmsText(await catalogOf(locals).stats(), absolute, locals.published), {
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
};
