import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { homeOrRoot } from "./user-home.ts";

const pathsSchema = z.array(z.string()).default([]);
const tableSchema = z.strictObject({
  defaults: z.record(z.string(), z.string()),
  clients: z.array(
    z.strictObject({
      client: z.string(),
      paths: z.strictObject({
        any: pathsSchema,
        linux: pathsSchema,
        darwin: pathsSchema,
        win32: pathsSchema,
      }),
      servers: z.array(z.array(z.string()).min(1)).min(1),
    }),
  ),
});

let table: z.infer<typeof tableSchema> | undefined;

function clientTable(): z.infer<typeof tableSchema> {
  table ??= tableSchema.parse(parse(readFileSync(new URL("./clients.yaml", import.meta.url), "utf8")));
  return table;
}

/** A client's configuration file that is there. */
export interface ClientFile {
  client: string;
  /** Absolute. */
  path: string;
  /** As it is shown: with `~` for the home folder, `./` for the one we are in. */
  shown: string;
}

/** Where to look: this machine, unless told. */
export interface Surroundings {
  home: string;
  folder: string;
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
}

const here = (): Surroundings => ({
  home: homeOrRoot(),
  folder: process.cwd(),
  platform: process.platform,
  environment: process.env,
});

/** The configuration files of all known clients that exist, each once. */
export function findClientFiles(
  { home, folder, platform, environment }: Surroundings = here(),
): ClientFile[] {
  const { defaults, clients } = clientTable();
  const found = new Map<string, ClientFile>();
  for (const { client, paths } of clients) {
    const own = platform === "darwin" || platform === "win32" ? paths[platform] : paths.linux;
    for (const written of [...paths.any, ...own]) {
      const filled = written.replace(
        /^\$([A-Z_]+)/,
        (_, name: string) => environment[name] || (defaults[name] ?? ""),
      );
      const path = filled.startsWith("~/") ? join(home, filled.slice(2)) : resolve(folder, filled);
      if (!existsSync(path)) continue;
      const real = realpathSync(path);
      if (found.has(real)) continue;
      const shown = filled.startsWith("./") ? filled : showPath(path, home);
      found.set(real, { client, path, shown });
    }
  }
  return [...found.values()];
}

/** A path with `~` for the home folder. */
export function showPath(path: string, home: string = homeOrRoot()): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** The key paths under which some client keeps servers. */
export function serverKeys(): string[][] {
  const all = clientTable().clients.flatMap(({ servers }) => servers);
  return [...new Map(all.map((keys) => [keys.join("/"), keys])).values()];
}
