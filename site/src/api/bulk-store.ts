/**
 * The files of the dataset on disk, by the state of the catalog that they were made of. They are made when somebody asks
 * for them, once for all who do, and one state at a time; the newest few states are kept. So a slow reader holds up a
 * file and no transaction, digests are known, and a download can be gone on with.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import type { Snapshot } from "../../../db/index.ts";
import { FILE_NAMES, type FileName, type Made } from "./bulk-files.ts";
import { followFile, type Making, madeFile, type SnapshotReader, startMaking } from "./bulk-making.ts";
import { DATASET_VERSION } from "./bulk-types.ts";

/** Raise it when the same catalog gives other bytes. */
const FORM = 2;
/** States that are kept. */
const KEPT = 2;
/** Work that is abandoned goes on for so long when a manifest was asked for: whoever asks is told to come back. */
const LINGER_MS = 60_000;
const REVISION = /^[0-9a-f]{32}$/;

/** Where a dataset is made from. */
export interface DatasetSource {
  /** Another text whenever the dataset may be another one. */
  state(): Promise<string>;
  snapshot: SnapshotReader;
}

/** A file to be read. */
export interface Opened {
  revision: string;
  /** There when the file is whole; then any part of it can be read. */
  made?: Made;
  /** @param end the last byte, as in a Range. */
  read(start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** To be called when nobody reads it any more, however that came; more than once is fine. */
  leave(): void;
}

export class DatasetStore {
  readonly #source: DatasetSource;
  readonly #folder: string;
  #making: Making | undefined;
  #asking: Promise<string> | undefined;
  #askingNext: Promise<string> | undefined;

  constructor(source: DatasetSource, folder: string) {
    this.#source = source;
    this.#folder = folder;
  }

  /** Names the catalog as it is now. Those who ask at once share an answer, which is never older than the question. */
  revision(): Promise<string> {
    if (!this.#asking) return this.#ask();
    const again = () => {
      this.#askingNext = undefined;
      return this.#ask();
    };
    this.#askingNext ??= this.#asking.then(again, again);
    return this.#askingNext;
  }

  #ask(): Promise<string> {
    const asking = this.#source
      .state()
      .then(revisionOf)
      .finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
    this.#asking = asking;
    return asking;
  }

  /** What is known of a file of a revision that is kept. */
  async made(revision: string, name: FileName): Promise<Made | undefined> {
    return REVISION.test(revision) ? madeFile(this.#file(revision, name)) : undefined;
  }

  /**
   * A file of a revision that is kept, or of the catalog as it is now.
   * @returns undefined where that revision is not kept.
   * @throws what making it throws.
   */
  async open(name: FileName, asked?: string): Promise<Opened | undefined> {
    for (;;) {
      const revision = asked ?? (await this.revision());
      const made = await this.made(revision, name);
      if (made) return this.#whole(revision, name, made);
      if (asked !== undefined) return undefined;
      await this.#stopped();
      const mine = this.#making === undefined;
      const making = this.#making ?? this.#start([name]);
      const leave = making.hold();
      const begun = await making.begun.catch(() => undefined);
      const growing = making.files.get(name);
      if (begun !== undefined && growing && (mine || begun === revision))
        return { revision: begun, read: () => followFile(making, growing), leave };
      leave();
      await making.ended;
      if (mine && begun === undefined) throw making.failure;
    }
  }

  /**
   * All files of one revision, made where they are not.
   * @param patienceMs how long to wait for them; the work goes on a while longer.
   * @throws what making them throws.
   */
  async all(patienceMs: number): Promise<{ revision: string; made: Map<FileName, Made> }> {
    const until = performance.now() + patienceMs;
    let revision = await this.revision();
    for (;;) {
      const made = await this.#madeOf(revision);
      if (made.size === FILE_NAMES.length || performance.now() >= until) return { revision, made };
      await this.#stopped();
      const mine = this.#making === undefined;
      const making = this.#making ?? this.#start(FILE_NAMES);
      const leave = making.hold();
      const left = Math.max(0, until - performance.now());
      const isOver = await Promise.race([making.ended.then(() => true), delay(left)]);
      leave(isOver ? 0 : LINGER_MS);
      if (mine && making.failure !== undefined) throw making.failure;
      // Of the state that was made, though the catalog may have changed meanwhile: files that belong together.
      revision = mine && isOver ? await making.begun : await this.revision();
    }
  }

  /** Waits until work that is being given up is over. */
  async #stopped(): Promise<void> {
    while (this.#making?.isStopped()) await this.#making.ended;
  }

  #start(names: readonly FileName[]): Making {
    const making = startMaking(names, this.#source.snapshot, (snapshot: Snapshot) => {
      const revision = revisionOf(snapshot.state);
      return { revision, folder: path.join(this.#folder, revision) };
    });
    this.#making = making;
    making.ended = making.ended.then(async () => {
      this.#making = undefined;
      await this.#tidy();
    });
    return making;
  }

  async #madeOf(revision: string): Promise<Map<FileName, Made>> {
    const made = new Map<FileName, Made>();
    for (const name of FILE_NAMES) {
      const known = await this.made(revision, name);
      if (known) made.set(name, known);
    }
    return made;
  }

  async #whole(revision: string, name: FileName, made: Made): Promise<Opened> {
    const now = new Date();
    // What is asked for is kept.
    await utimes(path.join(this.#folder, revision), now, now).catch(() => {});
    const file = this.#file(revision, name);
    const read = (start = 0, end?: number) =>
      createReadStream(file, { start, end, highWaterMark: 256 * 1024 });
    return { revision, made, read, leave: () => {} };
  }

  #file(revision: string, name: FileName): string {
    return path.join(this.#folder, revision, name);
  }

  /** Removes all states but the newest, and what processes that were killed left behind in them. */
  async #tidy(): Promise<void> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => REVISION.test(name));
    const folders = await Promise.all(
      names.map(async (name) => {
        const folder = path.join(this.#folder, name);
        const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: 0 }));
        return { folder, mtimeMs };
      }),
    );
    folders.sort((a, b) => b.mtimeMs - a.mtimeMs);
    for (const { folder } of folders.slice(KEPT))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** How a state of the catalog is called on the outside. */
export function revisionOf(state: string): string {
  const text = [FORM, DATASET_VERSION, process.versions.zlib, process.versions.zstd, state].join(" ");
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function delay(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref());
}
