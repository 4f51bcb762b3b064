import { resolve } from "node:path";
import { z } from "zod";
import { commandSource, type ParsedSource, parseSource, type ServerReference } from "../crawler/index.ts";

/**
 * What a worker, perhaps on another machine, needs to know to crawl one server. It is stored in the catalog's database,
 * so it holds no secret.
 */
export const planSchema = z.object({
  /** The source as typed, or the command after `--`. */
  argument: z.string().optional(),
  command: z.array(z.string()).min(1).optional(),
  arguments: z.array(z.string()).optional(),
  name: z.string().optional(),
  /** Folder that a command is started in. */
  workingFolder: z.string().optional(),
  /** The server among those of the source, with whatever the source keeps with it. */
  reference: z.looseObject({ server: z.string(), source: z.string() }),
  network: z.boolean(),
  /** Crawl it though it is fresh. */
  force: z.boolean(),
  timeoutMs: z.number().optional(),
});
export type CrawlPlan = z.infer<typeof planSchema>;

/** The source that a plan is about. */
export function sourceOf(plan: CrawlPlan): ParsedSource {
  const { arguments: given, name, workingFolder, command, argument = "" } = plan;
  const options = { arguments: given, name, workingFolder };
  return command ? commandSource(command, options) : parseSource(argument, options);
}

/** A file is meant from the folder of whoever queued it, not from the worker's. What `~/` is, the source knows. */
export function absolute(argument: string): string {
  const [, scheme, path = ""] = /^(file|config):(.+)$/.exec(argument) ?? [];
  return scheme === undefined || (scheme === "config" && path.startsWith("~/"))
    ? argument
    : `${scheme}:${resolve(path)}`;
}

/**
 * The host that is asked for a server; undefined for what runs on the worker's own machine. A source that knows better
 * than its address shows says so in the reference.
 */
export function hostOf(reference: ServerReference & { host?: string }): string | undefined {
  return (
    reference.host ?? (/^https?:\/\//i.test(reference.source) ? URL.parse(reference.source)?.host : undefined)
  );
}

/** What keeps a source out of the queue, which everyone who may read the database can see; undefined when nothing does. */
export function secretIn(plan: Pick<CrawlPlan, "argument" | "command" | "arguments">): string | undefined {
  const words = [...(plan.command ?? ["server"]), ...(plan.arguments ?? [])];
  const shown = commandSource(words);
  if (shown.ok && shown.source.label !== words.join(" "))
    return "its arguments hold what looks like a secret";
  const url = /^https?:/i.test(plan.argument ?? "") ? URL.parse(plan.argument ?? "") : null;
  return url && (url.search !== "" || url.hash !== "")
    ? "its address has a query, which may hold a token"
    : undefined;
}
