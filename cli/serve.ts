import type { Command } from "commander";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";

export interface ServeOptions {
  starter?: string | true;
  port?: string;
  host?: string;
  allowHost?: string[];
  url?: string;
  pageCache?: string;
  rateLimit?: string;
  trustProxy?: string[];
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
    .option(
      "--allow-host <name>",
      "name that requests may ask for, besides localhost; can be given again (default PLACARD_ALLOWED_HOSTS)",
      (name: string, before: string[] = []) => [...before, name],
    )
    .option(
      "--url <url>",
      "where the public reaches the site, for links in feeds, the sitemap and badges (default PLACARD_URL, else as asked)",
    )
    .option("--page-cache <MiB>", "memory for answers that were made already; 0 makes each anew (default 64)")
    .option(
      "--rate-limit <requests>",
      "requests a minute that one address may send; files are not counted (default: no limit)",
    )
    .option(
      "--trust-proxy <proxy>",
      "believe X-Forwarded-For: how many proxies stand in front, or their address or network; an address can be given again",
      (proxy: string, before: string[] = []) => [...before, proxy],
    )
    .addHelpText(
      "after",
      `
On localhost only requests for localhost are answered, and no other web page may read the answers. Behind a reverse
proxy, give the host that it is asked for with --allow-host; on another address every host is answered unless some are
given, and every web page may read the API.

Answers are kept in memory until what they were made from changes, by this process or by another one on the same
database, and for five minutes at most. Errors, searches and running crawls are not kept.

With --rate-limit pages, API and /mcp count alike; styles, scripts, /api/v1/health and /api/v1/ready do not. Answers say
in RateLimit-Policy and RateLimit what is allowed and left, and a refusal (429) in Retry-After when to come back. An IPv6
network of 64 bits counts as one address. Behind a proxy every request comes from the proxy's address, so that all share one count: say with
--trust-proxy who it is, and the address is taken from X-Forwarded-For. Without it that header is not believed: anybody can
write it. With a number, nobody but the proxies may reach the port.

Bodies may have 1 MiB. Requests must come whole in a minute, bodies and answers move at 4 KiB a second; 2,000 connections
are held, 500 of one address unless --trust-proxy is given.

A starter file is a list. Each entry has a source (npm:<name>@<version>, file:<path>, https://…) or a command, and may
have arguments, environment and name:

  - source: npm:@modelcontextprotocol/server-memory@2026.8.31
  - command: [node, server.js]
    name: mine

Servers whose last crawl of the same source went well are not crawled again; those that failed are.
${CATALOG_ENVIRONMENT}
  PORT, HOST     where to listen, if not said by option
  PLACARD_ALLOWED_HOSTS
                 names for --allow-host, with commas between them
  PLACARD_URL    where the public reaches the site, such as https://catalog.example.com
  PLACARD_CONTACT
                 URL told to remotes of a starter file in the User-Agent, for their owners to reach you

Exit codes:
  0  stopped by Ctrl-C (130 before it serves)     2  wrong usage     3  it could not start`,
    )
    .action(async (options: ServeOptions) => {
      // Loaded only now: the other commands should not wait for the database and the pages.
      const { runServe } = await import("./_serving.ts");
      await runServe(options, io);
    });
}
