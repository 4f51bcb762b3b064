/** The catalog as an MCP server: six tools that read. */

export { lazyCatalog } from "./catalog.ts";
export { answerMcp } from "./http.ts";
export { MOST } from "./schemas.ts";
export { createServer, TOOLS } from "./server.ts";
export { serveOverStdio } from "./stdio.ts";
export {
  type Links,
  type McpCatalog,
  type PolicyChoice,
  type ToolContext,
  UnavailableError,
} from "./types.ts";
