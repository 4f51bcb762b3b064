import type { Command } from "commander";
import { type CrawlCommandOptions, collect, seconds, whole } from "./_crawl-options.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";

/** `placard crawl`: asks servers which tools they have, judges them, stores them in the catalog. */
export function defineCrawl(program: Command, io: Io): void {
  program
    .command("crawl")
    .description("Ask MCP servers which tools they have, classify the tools and store both in the catalog.")
    .usage("[options] <source>... [-- <command> <args>...]")
    .argument("[sources...]", "one or more of the sources below, or a command after --")
    .option("--json", "print a line of JSON for each server, with the definitions as served")
    .option("--no-store", "do not store anything in the catalog")
    .option("--network", "let the started servers use the network (they cannot otherwise)")
    .option("--env <NAME=VALUE>", "environment variable for the servers; can be given again", collect)
    .option(
      "--args <argument>",
      "argument for the servers; can be given again (--args=--flag for one with a dash)",
      collect,
    )
    .option("--name <name>", "name in the server's id, for a command or a file")
    .option("--timeout <seconds>", "how long a server may take to start, and for each answer", seconds)
    .option("--unsafe-no-sandbox", "start packages even where nothing can keep them in")
    .option("--configs", "the servers of all client configurations found on this machine")
    .option("--use-config-env", "give servers of a configuration the environment, headers and secrets in it")
    .option(
      "--updated-since <time>",
      "of a registry, only what changed since; --queue prints the time to give next",
    )
    .option("--exclude <file>", "YAML list of servers to leave out (default $PLACARD_EXCLUDE)")
    .option(
      "--contact <url>",
      "told to remotes in the User-Agent, for their owners to reach you (default $PLACARD_CONTACT)",
    )
    .option("--quiet", "no progress on stderr")
    .option("--queue", "leave the crawls to workers, which share one queue in the catalog's database")
    .option("--priority <number>", "with --queue: higher goes first", whole(-1000, 1000, "--priority"), 0)
    .option(
      "--force",
      "with --queue: also servers whose last crawl is fresh, or skipped for a reason that still holds",
    )
    .option("--worker", "crawl what is in the queue until stopped; any number, on any number of machines")
    .option("--concurrency <number>", "with --worker: servers at a time", whole(1, 64, "--concurrency"), 4)
    .option(
      "--delay <seconds>",
      "with --worker: between two servers of one host",
      whole(0, 3600, "--delay"),
      1,
    )
    .option("--until-empty", "with --worker: end when the queue is empty")
    .option("--dead", "list the crawls that were given up after five attempts")
    .addHelpText(
      "after",
      `
Sources:
  npm:<name>[@version]     a package of the npm registry
  pypi:<name>[@version]    a package of the Python Package Index, where uv is installed
  oci:<image>              a container image, where docker or podman is installed
  https://<host>/<path>    a remote server
  registry:<url>           all servers of a registry that speaks the API of the official one (v0.1);
                           registry:<url>#<server>[@<version>] is one of them, which --env and --args can configure
  config:<path>            the servers of a client's configuration, JSON or TOML; config:<path>#<server> is one of them.
                           --configs finds those of Claude Desktop, Claude Code, Cursor, VS Code, Windsurf, Codex,
                           Gemini CLI and Zed
  file:<path>              a recorded tools/list answer, an array of tools, JSON Lines, or a tools.json of Docker's
  -- <command> <args>      a server of your own

Environment, headers and secrets in a configuration are not given to its servers without --use-config-env, and are
never shown or stored. Servers in crawler/exclude.yaml, and in a list of your own, are not asked.

A tool is never called. Packages are installed without their install scripts, into a cache of Placard's own, and
started in a sandbox with an empty environment and without the network. One source that fails does not stop the others.
A failed crawl of a server that nobody has seen yet (a misspelt name, a file that is not there) is not stored.

Each line of --json holds "server", "status" (ok, failed, needs-authorization, skipped), "reason" unless ok,
"tools" (the definitions as served) and "problems" (entries of the list that could not be taken).

Examples:
  placard crawl npm:@modelcontextprotocol/server-memory@2026.8.31
  placard crawl npm:@modelcontextprotocol/server-filesystem --args /tmp --json
  placard crawl --no-store -- node my-server.js
  placard crawl --queue https://mcp.example.com/mcp && placard crawl --worker --until-empty
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  a source failed or was skipped, or the results could not be stored
  130  stopped by Ctrl-C`,
    )
    .action((operands: string[], options: CrawlCommandOptions) => runCrawl(operands, options, io));
}

async function runCrawl(operands: string[], options: CrawlCommandOptions, io: Io): Promise<void> {
  const { queue, worker, dead } = options;
  if ([queue, worker, dead].filter(Boolean).length > 1) {
    throw new Failure("--queue, --worker and --dead are three things. Do one at a time.", EXIT.usage);
  }
  if ((worker || dead) && operands.length > 0) {
    const flag = worker ? "--worker" : "--dead";
    throw new Failure(`${flag} takes no source. Put sources into the queue with --queue.`, EXIT.usage);
  }
  if (queue) return (await import("./_queue-fill.ts")).fillQueue(operands, options, io);
  if (worker) return (await import("./_queue-work.ts")).workQueue(options, io);
  if (dead) return (await import("./_queue-dead.ts")).listDead(options, io);
  return (await import("./_crawl-here.ts")).crawlHere(operands, options, io);
}
