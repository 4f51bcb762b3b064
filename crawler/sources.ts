import { readdir } from "node:fs/promises";
import type { ParsedSource, SourceKind, SourceOptions } from "./source.ts";
import { commandSource } from "./sources/command.ts";

/** Every file of `sources/`, in the order of their names. Loaded once, when this module is. */
const kinds: SourceKind[] = await loadKinds();

/**
 * Reads a source as a user types it: `npm:<name>[@version]`, `file:<path>`, `https://…`.
 *
 * @returns the source, or one sentence that says what is wrong and what would be right
 */
export function parseSource(argument: string, options: SourceOptions = {}): ParsedSource {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(argument)?.[1]?.toLowerCase();
  const kind = kinds.find(({ schemes }) => scheme !== undefined && schemes.includes(scheme));
  if (kind !== undefined) return kind.parse(argument, options);
  const what = scheme === undefined ? "it names no kind of source" : `there is no source "${scheme}:"`;
  const known = [...kinds.map(({ usage }) => usage), "-- <command> <args>"].join(", ");
  return { ok: false, reason: `Reading the source "${argument}": ${what}. Known sources are ${known}.` };
}

export { commandSource };

async function loadKinds(): Promise<SourceKind[]> {
  const folder = new URL("./sources/", import.meta.url);
  const files = (await readdir(folder)).filter((name) => /^[^_.].*\.(ts|js)$/.test(name)).sort();
  const modules = await Promise.all(
    files.map((name) => import(new URL(name, folder).href) as Promise<{ default?: SourceKind }>),
  );
  return modules.flatMap((module) => (module.default === undefined ? [] : [module.default]));
}
