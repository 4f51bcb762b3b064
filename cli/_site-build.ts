import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, glob, mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { brotliCompress, gzip as gzipCompress } from "node:zlib";
import type { PageHandler } from "./_ask-site.ts";
import { withFramedPages } from "./_framed-pages.ts";
import { loadHandler } from "./_load-handler.ts";
import { keepFolder, loadModules } from "./_site-copy.ts";
import { Failure } from "./failure.ts";

const brotli = promisify(brotliCompress);
const gzip = promisify(gzipCompress);

const ROOT = path.dirname(import.meta.dirname);
const SITE = path.join(ROOT, "site");
const DIST = path.join(SITE, "dist");
const ENTRY = path.join(DIST, "server/entry.mjs");
const STAMP = path.join(DIST, "inputs.sha256");
/** The published package has the built pages and not what they are built from. */
const HAS_SOURCES = existsSync(path.join(SITE, "astro.config.ts"));
const LOCK = path.join(SITE, ".astro/build.lock");
const KEPT = path.join(SITE, ".astro/kept");
/** What ends up in the built site. */
export const INPUTS: readonly string[] = [
  "site/**/*",
  "classifier/**/*",
  "policy/**/*",
  "db/**/*.ts",
  "mcp/**/*",
  // A thread of `placard build`, and what it imports.
  "cli/_build-*.ts",
  "cli/{_ask-site,_content-policy,_load-handler,_media-type,_own-parts,_page-frame,failure}.ts",
  "cli/render/text.ts",
  "crawler/types.ts",
  "crawler/version.ts",
  "corrections.yaml",
  "package-lock.json",
];
const NOT_INPUTS = /^site\/(dist|\.astro|node_modules)(\/|$)/;

/** The built site: its request handler, and the folder of files that are served as they are. */
export interface Site {
  handler: PageHandler;
  clientFolder: string;
}

/** What building takes. */
export interface SiteOptions {
  signal: AbortSignal;
  /** Told when building starts; it takes some ten seconds. */
  onBuild: () => void;
}

/**
 * The site, built first where it is missing or older than its sources. Its pages are whole for as long as this process
 * lives, whoever builds it anew meanwhile; its files have to be read soon.
 * @throws Failure when it cannot be built or loaded; the signal's reason when it aborts.
 */
export async function loadSite(options: SiteOptions): Promise<Site> {
  const { clientFolder, entry } = await keepSite(options);
  const handler = withFramedPages(await loadHandler(entry));
  if (HAS_SOURCES) await loadModules(path.dirname(entry));
  return { handler, clientFolder };
}

/** A built site whose files are there for some hours at least, whoever builds it anew meanwhile. */
export interface KeptSite {
  clientFolder: string;
  /** For `loadHandler`. */
  entry: string;
  /** A digest of all that it was built from. */
  inputs: string;
}

/** Builds the site where it is missing or older than its sources, and keeps it. Throws as `loadSite` does. */
export async function keepSite(options: SiteOptions): Promise<KeptSite> {
  for (;;) {
    const { clientFolder, inputs } = await buildSite(options);
    // Where we cannot write, nothing can be kept; who else builds there is rare.
    if (!HAS_SOURCES || !(await isWritable(SITE))) return { clientFolder, entry: ENTRY, inputs };
    const folder = await locked(options.signal, async () => {
      // Somebody with other sources was faster: ours are built again.
      return (await builtFrom()) === inputs ? keepFolder(DIST, KEPT, inputs.slice(0, 16)) : undefined;
    });
    if (folder)
      return {
        clientFolder: path.join(folder, "client"),
        entry: path.join(folder, path.relative(DIST, ENTRY)),
        inputs,
      };
  }
}

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

/**
 * Builds the site where it is missing or older than its sources, without loading it.
 * @returns the folder of files that are served as they are, and a digest of all that the site was built from.
 */
export async function buildSite(options: SiteOptions): Promise<{ clientFolder: string; inputs: string }> {
  const inputs = HAS_SOURCES ? await fingerprint() : await builtFrom();
  if (inputs === undefined) {
    throw new Failure(`Looking for the pages in ${DIST}: they are not there. Install Placard anew.`);
  }
  if ((await builtFrom()) !== inputs) await buildLocked(inputs, options);
  return { clientFolder: path.join(DIST, "client"), inputs };
}

/** Digest of the names and contents of everything the site is built from. */
async function fingerprint(): Promise<string> {
  const files: string[] = [];
  for (const pattern of INPUTS) {
    for await (const entry of glob(pattern, { cwd: ROOT, withFileTypes: true, exclude: isNoInput })) {
      if (entry.isFile()) files.push(path.relative(ROOT, path.join(entry.parentPath, entry.name)));
    }
  }
  const hash = createHash("sha256");
  for (const file of files.filter((name) => !NOT_INPUTS.test(name)).sort()) {
    hash.update(`${file}\0`).update(await readFile(path.join(ROOT, file)));
  }
  return hash.digest("hex");
}

/** Keeps the search out of folders that are large and no input. */
function isNoInput(entry: { name: string; parentPath: string }): boolean {
  return NOT_INPUTS.test(path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

/** The fingerprint of what `site/dist` was built from; undefined when there is no finished build. */
function builtFrom(): Promise<string | undefined> {
  return readFile(STAMP, "utf8").catch(() => undefined);
}

/** Builds, unless another process is building just now: then its result is used. */
async function buildLocked(inputs: string, options: SiteOptions): Promise<void> {
  options.onBuild();
  await locked(options.signal, async () => {
    if ((await builtFrom()) === inputs) return;
    await rm(STAMP, { force: true });
    await runAstro(options.signal);
    await compressAssets();
    await writeFile(STAMP, inputs);
  });
}

/** Does something while no other process builds. */
async function locked<Result>(signal: AbortSignal, use: () => Promise<Result>): Promise<Result> {
  for (;;) {
    signal.throwIfAborted();
    if (await takeLock()) break;
    await sleep(200);
  }
  try {
    return await use();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function takeLock(): Promise<boolean> {
  try {
    await mkdir(path.dirname(LOCK), { recursive: true });
    const lock = await open(LOCK, "wx");
    await lock.writeFile(String(process.pid));
    await lock.close();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") {
      throw new Failure(
        `Building the pages in ${DIST}: the folder cannot be written (${code}). Make it writable for you.`,
      );
    }
    if (!(await holderLives())) await rm(LOCK, { force: true });
    return false;
  }
}

/** Building takes some ten seconds; a lock this old is of a process that was killed, whatever has its number now. */
const LOCK_MS = 5 * 60_000;
/** A lock without a number in it: its holder is about to write it, or was killed before it could. */
const EMPTY_LOCK_MS = 5_000;

async function holderLives(): Promise<boolean> {
  const pid = Number(await readFile(LOCK, "utf8").catch(() => ""));
  const made = (await stat(LOCK).catch(() => undefined))?.mtimeMs ?? Date.now();
  // In a container that is started again, numbers are given out again: the lock's may be our own.
  if (pid === process.pid || Date.now() - made > (pid === 0 ? EMPTY_LOCK_MS : LOCK_MS)) return false;
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Astro in a process of its own: it takes memory that serving does not need, and changes the process it runs in. */
function runAstro(signal: AbortSignal): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("astro/package.json");
  const astro = path.join(path.dirname(manifest), "bin/astro.mjs");
  const child = spawn(process.execPath, [astro, "build", "--root", SITE], {
    cwd: ROOT,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1", NO_COLOR: "1", FORCE_COLOR: "0" },
    // Its own group: Ctrl-C reaches it through us.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  let output = "";
  const keep = (text: string) => {
    output = (output + text).slice(-6000);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else
        reject(
          new Failure(
            `Building the pages in ${DIST}: astro build ended with exit code ${code}:\n${output.trim()}`,
          ),
        );
    });
  });
}

/** Below this compressing saves no packet. */
const LEAST_COMPRESSED_BYTES = 1000;

/** Beside each style and script, what clients that take brotli or gzip get of it. */
async function compressAssets(): Promise<void> {
  const folder = path.join(DIST, "client");
  for await (const name of glob("**/*.{css,js,svg}", { cwd: folder })) {
    const file = path.join(folder, name);
    const bytes = await readFile(file);
    if (bytes.length < LEAST_COMPRESSED_BYTES) continue;
    await Promise.all([
      writeFile(`${file}.br`, await brotli(bytes)),
      writeFile(`${file}.gz`, await gzip(bytes, { level: 9 })),
    ]);
  }
}
