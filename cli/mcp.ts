import type { Command } from "commander";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";

export interface McpOptions {
  url?: string;
}

/** `placard mcp`: the catalog as an MCP server over stdio. */
export function defineMcp(program: Command, io: Io): void {
  program
    .command("mcp")
    .description("Serve the catalog to an MCP client over stdio: six tools that only read.")
    .option(
      "--url <url>",
      "where the public reaches the site, for links in answers (default PLACARD_URL, else paths)",
    )
    .addHelpText(
      "after",
      `
A client starts it, and it ends with the client. It speaks MCP 2026-07-28 and the revisions with a handshake, 2024-11-05 to
2025-11-25. Messages go over stdin and stdout; what there is to say to people goes to stderr. The catalog is opened when
a tool first asks for it. placard serve has the same tools at /mcp.

  search_tools         tools by words and filters, riskiest first
  get_tool             one verdict with its evidence
  get_server           one server: its riskiest tools, known flaws, toxic flows
  classify_definition  the verdict on a pasted definition; needs no catalog
  recommend_policy     the policy for servers, in any format
  check_stack          servers used together: risks, toxic flows, names that clash, one policy

Examples:
  claude mcp add placard -- node /path/to/placard/cli/placard.mjs mcp
  codex mcp add placard -- node /path/to/placard/cli/placard.mjs mcp
${CATALOG_ENVIRONMENT}
  PLACARD_URL    where the public reaches the site, such as https://catalog.example.com

Exit codes:
  0  the client has gone     2  wrong usage     3  it could not start     130  stopped by Ctrl-C`,
    )
    .action(async (options: McpOptions) => {
      const { runMcp } = await import("./_mcp.ts");
      await runMcp(options, io);
    });
}
