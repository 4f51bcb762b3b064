import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type NpmRun, runNpm } from "./_npm-client.ts";
import { explainDisk, explainNpm, NO_VERSION_FITS } from "./_npm-reasons.ts";
import type { CrawlContext } from "./source.ts";

/** A package in our cache, complete and of exactly the version asked for. */
export interface InstalledPackage {
  name: string;
  version: string;
  /** Folder that holds `node_modules`. */
  folder: string;
  /** The package's own folder in it. */
  packageFolder: string;
}

export type Installed = { ok: true; installed: InstalledPackage } | { ok: false; reason: string };
export type Resolved = { ok: true; version: string } | { ok: false; reason: string };

/** Written last: a folder without it is half an installation. */
const MARKER = "placard.json";
const markerSchema = z.object({ name: z.string(), version: z.string() });

/** Half installations older than this belong to nobody any more. */
const STALE_MS = 60 * 60 * 1_000;

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/**
 * Finds the exact version that a tag or range means, by asking npm; an exact one is taken as it is. Without this, npm
 * installs an older version without a word when the newest wants another Node.
 *
 * @param wanted `latest`, `^1.2.0`, `1.2.3`
 */
export async function resolveVersion(name: string, wanted: string, context: CrawlContext): Promise<Resolved> {
  if (EXACT.test(wanted)) return { ok: true, version: wanted };
  context.onStage("resolving", `${name}@${wanted}`);
  const doing = `Looking up npm:${name}@${wanted}`;
  const { home, signal, limits } = context;
  const folder = join(home, "cache", "npm-home", `project-${randomUUID()}`);
  try {
    const cwd = await emptyProject(folder);
    const args = ["view", "--json", "--", `${name}@${wanted}`, "version"];
    const run = await runNpm(args, { home, cwd, timeoutMs: limits.resolveMs, signal });
    if (!run.ok) return { ok: false, reason: explainNpm(doing, name, wanted, run) };
    const version = readVersion(run.text);
    return version === undefined
      ? { ok: false, reason: `${doing}: ${NO_VERSION_FITS}` }
      : { ok: true, version };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, reason: explainDisk(doing, join(home, "cache"), error) };
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** `npm view --json` answers a string, or a list in ascending order when a range fits several. */
function readVersion(text: string): string | undefined {
  try {
    const answer = z.union([z.string(), z.array(z.string())]).parse(JSON.parse(text));
    return typeof answer === "string" ? answer : answer.at(-1);
  } catch {
    return undefined;
  }
}

/**
 * Installs exactly `name@version` into `cache/npm` of the data folder, without running any script of it, and reuses
 * what is there. Installs in a folder of its own and renames it when complete, so that a crash leaves nothing half.
 *
 * @throws the signal's reason when it aborts
 */
export async function installPackage(
  name: string,
  version: string,
  context: CrawlContext,
): Promise<Installed> {
  const store = join(context.home, "cache", "npm");
  const folder = join(store, `${name.replace("/", "+")}@${version}`);
  const ready: InstalledPackage = {
    name,
    version,
    folder,
    packageFolder: join(folder, "node_modules", name),
  };
  const doing = `Installing npm:${name}@${version}`;
  if (await isComplete(ready)) return { ok: true, installed: ready };

  context.onStage("installing", `${name}@${version}`);
  const temporary = join(store, `.new-${randomUUID()}`);
  try {
    await mkdir(store, { recursive: true });
    await removeStale(store);
    await emptyProject(temporary);
    const run = await npmInstall(name, version, temporary, context);
    if (!run.ok) return { ok: false, reason: explainNpm(doing, name, version, run) };
    const found = await installedVersion(join(temporary, "node_modules", name));
    if (found !== version) {
      return {
        ok: false,
        reason: `${doing}: npm installed version ${found ?? "(none)"} instead. Name a version that the registry has.`,
      };
    }
    await chmod(temporary, 0o755);
    await writeFile(join(temporary, MARKER), JSON.stringify({ name, version }));
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return { ok: true, installed: ready };
  } catch (error) {
    context.signal.throwIfAborted();
    // Another process may have put its own there between our rm and rename.
    if (await isComplete(ready)) return { ok: true, installed: ready };
    return { ok: false, reason: explainDisk(doing, store, error) };
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
  }
}

function npmInstall(name: string, version: string, cwd: string, context: CrawlContext): Promise<NpmRun> {
  const flags = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--omit=dev",
    "--no-global",
    "--save-exact",
    "--prefer-offline",
  ];
  const { home, signal, limits } = context;
  return runNpm(["install", ...flags, "--", `${name}@${version}`], {
    home,
    cwd,
    timeoutMs: limits.installMs,
    most: { bytes: limits.installBytes, files: limits.installFiles },
    signal,
  });
}

async function isComplete({ name, version, folder, packageFolder }: InstalledPackage): Promise<boolean> {
  try {
    const marker = markerSchema.parse(JSON.parse(await readFile(join(folder, MARKER), "utf8")));
    return (
      marker.name === name &&
      marker.version === version &&
      (await installedVersion(packageFolder)) === version
    );
  } catch {
    return false;
  }
}

async function installedVersion(packageFolder: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
    return z.object({ version: z.string() }).parse(manifest).version;
  } catch {
    return undefined;
  }
}

/** A folder that npm takes for a project: without one it would look for a project further up. */
async function emptyProject(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private":true}\n');
  return folder;
}

async function removeStale(store: string): Promise<void> {
  for (const name of await readdir(store)) {
    if (!name.startsWith(".new-")) continue;
    const path = join(store, name);
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - changed > STALE_MS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
