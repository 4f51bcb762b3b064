/** What the build and its workers say to each other. */

import type { Connection } from "../db/index.ts";
import type { OutputFile } from "./_build-output.ts";
import type { Place } from "./_build-places.ts";

/** What a worker is started with. */
export interface Settings {
  /** The output folder. */
  folder: string;
  /** The catalog, which the build has open for as long as there are threads. */
  connection: Connection;
  /** Path in front of every address; empty, or `/sub/path`. */
  base: string;
  /** Scheme, host and port of the site, where they are known. */
  origin?: string;
  /** Addresses that differ only in case. */
  alike: string[];
  /** What the site is loaded from. */
  entry: string;
}

/** Make and write all that is a server's, or make one page (or list) of the whole catalog and hand it back. */
export type Task =
  | { kind: "server"; id: string; state: string }
  | { kind: "page"; place: Place; absent: string[] };

export type Result =
  | { kind: "ready" }
  | { kind: "server"; id: string; files: string[]; tools: number }
  | { kind: "page"; place: Place; files: OutputFile[]; links: Place[] }
  /** `sentence` for what is expected to happen to users, `stack` for what is not. */
  | { kind: "failed"; sentence?: string; stack?: string };

/** A task as a worker gets it, and what it says: tasks are not always done in the order in which they came. */
export interface Asked {
  number: number;
  task: Task;
}
export interface Said {
  /** Of the task; 0 for what is about none. */
  number: number;
  result: Result;
}
