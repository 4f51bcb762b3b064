import { commandSource, parseSource, type Source, type SourceOptions } from "../crawler/index.ts";
import type { CrawlCommandOptions } from "./_crawl-options.ts";
import { absolute, type CrawlPlan, secretIn } from "./_crawl-plan.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { safe } from "./render/text.ts";

/**
 * The sources that a command line names: its operands, `--configs`, and the command after `--`, in this order.
 * @throws Failure when there is none, or one can't be read.
 */
export function readSources(operands: string[], options: CrawlCommandOptions, io: Io): Source[] {
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

/** A source with what a worker needs to make it anew. */
export interface Queueable {
  source: Source;
  plan: Omit<CrawlPlan, "reference">;
}

/**
 * The same sources for the queue, where no secret may be and which workers on other machines read.
 * @throws as `readSources` does, and for options that only hold here and now.
 */
export function readQueueable(operands: string[], options: CrawlCommandOptions, io: Io): Queueable[] {
  if (options.configs || options.useConfigEnv || options.exclude) {
    const what = "--queue takes no --configs, --use-config-env or --exclude";
    throw new Failure(`${what}: a worker may be on another machine. Crawl them without --queue.`, EXIT.usage);
  }
  const sources = readSources(operands, options, io);
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
  const plans: Queueable["plan"][] = names.map((name) => ({ ...plan, argument: absolute(name) }));
  if (command.length > 0) plans.push({ ...plan, command, workingFolder: process.cwd() });
  const queueable = sources.flatMap((source, i) => (plans[i] ? [{ source, plan: plans[i] }] : []));
  for (const { source, plan } of queueable) refuseSecret(source, plan);
  return queueable;
}

function refuseSecret({ label }: Source, plan: Queueable["plan"]): void {
  const secret = secretIn(plan);
  if (secret === undefined) return;
  const why = "everyone who may read the database could see it";
  throw new Failure(`Queueing ${safe(label)}: ${secret}, and ${why}. Crawl it without --queue.`, EXIT.usage);
}

/** Sources, and the command after `--`. */
function splitOperands(operands: string[], io: Io): { names: string[]; command: string[] } {
  const dashes = io.argv.indexOf("--");
  const command = dashes < 0 ? [] : io.argv.slice(dashes + 1);
  return { names: operands.slice(0, operands.length - command.length), command };
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
