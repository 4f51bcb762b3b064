import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type ClientFile, findClientFiles, showPath } from "../_clients.ts";
import { type ConfigEntry, type ConfiguredServer, readConfig } from "../_config-file.ts";
import { routeConfigured } from "../_config-route.ts";
import { fetchThrough } from "../_delegate.ts";
import type { Hidden } from "../_hide.ts";
import { cleanName, plain } from "../_text.ts";
import { parsePages } from "../answer.ts";
import type { CrawlContext, Fetched, ParsedSource, SourceKind, SourceOptions } from "../source.ts";
import type { ServerReference } from "../types.ts";

/** The servers of a client's configuration, `config:.mcp.json`; or of all that are found on this machine, `configs:`. */
const config: SourceKind = {
  schemes: ["config", "configs"],
  usage: "config:<path>[#<server>]",
  parse: parseConfigSource,
};
export default config;

type File = Omit<ClientFile, "client"> & { client?: string };
type Known = { entry: ConfigEntry; file: File } | { status: "failed" | "skipped"; reason: string };

function parseConfigSource(argument: string, options: SourceOptions): ParsedSource {
  const [scheme = "", ...rest] = argument.split(":");
  const written = rest.join(":");
  const isAll = scheme.toLowerCase() === "configs";
  const fail = (what: string): ParsedSource => ({
    ok: false,
    reason: `Reading the source "${argument}": ${what}`,
  });
  if (isAll && written !== "")
    return fail("nothing follows its colon. Write --configs, or config:<path> for one file.");
  if (!isAll && written === "")
    return fail("no path follows the colon. Write config:<path>, such as config:.mcp.json.");
  if (
    options.arguments !== undefined ||
    Object.keys({ ...options.environment, ...options.headers }).length > 0
  )
    return fail("arguments and environment come from the configuration itself. Leave them out.");
  const known = new WeakMap<ServerReference, Known>();
  const { path, name } = splitName(written);
  const label = isAll ? "--configs" : `config:${showPath(path)}`;
  const files = (): File[] => (isAll ? findClientFiles() : [{ path: resolve(path), shown: showPath(path) }]);
  return {
    ok: true,
    source: {
      label: name === undefined ? label : `${label}#${name}`,
      async *list() {
        for (const [reference, one] of listFiles(files(), name, isAll)) {
          known.set(reference, one);
          yield reference;
        }
      },
      fetch: async (reference, context) => {
        const found = known.get(reference) ?? findAgain(reference);
        if ("reason" in found)
          return { ok: false, status: found.status, reason: found.reason, raw: [], facts: {} };
        return fetchConfigured(found, options.useConfigEnvironment === true, context);
      },
      parse: parsePages,
    },
  };
}

/** `path#name`; a path may hold a # of its own. `~/` is the home folder, which no shell fills in behind a colon. */
function splitName(written: string): { path: string; name?: string } {
  const at = written.lastIndexOf("#");
  const isWhole = at === -1 || existsSync(full(written));
  return isWhole
    ? { path: full(written) }
    : { path: full(written.slice(0, at)), name: written.slice(at + 1) };
}

const full = (path: string): string => (path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);

/** For a reference that came from elsewhere, such as another process's queue. */
function findAgain({ server, source }: ServerReference): Known {
  const { path, name } = splitName(source.slice("config:".length));
  const file = { path: resolve(path), shown: showPath(path) };
  const [first] = listFiles([file], name, false);
  return first?.[1] ?? { status: "failed", reason: `Reading ${source}: ${server} is not in it.` };
}

function listFiles(files: File[], only: string | undefined, isAll: boolean): [ServerReference, Known][] {
  const listed: [ServerReference, Known][] = [];
  const seen = new Map<string, string[]>();
  const fail = (file: File, problem: string): void => {
    const reason = `Reading config:${file.shown}: ${problem}`;
    const server = `local/${cleanName(basename(file.path).replace(/\.[^.]+$/, ""))}`;
    listed.push([
      { server, source: `config:${file.shown}` },
      { status: "failed", reason },
    ]);
  };
  for (const file of files) {
    const read = readConfig(file.path);
    if (!read.ok) {
      fail(file, read.problem);
      continue;
    }
    const entries = read.entries.filter(({ name }) => only === undefined || name === only);
    // A client without servers is nothing to report when nobody named its file.
    if (entries.length === 0 && !isAll)
      fail(file, only === undefined ? "it names no MCP servers." : `it has no server "${plain(only, 100)}".`);
    for (const entry of entries) {
      const server = idOf(entry, file, seen);
      if (server === undefined) continue;
      listed.push([
        { server, source: `config:${file.shown}#${plain(entry.name, 200)}` },
        { entry, file },
      ]);
    }
  }
  return listed;
}

/**
 * `local/<name>`. The same server in several configurations is listed once; another one of the same name gets its
 * client's name, or a number, behind its own.
 */
function idOf(entry: ConfigEntry, { client }: File, seen: Map<string, string[]>): string | undefined {
  const name = `local/${cleanName(entry.name)}`;
  const what = entry.ok ? identity(entry.server) : entry.problem;
  const before = seen.get(name) ?? [];
  if (before.includes(what)) return undefined;
  seen.set(name, [...before, what]);
  if (before.length === 0) return name;
  const withClient = client === undefined ? name : `${name}-${client}`;
  if (client !== undefined && !seen.has(withClient)) {
    seen.set(withClient, [what]);
    return withClient;
  }
  return `${name}-${before.length + 1}`;
}

function identity({
  command,
  arguments: args,
  url,
  workingFolder,
  isOff,
  environment,
}: ConfiguredServer): string {
  return JSON.stringify([command, args, url, workingFolder, isOff, Object.keys(environment).sort()]);
}

async function fetchConfigured(
  { entry, file }: Extract<Known, { file: File }>,
  useSecrets: boolean,
  context: CrawlContext,
): Promise<Fetched> {
  const doing = `Reading ${plain(entry.name, 100)} in config:${file.shown}`;
  const fail = (status: "failed" | "skipped", reason: string): Fetched => ({
    ok: false,
    status,
    reason,
    raw: [],
    facts: {},
  });
  if (!entry.ok) return fail("failed", `${doing}: ${entry.problem}.`);
  const route = routeConfigured(entry.server, { name: entry.name, file: file.path, useSecrets });
  if (!route.ok) return fail("skipped", route.hidden.text(`${doing}: ${route.reason.replace(/\.$/, "")}.`));
  const fetched = route.hidden.fetched(await fetchThrough(route.parsed, quiet(context, route.hidden)));
  if (fetched.ok || fetched.status === "skipped" || route.left.length === 0) return fetched;
  const left = plain(route.left.join(", "), 300);
  return {
    ...fetched,
    reason: `${fetched.reason} Its configuration has ${left}, which was left out; --use-config-env gives it.`,
  };
}

/** What is said while it runs holds no secret either. */
function quiet(context: CrawlContext, hidden: Hidden): CrawlContext {
  const { onNotice } = context;
  return {
    ...context,
    onStage: (stage, detail) =>
      context.onStage(stage, detail === undefined ? undefined : hidden.text(detail)),
    ...(onNotice === undefined ? {} : { onNotice: (notice: string) => onNotice(hidden.text(notice)) }),
  };
}
