/** Keeps two builds from writing into one folder: each would remove what the other wrote. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.ts";
import { safe } from "./render/text.ts";

/** The lock's name in the output folder; in it is the number of the process that builds. */
export const LOCK = ".placard-build.lock";
/** A lock without a number in it: its holder is about to write it, or was killed before it could. */
const EMPTY_MS = 5_000;

/** Folders that this process builds into. */
const building = new Set<string>();

/**
 * Takes the lock of a folder, which is made where it is missing. The lock of a process that is gone does not count.
 * @returns gives it back.
 * @throws Failure, one sentence, while another build holds it; what the system says when the folder cannot be written.
 */
export function lockFolder(folder: string): () => void {
  const lock = path.join(folder, LOCK);
  mkdirSync(folder, { recursive: true });
  for (let tries = 0; ; tries += 1) {
    try {
      const file = openSync(lock, "wx");
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = holderOf(lock, folder);
    if (holder !== undefined || tries > 2) {
      throw new Failure(
        `Building into ${safe(folder)}: another build is writing there${holder ? ` (process ${holder})` : ""}. Wait for it to end, or name another folder with --out.`,
      );
    }
    rmSync(lock, { force: true });
  }
  building.add(folder);
  return () => {
    building.delete(folder);
    rmSync(lock, { force: true });
  };
}

/** The process that holds the lock, 0 where that is not written yet; undefined when it is gone. */
function holderOf(lock: string, folder: string): number | undefined {
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (made === undefined) return undefined;
  const pid = Number(readText(lock));
  if (!Number.isInteger(pid) || pid <= 0) return Date.now() - made < EMPTY_MS ? 0 : undefined;
  // In a container that is started again, numbers are given out again: the lock's may be our own.
  if (pid === process.pid) return building.has(folder) ? pid : undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
