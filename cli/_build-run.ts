/** `placard build`: what has changed is made anew, by threads; the rest stays as it is. */
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import {
  type Database,
  namesAlike,
  openDatabase,
  type ServerState,
  searchState,
  serverStates,
} from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";
import { makeDataset } from "./_build-dataset.ts";
import { appendLines, compactJournal, headLine, JOURNAL, type Journal } from "./_build-journal.ts";
import { digestOf, type OutputFile, openOutput, writeFiles } from "./_build-output.ts";
import { makePages } from "./_build-pages.ts";
import { makeSearch } from "./_build-search.ts";
import { Units } from "./_build-units.ts";
import { startWorkers, type Workers } from "./_build-workers.ts";
import { refreshVerdicts } from "./_refresh-verdicts.ts";
import { keepSite } from "./_site-build.ts";
import { Failure } from "./failure.ts";

export interface BuildOptions {
  /** The output folder, absolute. */
  folder: string;
  /** Path in front of every address; empty, or `/sub/path`. */
  base: string;
  /** Scheme, host and port of the site, where they are known. */
  origin?: string;
  /** Placard's data folder, and the address of a database of the user's own. */
  home: string;
  url?: string;
  corrections: Corrections;
  signal: AbortSignal;
  /** Told, in one sentence, what takes a moment. */
  note(sentence: string): void;
}

/** What a build did. */
export interface Built {
  servers: number;
  /** Servers whose pages were made; the others had not changed. */
  made: number;
  /** Tool pages that were made. */
  tools: number;
  /** Files of the site, and of them those that were written now. */
  files: number;
  written: number;
  removed: number;
}

/** Raise it when the same catalog has to be written anew: the form of files, not their content. */
const FORM = 2;
const NOTE_EVERY_MS = 5_000;

/**
 * Builds the static site.
 * @throws Failure, one sentence, for everything that is the folder's, the catalog's or the pages' fault; the signal's
 * reason when it aborts. What was written until then stays and is gone on with by the next build.
 */
export async function runBuild(options: BuildOptions): Promise<Built> {
  const { journal, close } = openOutput(options.folder);
  try {
    const opened = await openDatabase({
      home: options.home,
      url: options.url,
      onNotice: (notice) => options.note(`${notice} …`),
    });
    if (!opened.ok) throw new Failure(opened.reason);
    try {
      return await buildFrom(opened.database, journal, options);
    } finally {
      await opened.database.close();
    }
  } finally {
    close();
  }
}

async function buildFrom(
  database: Database,
  before: Journal | undefined,
  options: BuildOptions,
): Promise<Built> {
  const { folder, base, origin, signal, note } = options;
  await refreshVerdicts(database, options.corrections, signal, note);
  const states = await serverStates(database);
  if (states.length === 0) {
    throw new Failure(
      "Building the site: the catalog is empty. Crawl a server first, such as: placard crawl npm:@modelcontextprotocol/server-memory",
    );
  }
  const { inputs, clientFolder, entry } = await keepSite({
    signal,
    onBuild: () => note("Building the pages, once for these sources …"),
  });
  const alike = await namesAlike(database);
  const made = digestOf(String(FORM), inputs, base, origin ?? "");
  const catalog = digestOf(...states.flatMap(({ id, state }) => [id, state]), "", ...alike);
  const known = before?.units ?? new Map();
  if (before?.made !== made) for (const unit of known.values()) unit.state = undefined;
  const units = new Units(folder, known);
  if (before?.made === made && before.catalog === catalog && units.keepAll())
    return { servers: states.length, made: 0, tools: 0, files: units.files().size, written: 0, removed: 0 };
  appendLines(path.join(folder, JOURNAL), [headLine(made)]);
  const result = await makeChanged({ database, states, alike, clientFolder, entry }, units, options);
  const compact = compactJournal({ made, catalog, units: units.fresh });
  writeFiles(folder, [{ file: JOURNAL, body: compact }], new Set([folder]));
  return result;
}

interface Catalogued {
  database: Database;
  states: ServerState[];
  /** Addresses that differ only in case. */
  alike: string[];
  clientFolder: string;
  /** What the site is loaded from. */
  entry: string;
}

/** Makes what is not there yet, and removes what is no longer needed. */
async function makeChanged(
  { database, states, alike, clientFolder, entry }: Catalogued,
  units: Units,
  { folder, base, origin, signal, note }: BuildOptions,
): Promise<Built> {
  const stale = states
    .map((server) => withNames(server, alike))
    .filter(({ id, state }) => !units.keep(`server ${id}`, state));
  const names = { alike: new Set(alike) };
  const assets = await assetFiles(clientFolder);
  units.put("assets", assets, digestOf(...assets.flatMap(({ file, body }) => [file, body])));
  signal.throwIfAborted();
  const { connection } = database;
  const workers = startWorkers({ folder, connection, base, origin, alike, entry }, stale.length);
  const stop = () => workers.stop(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  let tools = 0;
  try {
    const listed = digestOf(await searchState(database), ...alike);
    const servers = makeServers(workers, units, stale, note);
    const rest = Promise.all([
      servers,
      makeSearch(database, units, { names, state: listed, servers }),
      makeDataset(database, units, { folder, base, names, signal }),
    ]);
    await Promise.all([
      rest,
      makePages(workers, units, names, { isWhole: origin !== undefined, listed, rest }),
    ]);
    [tools] = await rest;
  } finally {
    signal.removeEventListener("abort", stop);
    await workers.end();
  }
  signal.throwIfAborted();
  const removed = units.sweep();
  const { written } = units;
  return {
    servers: states.length,
    made: stale.length,
    tools,
    files: units.files().size,
    written,
    removed,
  };
}

/** Whose address is like another's changes when that one comes or goes. */
function withNames({ id, state }: ServerState, alike: readonly string[]): ServerState {
  const small = id.toLowerCase();
  const like = alike.filter((name) => name === `servers/${small}` || name.startsWith(`tools/${small}/`));
  return { id, state: like.length === 0 ? state : digestOf(state, ...like) };
}

/** @returns how many tools they have. */
async function makeServers(
  workers: Workers,
  units: Units,
  servers: readonly ServerState[],
  note: BuildOptions["note"],
): Promise<number> {
  let tools = 0;
  let done = 0;
  let said = performance.now();
  await Promise.all(
    servers.map(async ({ id, state }) => {
      const result = await workers.run({ kind: "server", id, state });
      if (result.kind !== "server") return;
      units.wrote(`server ${id}`, result.files, state);
      tools += result.tools;
      done += 1;
      if (performance.now() - said < NOTE_EVERY_MS) return;
      said = performance.now();
      note(`${done} of ${servers.length} servers, ${tools} tools …`);
    }),
  );
  return tools;
}

/** Styles, scripts and pictures, as the site was built with them. */
async function assetFiles(clientFolder: string): Promise<OutputFile[]> {
  // GitHub Pages would leave out _astro/ otherwise.
  const files: OutputFile[] = [{ file: ".nojekyll", body: "" }];
  for await (const entry of glob("**/*", { cwd: clientFolder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = path.join(entry.parentPath, entry.name);
    const file = path.relative(clientFolder, full).split(path.sep).join("/");
    files.push({ file, body: await readFile(full) });
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}
