import type { APIRoute } from "astro";
import { readSubject, siteImageUrl } from "../../lib/addresses.ts";
import { catalogOf } from "../../lib/catalog.ts";
import { notHere } from "../../lib/not-here.ts";
import {
  type Picture,
  pictureOf,
  readVerdictImage,
  serverPicture,
  sitePicture,
  toolPicture,
} from "../../lib/og.ts";

/**
 * The pictures that links are shown with, 1200 by 630: `/images/tools/<server id>/<tool>.png`,
 * `/images/servers/<server id>.png`, `/images/verdicts/<category>-<risk>.png`, `/images/placard.png`.
 */
export const GET: APIRoute = async ({ locals, request }) => {
  const { pathname } = new URL(request.url);
  const verdict = readVerdictImage(pathname);
  if (pathname === siteImageUrl()) return png(sitePicture());
  if (verdict) return png(verdict);
  const { server, tool } = readSubject(pathname, "/images", ".png");
  if (server === undefined) return notHere(pathname);
  const catalog = catalogOf(locals);
  const found = tool === undefined ? await catalog.server(server) : await catalog.tool(server, tool);
  if (!found) return notHere(pathname);
  return png("toolCount" in found ? serverPicture(found) : toolPicture(found));
};

async function png(picture: Picture): Promise<Response> {
  const body = await pictureOf(picture);
  if (!body)
    return new Response("Many pictures are being drawn just now. Ask again in some seconds.\n", {
      status: 503,
      headers: { "content-type": "text/plain; charset=utf-8", "retry-after": "5" },
    });
  return new Response(body, {
    headers: { "content-type": "image/png", "cache-control": "public, max-age=3600" },
  });
}
