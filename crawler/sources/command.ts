import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import { mayBeShown, programFolder, projectOf, which } from "../_paths.ts";
import { redactArguments } from "../_redact.ts";
import { cleanName } from "../_text.ts";
import { parsePages } from "../answer.ts";
import { askProgram } from "../ask-program.ts";
import type { Argument, Mount, Program } from "../program.ts";
import type { CrawlContext, ParsedSource, SourceOptions } from "../source.ts";

/** File names that say nothing of a server: the package's or the folder's name is better. */
const GENERIC = new Set([
  "index",
  "main",
  "server",
  "cli",
  "bin",
  "app",
  "start",
  "run",
  "dist",
  "src",
  "build",
  "mcp",
]);

/** Programs that run other programs: the argument after them names the server. */
const RUNNERS = /^(node|nodejs|deno|bun|python[0-9.]*|uv|uvx|npx|sh|bash|ruby|java|tsx|ts-node)$/;

/**
 * A source that starts a command: `placard crawl -- node server.js --stdio`. The working folder is this process's, unless
 * told.
 *
 * @param command the program, by name or path, and its arguments
 */
export function commandSource(command: string[], options: SourceOptions = {}): ParsedSource {
  const [name, ...rest] = command;
  if (name === undefined || name === "") {
    return {
      ok: false,
      reason:
        'Reading the source "--": no command follows it. Write -- <command> <args>, such as -- node server.js.',
    };
  }
  const args = [...rest, ...(options.arguments ?? [])];
  const shown = redactArguments([name, ...args]);
  const label = shown.join(" ");
  const server = `local/${cleanName(options.name ?? nameOf(name, args))}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server, source: `-- ${label}` };
      },
      fetch: async (_reference, context: CrawlContext) => {
        const cwd = options.workingFolder ?? process.cwd();
        const file = which(name.includes("/") ? resolve(cwd, name) : name);
        if (file === undefined) {
          const what = existsSync(resolve(cwd, name))
            ? "is no program that this user may run"
            : "was not found";
          const reason = `Starting ${label}: "${name}" ${what}. Check its name, or give its whole path.`;
          return { ok: false, status: "failed", reason, raw: [], facts: {} };
        }
        const program = describe(file, args, options.environment ?? {}, cwd);
        return askProgram(program, { label, command: shown.map(withoutFolders) }, context);
      },
      parse: parsePages,
    },
  };
}

/** The program with the folders it needs: its own, the working folder, and those of paths among its arguments. */
function describe(file: string, args: string[], environment: Record<string, string>, cwd: string): Program {
  const project = projectOf(cwd);
  // The link and what it leads to: a Python environment's program is a link to the system's, and means its own folder.
  const mounts: Mount[] = [same(programFolder(file)), same(programFolder(realpathSync(file)))];
  const paths = args.map((argument): Argument => {
    const path = resolve(cwd, argument);
    if (argument === "" || argument.startsWith("-") || !existsSync(path)) return argument;
    mounts.push(same(projectOf(statSync(path).isDirectory() ? path : dirname(path)) ?? path));
    // A relative path is right as it is when its folder is shown as the working folder.
    if (!isAbsolute(argument) && project !== undefined && !relative(project, path).startsWith(".."))
      return argument;
    return path;
  });
  return {
    file: { path: file },
    arguments: paths,
    environment,
    isOwn: true,
    mounts: mounts.filter((mount, i) => mounts.findIndex(({ from }) => from === mount.from) === i),
    ...(project === undefined ? {} : { workingFolder: { from: project, inside: relative(project, cwd) } }),
  };
}

const same = (path: string): Mount => ({ from: path, to: path });

function nameOf(program: string, args: string[]): string {
  const base = basename(program);
  const script = RUNNERS.test(base) ? args.find((argument) => !argument.startsWith("-")) : undefined;
  if (script === undefined) return base;
  const stem = basename(script, extname(script));
  return GENERIC.has(stem) ? (packageName(resolve(script)) ?? stem) : stem;
}

function packageName(path: string): string | undefined {
  const folder = projectOf(dirname(path));
  if (folder === undefined || !mayBeShown(folder)) return undefined;
  try {
    const text: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return z
      .object({ name: z.string().min(1) })
      .parse(text)
      .name.replace(/^@[^/]*\//, "");
  } catch {
    return basename(folder);
  }
}

function withoutFolders(argument: string): string {
  return isAbsolute(argument) ? basename(argument) : argument;
}
