import type { APIRoute } from "astro";
import { readSubject } from "../../lib/addresses.ts";
import { badgeSvg, serverBadge, toolBadge } from "../../lib/badge.ts";
import { catalogOf } from "../../lib/catalog.ts";
import { notHere } from "../../lib/not-here.ts";

/** A badge: `/badges/tools/<server id>/<tool>.svg`, `/badges/servers/<server id>.svg`. */
export const GET: APIRoute = async ({ locals, request }) => {
  const { pathname } = new URL(request.url);
  const { server, tool } = readSubject(pathname, "/badges", ".svg");
  if (server === undefined) return notHere(pathname);
  const catalog = catalogOf(locals);
  const found = tool === undefined ? await catalog.server(server) : await catalog.tool(server, tool);
  if (!found) return notHere(pathname);
  const view = "toolCount" in found ? serverBadge(found) : toolBadge(found.verdict);
  return new Response(badgeSvg(view), {
    headers: { "content-type": "image/svg+xml; charset=utf-8", "cache-control": "public, max-age=300" },
  });
};
