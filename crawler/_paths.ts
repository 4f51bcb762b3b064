import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve, sep } from "node:path";
import type { Program } from "./program.ts";
import { homeOrRoot } from "./user-home.ts";

/** Finds a program as a shell would: by path, or by name in PATH. */
export function which(name: string, path: string = process.env.PATH ?? ""): string | undefined {
  if (name.includes("/") || name.includes(sep)) return isProgram(resolve(name)) ? resolve(name) : undefined;
  const extensions = process.platform === "win32" ? ["", ".exe", ".cmd", ".bat"] : [""];
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => extensions.map((extension) => join(folder, name + extension)))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** False for `/`, the home folder and what lies above it: too much to show to a server. */
export function mayBeShown(folder: string): boolean {
  const home = homeOrRoot();
  const tooWide = [
    "/",
    "/home",
    "/root",
    "/tmp",
    "/var",
    "/etc",
    "/run",
    "/proc",
    "/sys",
    "/dev",
    dirname(home),
    home,
    join(home, ".local"),
  ];
  return !tooWide.includes(folder) && !home.startsWith(`${folder}${sep}`);
}

/**
 * The folder of the project that `folder` belongs to: the nearest one upwards with a package.json or node_modules,
 * else `folder` itself; undefined when that is too wide to be shown.
 */
export function projectOf(folder: string): string | undefined {
  for (let at = realpathSync(folder); mayBeShown(at); at = dirname(at)) {
    if (existsSync(join(at, "package.json")) || existsSync(join(at, "node_modules"))) return at;
  }
  return mayBeShown(realpathSync(folder)) ? realpathSync(folder) : undefined;
}

/** What a program needs of its surroundings: the installation around its `bin`, its project, or just itself. */
export function programFolder(file: string): string {
  const folder = dirname(file);
  const prefix = dirname(folder);
  if (basename(folder) === "bin" && existsSync(join(prefix, "lib")) && mayBeShown(prefix)) return prefix;
  return projectOf(folder) ?? file;
}

/** Whether another user could start the program, given its mounts: false for a project that only its owner may read. */
export function isReadableByAll({ file, arguments: args, mounts, workingFolder }: Program): boolean {
  const named = [file, ...args].flatMap((argument) => (typeof argument === "string" ? [] : [argument.path]));
  const relative = args.flatMap((argument) =>
    typeof argument === "string" && workingFolder !== undefined
      ? [join(workingFolder.from, workingFolder.inside, argument)]
      : [],
  );
  const roots = [
    ...mounts.map(({ from }) => from),
    ...(workingFolder === undefined ? [] : [workingFolder.from]),
  ];
  const paths = [...named, ...relative].filter((path) => existsSync(path));
  return [...roots, ...paths].every((path) => {
    const root = roots.filter((from) => path === from || path.startsWith(`${from}${sep}`)).sort()[0];
    if (root === undefined) return true;
    for (let at = path; at.length >= root.length; at = dirname(at)) {
      const stat = statSync(at);
      const needed = stat.isDirectory() ? 0o005 : 0o004;
      if ((stat.mode & needed) !== needed) return false;
    }
    return true;
  });
}
