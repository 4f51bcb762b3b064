import { execFile } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ancestors } from "./_layout.ts";
import type { Mount } from "./program.ts";

/**
 * Makes a program's files reachable for another user, without a sandbox that could mount them: what lies below a folder
 * that only root may enter (such as /root) gets a second name in `folder`. Hard links where they can be had, else copies.
 *
 * @returns for each mount where that user finds it
 */
export async function makeReachable(mounts: Mount[], folder: string): Promise<Mount[]> {
  const reached: Mount[] = [];
  for (const [i, { from }] of mounts.entries()) {
    if (await isReachable(from)) {
      reached.push({ from, to: from });
      continue;
    }
    const to = join(folder, `files-${i}`);
    await copy(["-al", from, to]).catch(() => copy(["-a", from, to]));
    if ((await stat(to)).isDirectory()) await chmod(to, 0o755);
    reached.push({ from, to });
  }
  return reached;
}

const copy = (args: string[]): Promise<unknown> => promisify(execFile)("cp", args);

async function isReachable(path: string): Promise<boolean> {
  for (const folder of ancestors(path)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
  }
  return true;
}
