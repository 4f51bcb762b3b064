/** The units of a static site, each a set of files with what they were made from: those that were there, and those of this build. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { appendLines, beginLine, doneLine, JOURNAL, type Unit } from "./_build-journal.ts";
import { areThere, type OutputFile, removeFiles, writeFiles } from "./_build-output.ts";

export class Units {
  /** Those of this build. */
  readonly fresh = new Map<string, Unit>();
  /** Files that this build wrote. */
  written = 0;
  readonly #folder: string;
  readonly #known: ReadonlyMap<string, Unit>;
  readonly #folders = new Set<string>();

  /** @param known the units that the build before left. */
  constructor(folder: string, known: ReadonlyMap<string, Unit>) {
    this.#folder = folder;
    this.#known = known;
  }

  /** Keeps a unit that was made from the same, if all its files are there. */
  keep(name: string, state: string): boolean {
    const unit = this.#known.get(name);
    if (unit?.state !== state || !areThere(this.#folder, unit.files)) return false;
    this.fresh.set(name, unit);
    return true;
  }

  /** Keeps all that the build before left, if it is whole. */
  keepAll(): boolean {
    for (const [name, { state }] of this.#known) {
      if (state !== undefined && this.keep(name, state)) continue;
      this.fresh.clear();
      return false;
    }
    return true;
  }

  /** Notes a unit whose files are written already. */
  wrote(name: string, files: string[], state: string): void {
    this.fresh.set(name, { files, state });
    this.written += files.length;
  }

  /** Writes a unit's files, unless they are there already. */
  put(name: string, files: OutputFile[], state: string): void {
    const names = files.map(({ file }) => file);
    if (this.keep(name, state)) {
      this.fresh.set(name, { files: names, state });
      return;
    }
    const journal = path.join(this.#folder, JOURNAL);
    appendLines(journal, [beginLine(name, names)]);
    writeFiles(this.#folder, files, this.#folders);
    appendLines(journal, [doneLine(name, state)]);
    this.wrote(name, names, state);
  }

  /**
   * Makes a unit unless it is there already: for files that are too large to be held.
   * @param write writes them, and gives those that it has not written.
   */
  async make(
    name: string,
    files: string[],
    state: string,
    write: () => Promise<OutputFile[]>,
  ): Promise<void> {
    if (this.keep(name, state)) return;
    const journal = path.join(this.#folder, JOURNAL);
    appendLines(journal, [beginLine(name, files)]);
    for (const file of files) mkdirSync(path.dirname(path.join(this.#folder, file)), { recursive: true });
    writeFiles(this.#folder, await write(), this.#folders);
    appendLines(journal, [doneLine(name, state)]);
    this.wrote(name, files, state);
  }

  /** All files of this build. */
  files(): Set<string> {
    return new Set([...this.fresh.values()].flatMap((unit) => unit.files));
  }

  /** Removes what earlier builds wrote and this one has no more. Says how many files that were. */
  sweep(): number {
    const kept = this.files();
    const all = [...this.#known.values()].flatMap((unit) => unit.files);
    const old = new Set(all.filter((file) => !kept.has(file)));
    removeFiles(this.#folder, old);
    return old.size;
  }
}
