import type { APIRoute } from "astro";
import { classify } from "../../../classifier/index.ts";
import { VERSION } from "../../../crawler/version.ts";
import { answerMcp } from "../../../mcp/index.ts";
import { catalogOf } from "../lib/catalog.ts";
import { absoluteUrls } from "../lib/head.ts";
import { mcpLinks } from "../lib/mcp.ts";

/** The catalog as an MCP server over Streamable HTTP. */
export const ALL: APIRoute = ({ request, locals }) => {
  const context = {
    catalog: catalogOf(locals),
    judge: locals.judge ?? classify,
    links: mcpLinks(absoluteUrls(locals, request)),
    version: VERSION,
    note: (line: string) => console.error(line),
  };
  return answerMcp(request, context, locals.crossOrigin ?? false);
};
