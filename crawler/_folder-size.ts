import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What a folder holds, links not followed: bytes on disk, and entries of any kind. */
export interface FolderSize {
  bytes: number;
  files: number;
}

/** Measures a folder that may be changing meanwhile. Stops counting once there is more than `mostBytes` or `mostFiles`. */
export async function measureFolder(
  folder: string,
  mostBytes: number,
  mostFiles: number,
): Promise<FolderSize> {
  const size: FolderSize = { bytes: 0, files: 0 };
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name);
      size.files++;
      if (entry.isDirectory()) folders.push(path);
      else size.bytes += await bytesOf(path);
      if (size.bytes > mostBytes || size.files > mostFiles) return size;
    }
  }
  return size;
}

/** Blocks of 512 bytes, as stat(2) counts them: a file with a hole takes less than its length. */
async function bytesOf(path: string): Promise<number> {
  return lstat(path).then(
    ({ blocks }) => 512 * blocks,
    () => 0,
  );
}
