import type { Command } from "commander";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";

export interface ServeOptions {
  starter?: string | true;
  port?: string;
  host?: string;
}

/** `placard serve`: the live site and API, and, with `--starter`, a crawl of the starter set at the same time. */
export function defineServe(program: Command, io: Io): void {
  program
    .command("serve")
    .description("Serve the catalog: its pages and its API. Ctrl-C stops everything it has started.")
    .option(
      "--starter [file]",
      "crawl the starter set too: Placard's own, or a YAML file like crawler/starter.yaml",
    )
    .option("--port <port>", "port to listen on; 0 takes a free one (default PORT, else 4321)")
    .option("--host <host>", "address to listen on; 0.0.0.0 for every one (default HOST, else 127.0.0.1)")
    .addHelpText(
      "after",
      `
A starter file is a list. Each entry has a source (npm:<name>@<version>, file:<path>, https://…) or a command, and may
have arguments, environment and name:

  - source: npm:@modelcontextprotocol/server-memory@2026.8.31
  - command: [node, server.js]
    name: mine

Servers whose last crawl of the same source went well are not crawled again; those that failed are.
${CATALOG_ENVIRONMENT}
  PORT, HOST     where to listen, if not said by option

Exit codes:
  0  stopped by Ctrl-C     2  wrong usage     3  it could not start`,
    )
    .action(async (options: ServeOptions) => {
      // Loaded only now: the other commands should not wait for the database and the pages.
      const { runServe } = await import("./_serving.ts");
      await runServe(options, io);
    });
}
