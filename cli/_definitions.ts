import { type Entry, NoEntriesError, type RefusedEntry, readEntries } from "../classifier/index.ts";
import { nameOf, readLines } from "./_lines.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { brief } from "./render/text.ts";

/**
 * Reads tool definitions from a file or stdin ("-"), in any shape that `readEntries` knows.
 * @throws Failure when the input cannot be read at all.
 */
export async function* readDefinitions(path: string, io: Io): AsyncGenerator<Entry> {
  try {
    yield* readEntries(readLines(path, io), nameOf(path));
  } catch (error) {
    throw error instanceof NoEntriesError ? new Failure(error.message) : error;
  }
}

/** What was left out of this input, for people: `"send" (tools.json, entry 2)`, `tools.json, line 3`. */
export function leftOut({ name, place }: RefusedEntry, path: string): string {
  const where = place === undefined ? nameOf(path) : `${nameOf(path)}, ${place}`;
  return name === undefined || name === "" ? `an entry (${where})` : `"${brief(name, 60)}" (${where})`;
}
