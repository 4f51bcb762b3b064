import type { Command } from "commander";
import type { CrawlOptions, CrawlResult, Limits, Source, SourceOptions } from "../crawler/index.ts";
import { classifyCrawl } from "./_classify-crawl.ts";
import type { CrawlPlan } from "./_crawl-plan.ts";
import { CrawlStore } from "./_crawl-store.ts";
import { refuseSameServers } from "./_same-server.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT, placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { renderCrawl } from "./render/crawl.ts";
import { brief, painter, safe, safeJson } from "./render/text.ts";

interface CrawlCommandOptions {
  json?: boolean;
  store: boolean;
  network?: boolean;
  env?: string[];
  args?: string[];
  name?: string;
  timeout?: number;
  unsafeNoSandbox?: boolean;
  quiet?: boolean;
  configs?: boolean;
  useConfigEnv?: boolean;
  updatedSince?: string;
  exclude?: string;
  queue?: boolean;
  priority: number;
  force?: boolean;
  worker?: boolean;
  concurrency: number;
  delay: number;
  untilEmpty?: boolean;
  dead?: boolean;
}

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
    .option("--quiet", "no progress on stderr")
    .option("--queue", "leave the crawls to workers, which share one queue in the catalog's database")
    .option(
      "--priority <number>",
      "with --queue: higher goes first (default 0)",
      whole(-1000, 1000, "--priority"),
      0,
    )
    .option("--force", "with --queue: also servers whose last crawl is fresh")
    .option("--worker", "crawl what is in the queue until stopped; any number, on any number of machines")
    .option(
      "--concurrency <number>",
      "with --worker: servers at a time (default 4)",
      whole(1, 64, "--concurrency"),
      4,
    )
    .option(
      "--delay <seconds>",
      "with --worker: between two servers of one host (default 1)",
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
  if (options.queue || options.worker || options.dead) return runQueue(operands, options, io);
  const { crawl } = await import("../crawler/index.ts");
  const sources = await readSources(operands, options, io);
  await checkExclusions(options.exclude ?? io.env.PLACARD_EXCLUDE);
  const signal = io.signal();
  await refuseSameServers(sources, placardHome(io.env), signal);
  const store = options.store ? new CrawlStore(io) : undefined;
  try {
    for (const source of sources) {
      for await (const result of crawl(source, crawlOptions(source, options, io, signal))) {
        await report(result, options, store, io);
      }
    }
  } finally {
    await store?.close();
  }
}

/** What has to do with the queue, one thing at a time. */
async function runQueue(operands: string[], options: CrawlCommandOptions, io: Io): Promise<void> {
  const { listDead, queueCrawls, workQueue } = await import("./_crawl-queue.ts");
  if ([options.queue, options.worker, options.dead].filter(Boolean).length > 1) {
    throw new Failure("--queue, --worker and --dead are three things. Do one at a time.", EXIT.usage);
  }
  if (options.queue) {
    if (options.configs || options.useConfigEnv || options.exclude) {
      const what = "--queue takes no --configs, --use-config-env or --exclude";
      throw new Failure(
        `${what}: a worker may be on another machine. Crawl them without --queue.`,
        EXIT.usage,
      );
    }
    const sources = await readSources(operands, options, io);
    const plans = await plansOf(operands, options, io);
    const queueable = sources.flatMap((source, i) => (plans[i] ? [{ source, plan: plans[i] }] : []));
    return queueCrawls(queueable, { priority: options.priority, signal: io.signal() }, io);
  }
  if (operands.length > 0) {
    const flag = options.worker ? "--worker" : "--dead";
    throw new Failure(`${flag} takes no source. Put sources into the queue with --queue.`, EXIT.usage);
  }
  if (options.dead) return listDead(options.json ?? false, io);
  const { concurrency, delay, untilEmpty = false, unsafeNoSandbox = false, quiet = false } = options;
  return workQueue({ concurrency, delay, untilEmpty, unsafeNoSandbox, quiet }, io);
}

/** What a worker needs to know of each source, in the order of `readSources`. */
async function plansOf(operands: string[], options: CrawlCommandOptions, io: Io) {
  const { absolute } = await import("./_crawl-plan.ts");
  if (options.env) {
    throw new Failure("--queue takes no --env: the queue is no place for secrets.", EXIT.usage);
  }
  const { names, command } = splitOperands(operands, io);
  const plan = {
    arguments: options.args,
    name: options.name,
    network: options.network ?? false,
    force: options.force ?? false,
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
  };
  const plans: Omit<CrawlPlan, "reference">[] = names.map((name) => ({ ...plan, argument: absolute(name) }));
  if (command.length > 0) plans.push({ ...plan, command, workingFolder: process.cwd() });
  return plans;
}

async function report(
  result: CrawlResult,
  options: CrawlCommandOptions,
  store: CrawlStore | undefined,
  io: Io,
): Promise<void> {
  const { crawl, verdicts } = await classifyCrawl(result);
  if (crawl.status === "failed" || (crawl.status === "skipped" && !isOneOfMany(crawl))) io.exit(EXIT.failure);
  await io.out(
    options.json
      ? `${safeJson(publishedCrawl(crawl))}\n`
      : `${renderCrawl(crawl, verdicts, io.width, painter(io.colour.out))}\n`,
  );
  await store?.add(crawl, verdicts);
}

/** In a registry some servers are always deleted or in need of a key, and some are left out on request: nothing failed. */
function isOneOfMany({ registryEntry, withdrawn }: CrawlResult): boolean {
  return registryEntry !== undefined || withdrawn !== undefined;
}

/** A crawl as printed: what people ask for first comes first, and the raw pages are left out. */
function publishedCrawl({ server, status, reason, tools, problems, raw: _, ...rest }: CrawlResult): object {
  return { server, status, reason, tools, problems, ...rest };
}

async function readSources(operands: string[], options: CrawlCommandOptions, io: Io): Promise<Source[]> {
  const { commandSource, parseSource } = await import("../crawler/index.ts");
  const { names, command } = splitOperands(operands, io);
  const sourceOptions: SourceOptions = {
    ...(options.args ? { arguments: options.args } : {}),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.updatedSince === undefined ? {} : { updatedSince: options.updatedSince }),
    useConfigEnvironment: options.useConfigEnv ?? false,
    environment: environmentOf(options.env ?? []),
  };
  const parsed = names.map((name) => parseSource(name, sourceOptions));
  if (options.configs) parsed.push(parseSource("configs:", sourceOptions));
  if (command.length > 0) parsed.push(commandSource(command, sourceOptions));
  if (parsed.length === 0) {
    throw new Failure(
      "crawl needs a source, such as npm:<package>, file:<path>, or -- <command>.",
      EXIT.usage,
    );
  }
  if (options.name !== undefined && parsed.length > 1) {
    const said = `--name names one server, and ${parsed.length} sources are given`;
    throw new Failure(`${said}. Crawl them one after the other.`, EXIT.usage);
  }
  return parsed.map((source) => {
    if (!source.ok) throw new Failure(safe(source.reason), EXIT.usage);
    return source.source;
  });
}

/** Sources, and the command after `--`. */
function splitOperands(operands: string[], io: Io): { names: string[]; command: string[] } {
  const dashes = io.argv.indexOf("--");
  const command = dashes < 0 ? [] : io.argv.slice(dashes + 1);
  return { names: operands.slice(0, operands.length - command.length), command };
}

/** @throws Failure for a list of excluded servers that can't be read: without it somebody might be asked who wants not to be. */
async function checkExclusions(file: string | undefined): Promise<void> {
  if (!file) return;
  const { readExclusions } = await import("../crawler/index.ts");
  const read = readExclusions(file);
  if (!read.ok) throw new Failure(safe(read.reason), EXIT.usage);
}

function crawlOptions(
  source: Source,
  options: CrawlCommandOptions,
  io: Io,
  signal: AbortSignal,
): CrawlOptions {
  const time = options.timeout === undefined ? undefined : options.timeout * 1000;
  const limits: Partial<Limits> = time === undefined ? {} : { startMs: time, requestMs: time };
  return {
    home: placardHome(io.env),
    signal,
    limits,
    network: options.network ?? false,
    unsafeNoSandbox: options.unsafeNoSandbox ?? false,
    ...(options.exclude === undefined ? {} : { excludeFile: options.exclude }),
    onNotice: (notice) => io.note(`placard: ${safe(notice)}`),
    onStage(stage, detail) {
      if (options.quiet) return;
      io.note(`${safe(source.label)}: ${stage}${detail === undefined ? "" : ` ${brief(detail, 120)}`}`);
    },
  };
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function environmentOf(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new Failure("--env takes NAME=VALUE; there is no = after a name.", EXIT.usage);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) {
    throw new Failure(
      `--timeout takes seconds, more than 0 and at most 86400; "${safe(text)}" is not that.`,
      EXIT.usage,
    );
  }
  return value;
}

/** Reads an option's whole number. */
function whole(least: number, most: number, flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && text.trim() !== "" && value >= least && value <= most) return value;
    throw new Failure(
      `${flag} takes a whole number from ${least} to ${most}; "${safe(text)}" is not that.`,
      EXIT.usage,
    );
  };
}
