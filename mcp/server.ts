import { McpServer } from "@modelcontextprotocol/server";
import type { CatalogTool } from "./tool.ts";
import { checkStack } from "./tools/check-stack.ts";
import { classifyDefinition } from "./tools/classify-definition.ts";
import { getServer } from "./tools/get-server.ts";
import { getTool } from "./tools/get-tool.ts";
import { recommendPolicy } from "./tools/recommend-policy.ts";
import { searchTools } from "./tools/search-tools.ts";
import type { ToolContext } from "./types.ts";

/** In the order they are listed. */
export const TOOLS: readonly CatalogTool[] = [
  checkStack,
  classifyDefinition,
  getServer,
  getTool,
  recommendPolicy,
  searchTools,
];

/** How long a list may be kept: it changes with Placard's version only. In milliseconds. */
const LIST_TTL = 3_600_000;
/** The list holds for everybody (MCP 2026-07-28, `cacheScope`). */
const CACHE = { ttlMs: LIST_TTL, cacheScope: "public" } as const;

const INSTRUCTIONS =
  "What MCP tools can do and how bad that can get, judged from their definitions; a server can do something else than it says. Risk unknown is not low.";

/** The catalog as an MCP server, for one connection or one request. */
export function createServer(context: ToolContext): McpServer {
  const server = new McpServer(
    { name: "placard", title: "Placard", version: context.version },
    {
      capabilities: { tools: { listChanged: false } },
      instructions: INSTRUCTIONS,
      cacheHints: { "tools/list": CACHE, "server/discover": CACHE },
    },
  );
  for (const tool of TOOLS) tool.register(server, context);
  return server;
}
