import type { APIRoute } from "astro";
import { catalogOf } from "../lib/catalog.ts";
import { feedAnswer } from "../lib/feeds.ts";
import { absoluteUrls } from "../lib/head.ts";

export const GET: APIRoute = ({ locals, request, url }) =>
  feedAnswer(catalogOf(locals), url.searchParams, {
    format: "json",
    absolute: absoluteUrls(locals, request),
  });
