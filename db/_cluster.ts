/** Making a PostgreSQL data folder, and what can be wrong with one. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Account } from "./_account.ts";
import type { Binaries } from "./_binaries.ts";

type Outcome = { ok: true } | { ok: false; reason: string };

/** The superuser of the embedded server. */
export const SUPERUSER = "placard";

/** What stands in the way of using this data folder, if anything; a folder that is not there yet is fine. */
export async function checkDataFolder(home: string, dataFolder: string, major: string): Promise<Outcome> {
  try {
    await mkdir(home, { recursive: true });
  } catch (error) {
    return { ok: false, reason: cannotWrite(home, error) };
  }
  const found = await stat(dataFolder).catch(() => undefined);
  if (!found) return { ok: true };
  const me = process.getuid?.();
  if (me !== undefined && me !== 0 && found.uid !== me) {
    const reason = `Starting the database: the data folder ${dataFolder} belongs to the user with id ${found.uid}, not to you (id ${me}). Start Placard as that user, or set PLACARD_HOME to a folder of your own.`;
    return { ok: false, reason };
  }
  const version = await dataVersion(dataFolder);
  if (version !== undefined && version !== major) {
    const reason = `Starting the database: the data folder ${dataFolder} was made by PostgreSQL ${version}, and this Placard brings PostgreSQL ${major}. Move the folder away to start with an empty catalog, or go on with the Placard that made it.`;
    return { ok: false, reason };
  }
  if (version === undefined && (await readdir(dataFolder).catch(() => [])).length > 0) {
    const reason = `Starting the database: the data folder ${dataFolder} is not empty and holds no PostgreSQL database. Move it away, or set PLACARD_HOME to another folder.`;
    return { ok: false, reason };
  }
  return { ok: true };
}

/** Why a folder of ours cannot be used, in a sentence, by the error of writing to it. */
export function cannotWrite(folder: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  if (code === "EEXIST" || code === "ENOTDIR") {
    return `Starting the database: the data folder ${folder} is a file, or inside one. Set PLACARD_HOME to a folder.`;
  }
  return `Starting the database: the data folder ${folder} cannot be written (${code}). Make it writable for you, or set PLACARD_HOME to a folder that is.`;
}

/** The PG_VERSION of a data folder; undefined when there is no finished database in it. */
export async function dataVersion(dataFolder: string): Promise<string | undefined> {
  const text = await readFile(path.join(dataFolder, "PG_VERSION"), "utf8").catch(() => undefined);
  return text?.trim();
}

/**
 * Makes a data folder where there is none. It is built beside its place and renamed when it is done, so a kill in
 * the middle leaves nothing half made, and of several at once one wins and the others use its folder.
 */
export async function createDataFolder(
  dataFolder: string,
  binaries: Binaries,
  account: Account,
): Promise<Outcome> {
  await removeLeftovers(dataFolder);
  const building = `${dataFolder}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(building, { mode: 0o700 });
    if (account.owner) await chown(building, account.owner.uid, account.owner.gid);
  } catch (error) {
    return { ok: false, reason: cannotWrite(path.dirname(dataFolder), error) };
  }
  const failure = await runInitdb(building, binaries, account);
  if (failure !== undefined) {
    await rm(building, { recursive: true, force: true });
    const reason = `Making the database in ${dataFolder}: initdb ended with: ${failure} Look after free space and permissions, or set PLACARD_HOME to another folder.`;
    return { ok: false, reason };
  }
  try {
    await rename(building, dataFolder);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if ((await dataVersion(dataFolder)) === undefined)
      return { ok: false, reason: cannotWrite(dataFolder, error) };
  }
  return { ok: true };
}

/** Folders that a killed process was building; ten minutes is far more than building takes. */
async function removeLeftovers(dataFolder: string): Promise<void> {
  const home = path.dirname(dataFolder);
  const prefix = `${path.basename(dataFolder)}.new-`;
  for (const name of await readdir(home).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const made = await stat(path.join(home, name)).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > 600_000) {
      await rm(path.join(home, name), { recursive: true, force: true });
    }
  }
}

/** Returns initdb's last words when it failed. */
function runInitdb(folder: string, binaries: Binaries, account: Account): Promise<string | undefined> {
  // The built-in C.UTF-8 sorts and folds case the same on every system; the C library's may be missing.
  const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"];
  const user = [`--username=${SUPERUSER}`, "--auth-local=trust", "--auth-host=reject"];
  const [program, ...args] = [...account.prefix, binaries.initdb, "-D", folder, ...locale, ...user];
  return new Promise((resolve) => {
    const child = spawn(program ?? "", args, {
      ...launchOptions(binaries, account),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    child.on("error", (error) => resolve(`${error.message}.`));
    child.on("close", (code) => resolve(code === 0 ? undefined : lastWords(stderr, `exit code ${code}`)));
  });
}

/** Working folder, environment and user of the database's programs; the environment is built from nothing. */
export function launchOptions(binaries: Binaries, account: Account) {
  return {
    cwd: "/",
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", ...binaries.environment },
    ...account.owner,
  };
}

/** The line of PostgreSQL's output that says what went wrong, as the end of a sentence. */
export function lastWords(output: string, otherwise: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const line = lines.findLast((text) => /\b(FATAL|PANIC|error):/.test(text)) ?? lines.at(-1) ?? otherwise;
  const words = line.replace(/^.*?\b(FATAL|PANIC|error):\s*/, "").trim();
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
