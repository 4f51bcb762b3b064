import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folders of one run outside a sandbox, and an environment variable by which its processes are known again. */
export interface RunFolder {
  root: string;
  home: string;
  temp: string;
  workspace: string;
  mark: Mark;
}

export interface Mark {
  name: string;
  value: string;
}

/** Makes fresh folders; with `uid`, owned by that user. The working folder's name is the same each time. */
export function makeRunFolder(uid: number | undefined): RunFolder {
  const root = mkdtempSync(join(tmpdir(), "placard-run-"));
  chmodSync(root, 0o755);
  const make = (name: string): string => {
    const path = join(root, name);
    mkdirSync(path);
    if (uid !== undefined) chownSync(path, uid, uid);
    return path;
  };
  const workspace = join(tmpdir(), `placard-workspace-${process.getuid?.() ?? 0}`);
  // Nobody may write there: the next server must find it empty.
  mkdirSync(workspace, { recursive: true, mode: 0o555 });
  return {
    root,
    home: make("home"),
    temp: make("tmp"),
    workspace,
    mark: { name: "PLACARD_RUN", value: randomUUID() },
  };
}

/** Removes the folders of a run; what can't be removed is left to the system's cleaning of its temporary folder. */
export async function removeRunFolder(run: RunFolder): Promise<void> {
  await rm(run.root, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

/**
 * Kills every process that carries the mark in its environment: a server's child in a session of its own is out of
 * reach of a signal to the group. Needs /proc; elsewhere such children are not found.
 */
export async function killEverything(mark: Mark): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const pids = await markedProcesses(mark);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Ended meanwhile.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Processes with the mark in their environment, unless they took it out again. */
export async function markedProcesses(mark: Mark): Promise<number[]> {
  const wanted = `${mark.name}=${mark.value}`;
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.split("\0").includes(wanted) ? [Number(pid)] : [];
    }),
  );
  return marked.flat();
}
