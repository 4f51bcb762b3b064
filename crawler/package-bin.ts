import { closeSync, openSync, readFileSync, readSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import type { InstalledPackage } from "./install.ts";
import { launchEntry } from "./launch-table.ts";

/** The program of a package to run, and whether Node runs it. */
export interface PackageBin {
  name: string;
  path: string;
  isScript: boolean;
}

export type ChosenBin = { ok: true; bin: PackageBin } | { ok: false; reason: string };

const manifestSchema = z.object({
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
});

/**
 * Chooses the program to run: the only one, the one named like the package, or the one `launch.yaml` names. Never a
 * guess: some packages ship programs that install or remove things beside their server.
 */
export function chooseBin({ name, version, packageFolder }: InstalledPackage): ChosenBin {
  const doing = `Starting npm:${name}@${version}`;
  const bins = readBins(name, packageFolder);
  if (bins === undefined)
    return {
      ok: false,
      reason: `${doing}: its package.json can't be read. Report it to the package's author.`,
    };
  const names = [...bins.keys()];
  const [first] = names;
  if (first === undefined) {
    return {
      ok: false,
      reason: `${doing}: the package has no program to run (no "bin" in its package.json), so it is no MCP server that can be started. Check the name.`,
    };
  }
  const chosen = [launchEntry(name)?.bin, names.length === 1 ? first : undefined, unscoped(name)].find(
    (candidate) => candidate !== undefined && bins.has(candidate),
  );
  if (chosen === undefined) {
    return {
      ok: false,
      reason: `${doing}: the package has ${names.length} programs (${names.join(", ")}) and none is named like it, so which is the server is a guess. Add it to crawler/launch.yaml, or start it with -- <command> <args>.`,
    };
  }
  return openBin(chosen, join(packageFolder, bins.get(chosen) ?? ""), packageFolder, doing);
}

const unscoped = (name: string): string => name.replace(/^@[^/]*\//, "");

/** `bin` may be a string (named like the package) or a map; npm drops the scope from its names. */
function readBins(name: string, packageFolder: string): Map<string, string> | undefined {
  try {
    const { bin } = manifestSchema.parse(
      JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")),
    );
    if (typeof bin === "string") return new Map([[unscoped(name), bin]]);
    return new Map(Object.entries(bin ?? {}).map(([key, path]) => [unscoped(key), path]));
  } catch {
    return undefined;
  }
}

function openBin(name: string, path: string, packageFolder: string, doing: string): ChosenBin {
  let real: string;
  let head: string;
  try {
    real = realpathSync(path);
    head = readHead(real);
  } catch {
    return {
      ok: false,
      reason: `${doing}: its program ${name} is missing from the package (${relative(packageFolder, path)}). Report it to the package's author.`,
    };
  }
  if (relative(realpathSync(packageFolder), real).startsWith("..")) {
    return {
      ok: false,
      reason: `${doing}: its program ${name} lies outside the package (${relative(packageFolder, path)}), so it is not run.`,
    };
  }
  const shebang = /^#!.*\b(node|nodejs|tsx|ts-node|bun|deno|python3?|bash|sh)\b/.exec(head)?.[1];
  const isScript =
    shebang === undefined
      ? !head.startsWith("#!") && !head.startsWith("\x7fELF")
      : shebang.startsWith("node");
  return { ok: true, bin: { name, path: real, isScript } };
}

function readHead(path: string): string {
  const buffer = Buffer.alloc(128);
  const descriptor = openSync(path, "r");
  try {
    return (
      buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, buffer.length, 0)).split("\n", 1)[0] ?? ""
    );
  } finally {
    closeSync(descriptor);
  }
}
