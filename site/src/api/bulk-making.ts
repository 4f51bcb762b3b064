/** Files of the dataset in the making: written to disk at the database's speed, and read from there by all who asked. */
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Snapshot } from "../../../db/index.ts";
import { type FileName, type Made, madeSchema, makeFile } from "./bulk-files.ts";

/** A file that grows. */
export interface Growing {
  /** Where it is while it grows, and where it is then. */
  part: string;
  file: string;
  written: number;
  made?: Made;
}

/** Files being made of one state of the catalog. */
export interface Making {
  /** The revision, as soon as it is known; rejects when the work fails before that. */
  begun: Promise<string>;
  /** Resolves when the work is over, also when it failed. */
  ended: Promise<void>;
  /** There from `begun` on. */
  files: Map<FileName, Growing>;
  /** Why it failed. */
  failure?: unknown;
  /** It is being given up, for want of readers: what comes now is of no use to a new one. */
  isStopped(): boolean;
  /**
   * Somebody waits for it. When nobody does any more it is stopped.
   * @returns to be called then; the first call counts. Lingers that long.
   */
  hold(): (lingerMs?: number) => void;
  /** Resolves when a file has grown, or the work is over. */
  grown(): Promise<void>;
}

export type SnapshotReader = <Result>(
  signal: AbortSignal,
  use: (snapshot: Snapshot) => Promise<Result>,
) => Promise<Result>;

/** So that the names of two parts differ. */
const parts = { made: 0 };

/**
 * Starts the work; those files that are there already are left out.
 * @param folderOf where the files of a snapshot belong, with its revision.
 */
export function startMaking(
  names: readonly FileName[],
  read: SnapshotReader,
  folderOf: (snapshot: Snapshot) => { revision: string; folder: string },
): Making {
  const stop = new AbortController();
  const begun = Promise.withResolvers<string>();
  let growth = Promise.withResolvers<void>();
  let holders = 0;
  const grow = () => {
    growth.resolve();
    growth = Promise.withResolvers<void>();
  };
  const making: Making = {
    begun: begun.promise,
    ended: Promise.resolve(),
    files: new Map(),
    hold() {
      holders += 1;
      let left = false;
      return (lingerMs = 0) => {
        if (left) return;
        left = true;
        const leave = () => {
          holders -= 1;
          if (holders === 0) stop.abort(new Error("Nobody waits for the dataset any more."));
        };
        if (lingerMs === 0) leave();
        else setTimeout(leave, lingerMs).unref();
      };
    },
    grown: () => growth.promise,
    isStopped: () => stop.signal.aborted,
  };
  // Whoever looks at the end need not look at the beginning.
  begun.promise.catch(() => {});
  making.ended = read(stop.signal, async (snapshot) => {
    const { revision, folder } = folderOf(snapshot);
    await mkdir(folder, { recursive: true });
    for (const name of names) {
      const file = path.join(folder, name);
      parts.made += 1;
      const part = `${file}.${process.pid}-${parts.made}.part`;
      if (!(await madeFile(file))) making.files.set(name, { part, file, written: 0 });
    }
    for (const { part } of making.files.values()) await writeFile(part, "");
    begun.resolve(revision);
    for (const [name, growing] of making.files) await writeGrowing(name, growing, snapshot, grow);
  })
    .catch((error: unknown) => {
      making.failure = error;
      begun.reject(error);
    })
    .finally(async () => {
      for (const { part } of making.files.values()) await rm(part, { force: true }).catch(() => {});
      grow();
    });
  return making;
}

async function writeGrowing(
  name: FileName,
  growing: Growing,
  snapshot: Snapshot,
  grow: () => void,
): Promise<void> {
  const handle = await open(growing.part, "w");
  let made: Made;
  try {
    made = await makeFile(name, snapshot, async (chunk) => {
      await handle.writeFile(chunk);
      growing.written += chunk.length;
      grow();
    });
  } finally {
    await handle.close();
  }
  await rename(growing.part, growing.file);
  // Last: what it stands beside is whole.
  await writeFile(`${growing.part}.json`, JSON.stringify(made));
  await rename(`${growing.part}.json`, `${growing.file}.json`);
  growing.made = made;
  grow();
}

/** What is known of a file that has been made; undefined where there is none, or not all of it. */
export async function madeFile(file: string): Promise<Made | undefined> {
  try {
    const handle = await open(`${file}.json`);
    const text = await handle.readFile("utf8").finally(() => handle.close());
    const made = madeSchema.parse(JSON.parse(text));
    return (await stat(file)).size === made.bytes ? made : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;

/** What there is of a file, and what comes, until it is whole. @throws why it will never be. */
export async function* followFile(making: Making, growing: Growing): AsyncGenerator<Uint8Array> {
  const handle = await open(growing.part).catch(() => open(growing.file));
  try {
    for (let at = 0; ; ) {
      const grown = making.grown();
      const { written, made } = growing;
      if (at < written) {
        const { bytesRead, buffer } = await handle.read(
          Buffer.allocUnsafe(Math.min(CHUNK, written - at)),
          0,
          null,
          at,
        );
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      } else if (made) return;
      else if (making.failure !== undefined) throw making.failure;
      else await grown;
    }
  } finally {
    await handle.close();
  }
}
