/** What a PostgreSQL data folder tells of the server that runs on it. */
import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The lines of postmaster.pid that we use (PostgreSQL, src/include/utils/pidfile.h). */
export interface Postmaster {
  pid: number;
  /** Folder of its unix socket; empty while it is starting. */
  socketFolder: string;
}

const PORT = 5432;
export const SOCKET_NAME = `.s.PGSQL.${PORT}`;

/** The server that postmaster.pid names, when it really is a PostgreSQL on this folder. */
export async function livePostmaster(dataFolder: string): Promise<Postmaster | undefined> {
  const noted = await readPidFile(dataFolder);
  return noted && isPostmaster(noted.pid, dataFolder) ? noted : undefined;
}

async function readPidFile(dataFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(dataFolder, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, socketFolder: lines[4] ?? "" };
}

/** A pid outlives nothing: after a crash or a reboot it may be another program's. */
function isPostmaster(pid: number, dataFolder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return processName(pid).includes("postgres");
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === "EACCES";
    return denied && processName(pid) === "postgres";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function processName(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    return execFileSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

/**
 * Takes away the lock files of a server that is gone. PostgreSQL does so itself unless their pid is now some other
 * program's; then it would refuse to start for good.
 */
export async function removeStaleLocks(dataFolder: string, socketFolder: string): Promise<void> {
  const locks = [path.join(dataFolder, "postmaster.pid"), path.join(socketFolder, `${SOCKET_NAME}.lock`)];
  for (const lock of locks) {
    const pid = await lockPid(lock);
    if (pid === undefined || isPostmaster(pid, dataFolder)) continue;
    // Moved first and read again: a server that started just now has written its own, which goes back.
    const aside = `${lock}.${process.pid}.stale`;
    if (
      !(await rename(lock, aside).then(
        () => true,
        () => false,
      ))
    )
      continue;
    if ((await lockPid(aside)) === pid) await rm(aside, { force: true });
    else await rename(aside, lock);
  }
}

async function lockPid(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) ? Math.abs(pid) : undefined;
}

/** Stops the server on this folder: fast, and at once if that takes more than 10 s (it then recovers at the next start). */
export async function stopPostmaster(dataFolder: string): Promise<void> {
  for (const [signal, patience] of [
    ["SIGINT", 10_000],
    ["SIGQUIT", 5_000],
  ] as const) {
    const postmaster = await livePostmaster(dataFolder);
    if (!postmaster) return;
    try {
      process.kill(postmaster.pid, signal);
    } catch {
      return;
    }
    const until = Date.now() + patience;
    while (Date.now() < until) {
      if (!isPostmaster(postmaster.pid, dataFolder)) return;
      await sleep(20);
    }
  }
}
