import { expect, test } from "vitest";
import { defaultAlias } from "../../../policy/export/index.ts";

test.each([
  ["npm/@modelcontextprotocol/server-memory", "memory"],
  ["npm/@playwright/mcp", "playwright"],
  ["npm/firecrawl-mcp", "firecrawl"],
  ["remote/mcp.example.com/github", "github"],
  ["remote/mcp.example.com/mcp", "example"],
  ["registry/io.github.owner/name", "name"],
  ["local/My Files", "My Files"],
  ["file/tools", "tools"],
  ["npm/mcp", "server"],
  [`npm/${"long-".repeat(20)}`, "long-long-long-long-long"],
])("%s is called %s", (server, alias) => {
  expect(defaultAlias(server)).toBe(alias);
});
