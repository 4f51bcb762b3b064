import type { Command } from "commander";
import { classify } from "../classifier/index.ts";
import type { CrawlOptions, CrawlResult, Limits, Source, SourceOptions } from "../crawler/index.ts";
import { CrawlStore } from "./_crawl-store.ts";
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
}

/** `placard crawl`: asks servers which tools they have, judges them, stores them in the catalog. */
export function defineCrawl(program: Command, io: Io): void {
  program
    .command("crawl")
    .description("Ask MCP servers which tools they have, classify the tools and store both in the catalog.")
    .usage("[options] <source>... [-- <command> <args>...]")
    .argument("[sources...]", "npm:<name>[@version], file:<path>, https://…, or a command after --")
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
    .option("--quiet", "no progress on stderr")
    .addHelpText(
      "after",
      `
A tool is never called. Packages are installed without their install scripts, into a cache of Placard's own, and
started in a sandbox with an empty environment and without the network. One source that fails does not stop the others.

Each line of --json holds "server", "status" (ok, failed, needs-authorization, skipped), "reason" unless ok,
"tools" (the definitions as served) and "problems" (entries of the list that could not be taken).

Examples:
  placard crawl npm:@modelcontextprotocol/server-memory@2026.8.31
  placard crawl npm:@modelcontextprotocol/server-filesystem --args /tmp --json
  placard crawl --no-store -- node my-server.js
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  a source failed, or the results could not be stored`,
    )
    .action((operands: string[], options: CrawlCommandOptions) => runCrawl(operands, options, io));
}

async function runCrawl(operands: string[], options: CrawlCommandOptions, io: Io): Promise<void> {
  const { crawl } = await import("../crawler/index.ts");
  const sources = await readSources(operands, options, io);
  const signal = io.signal();
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

async function report(
  result: CrawlResult,
  options: CrawlCommandOptions,
  store: CrawlStore | undefined,
  io: Io,
): Promise<void> {
  const verdicts = result.tools.map((definition) => classify(definition));
  if (result.status === "failed") io.exit(EXIT.failure);
  await io.out(
    options.json
      ? `${safeJson(publishedCrawl(result))}\n`
      : `${renderCrawl(result, verdicts, io.width, painter(io.colour.out))}\n`,
  );
  await store?.add(result, verdicts);
}

/** A crawl as printed: what people ask for first comes first, and the raw pages are left out. */
function publishedCrawl({ server, status, reason, tools, problems, raw: _, ...rest }: CrawlResult): object {
  return { server, status, reason, tools, problems, ...rest };
}

async function readSources(operands: string[], options: CrawlCommandOptions, io: Io): Promise<Source[]> {
  const { commandSource, parseSource } = await import("../crawler/index.ts");
  const dashes = io.argv.indexOf("--");
  const command = dashes < 0 ? [] : io.argv.slice(dashes + 1);
  const names = operands.slice(0, operands.length - command.length);
  const sourceOptions: SourceOptions = {
    ...(options.args ? { arguments: options.args } : {}),
    ...(options.name === undefined ? {} : { name: options.name }),
    environment: environmentOf(options.env ?? []),
  };
  const parsed = names.map((name) => parseSource(name, sourceOptions));
  if (command.length > 0) parsed.push(commandSource(command, sourceOptions));
  if (parsed.length === 0) {
    throw new Failure(
      "crawl needs a source, such as npm:<package>, file:<path>, or -- <command>.",
      EXIT.usage,
    );
  }
  return parsed.map((source) => {
    if (!source.ok) throw new Failure(safe(source.reason), EXIT.usage);
    return source.source;
  });
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
