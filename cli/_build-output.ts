/** The folder of a static site: whose it is, and every write and removal in it. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { JOURNAL, type Journal, readJournal } from "./_build-journal.ts";
import { LOCK, lockFolder } from "./_build-lock.ts";
import { EXIT, Failure } from "./failure.ts";
import { safe } from "./render/text.ts";

/** A file to be written: its path in the folder, with `/`, and what is in it. */
export interface OutputFile {
  file: string;
  body: string | Uint8Array;
}

/** Behind the name of a file that is not whole yet. No file of the site ends so. */
export const UNFINISHED = "~tmp";

/**
 * Makes sure that a folder is there and is ours to write to: new, empty, or built by us before.
 * @returns the journal of the build before, if there was one; nobody else may build there until `close`.
 * @throws Failure, one sentence, when it is not.
 */
export function openOutput(folder: string): { journal?: Journal; close(): void } {
  const doing = `Building into ${safe(folder)}`;
  let close = () => {};
  try {
    close = lockFolder(folder);
    const journal = readJournal(path.join(folder, JOURNAL));
    if (!journal && readdirSync(folder).some((name) => name !== LOCK)) {
      const advice = "Name a new or an empty folder, or empty this one";
      throw new Failure(`${doing}: it holds files that no build of Placard wrote. ${advice}.`, EXIT.usage);
    }
    return { journal, close };
  } catch (error) {
    close();
    throw asFailure(error, doing);
  }
}

/**
 * Writes files so that each is whole or not there: under another name first.
 * @param known folders that are there; grows.
 * @throws Failure when the disk is full or something stands in the way.
 */
export function writeFiles(folder: string, files: readonly OutputFile[], known: Set<string>): void {
  for (const { file, body } of files) {
    const target = path.join(folder, file);
    const parent = path.dirname(target);
    try {
      if (!known.has(parent)) mkdirSync(parent, { recursive: true });
      known.add(parent);
      writeFileSync(`${target}${UNFINISHED}`, body);
      renameSync(`${target}${UNFINISHED}`, target);
    } catch (error) {
      throw asFailure(error, `Writing ${safe(target)}`);
    }
  }
}

/** Removes files, and the folders that are empty then. What is not there need not be removed. */
export function removeFiles(folder: string, files: Iterable<string>): void {
  const parents = new Set<string>();
  for (const file of files) {
    const target = path.join(folder, file);
    try {
      rmSync(target, { force: true });
      rmSync(`${target}${UNFINISHED}`, { force: true });
    } catch (error) {
      throw asFailure(error, `Removing ${safe(target)}`);
    }
    parents.add(path.dirname(file));
  }
  // Longest first, so that a folder is looked at when those in it are gone.
  for (const parent of [...parents].sort((a, b) => b.length - a.length)) removeEmpty(folder, parent);
}

function removeEmpty(folder: string, inside: string): void {
  for (let at = inside; at !== "." && at !== ""; at = path.dirname(at)) {
    try {
      rmdirSync(path.join(folder, at));
    } catch {
      // Not empty, or gone already.
      if (existsSync(path.join(folder, at))) return;
    }
  }
}

/** Whether all files of a unit are there still: somebody may have cleared the folder without its journal. */
export function areThere(folder: string, files: readonly string[]): boolean {
  return files.every((file) => statSync(path.join(folder, file), { throwIfNoEntry: false })?.isFile());
}

/** A digest of contents, for telling whether they changed. */
export function digestOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("base64url");
}

const REASONS: Record<string, string> = {
  ENOSPC: "the disk is full. Make room and build again: it goes on where it stopped",
  EDQUOT: "your quota of disk space is used up. Make room and build again: it goes on where it stopped",
  EFBIG:
    "it grew larger than a file may be here (ulimit -f). Raise that and build again: it goes on where it stopped",
  EACCES: "you may not write there. Make it writable for you, or name another folder with --out",
  EPERM: "you may not write there. Make it writable for you, or name another folder with --out",
  EROFS: "it cannot be written to. Name another folder with --out",
  EEXIST: "it is a file, not a folder. Name a folder with --out",
  ENOTDIR: "a file stands where a folder is needed. Move it away, or name another folder with --out",
  EISDIR: "a folder stands where a file is needed. Move it away, or name another folder with --out",
  ENAMETOOLONG: "its path is too long for this system. Name a folder nearer to the root with --out",
};

function asFailure(error: unknown, doing: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code && REASONS[code];
  return reason ? new Failure(`${doing}: ${reason}.`) : error;
}
