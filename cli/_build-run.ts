/** `placard build`: what has changed is made anew, by threads; the rest stays as it is. */
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { CATEGORIES, FACETS, RISKS } from "../classifier/index.ts";
import { type Database, namesAlike, openDatabase, type ServerState, serverStates } from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";
import { categoryUrl, facetUrl, riskUrl, siteImageUrl, verdictImageUrl } from "../site/src/lib/addresses.ts";
import { type Place, placeOf } from "./_build-addresses.ts";
import {
  appendLines,
  beginLine,
  compactJournal,
  doneLine,
  headLine,
  JOURNAL,
  type Unit,
} from "./_build-journal.ts";
import type { Settings } from "./_build-messages.ts";
import { areThere, digestOf, type OutputFile, openOutput, removeFiles, writeFiles } from "./_build-output.ts";
import { searchFiles } from "./_build-search.ts";
import { startWorkers, type Workers } from "./_build-workers.ts";
import { refreshVerdicts } from "./_refresh-verdicts.ts";
import { buildSite } from "./_site-build.ts";
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
const FORM = 1;
/** Where everything that is not a server's is linked from, in the end. */
const BEGINNINGS = [
  "/",
  "/404",
  "/search",
  "/tools",
  "/servers",
  "/changes",
  ...RISKS.map(riskUrl),
  ...CATEGORIES.map(categoryUrl),
  ...FACETS.map(facetUrl),
  "/api/v1/servers",
  "/api/v1/tools",
  "/api/v1/changes",
  "/api/v1/stats",
  "/llms.txt",
  "/changes.atom",
  "/changes.json",
];

/** What needs whole addresses: a sitemap and where to find it, and the pictures that links are shown with. */
const WHOLE = [
  "/robots.txt",
  "/sitemap.xml",
  siteImageUrl(),
  ...CATEGORIES.flatMap((category) => RISKS.map((risk) => verdictImageUrl(category, risk))),
];

/**
 * Builds the static site.
 * @throws Failure, one sentence, for everything that is the folder's, the catalog's or the pages' fault; the signal's
 * reason when it aborts. What was written until then stays and is gone on with by the next build.
 */
export async function runBuild(options: BuildOptions): Promise<Built> {
  const before = openOutput(options.folder);
  const opened = await openDatabase({
    home: options.home,
    url: options.url,
    onNotice: (notice) => options.note(`${notice} …`),
  });
  if (!opened.ok) throw new Failure(opened.reason);
  const { database } = opened;
  try {
    await refreshVerdicts(database, options.corrections, options.signal, options.note);
    const states = await serverStates(database);
    if (states.length === 0) {
      throw new Failure(
        "Building the site: the catalog is empty. Crawl a server first, such as: placard crawl npm:@modelcontextprotocol/server-memory",
      );
    }
    const site = await buildSite({
      signal: options.signal,
      onBuild: () => options.note("Building the pages, once for these sources …"),
    });
    const alike = await namesAlike(database);
    const made = digestOf(String(FORM), site.inputs, options.base, options.origin ?? "");
    const known = before?.units ?? new Map<string, Unit>();
    if (before?.made !== made) for (const unit of known.values()) unit.state = undefined;
    appendLines(path.join(options.folder, JOURNAL), [headLine(made)]);
    const build = new Build(options, known, { database, alike, clientFolder: site.clientFolder });
    const result = await build.run(states);
    const compact = compactJournal({ made, units: build.fresh });
    writeFiles(options.folder, [{ file: JOURNAL, body: compact }], new Set([options.folder]));
    return result;
  } finally {
    await database.close();
  }
}

interface Catalogued {
  database: Database;
  alike: string[];
  clientFolder: string;
}

class Build {
  /** The units of this build with their files. */
  readonly fresh = new Map<string, Unit>();
  readonly #options: BuildOptions;
  readonly #known: Map<string, Unit>;
  readonly #catalogued: Catalogued;
  readonly #folders = new Set<string>();
  #written = 0;

  constructor(options: BuildOptions, known: Map<string, Unit>, catalogued: Catalogued) {
    this.#options = options;
    this.#known = known;
    this.#catalogued = catalogued;
  }

  async run(states: ServerState[]): Promise<Built> {
    const { folder, home, url, base, origin } = this.#options;
    const { alike, database } = this.#catalogued;
    const stale = states.map((server) => this.#withNames(server)).filter((server) => !this.#isDone(server));
    const settings: Settings = { folder, home, url, base, origin, alike };
    await this.#assets();
    const workers = startWorkers(settings, stale.length + BEGINNINGS.length);
    let tools = 0;
    try {
      const { signal } = this.#options;
      signal.throwIfAborted();
      signal.addEventListener("abort", () => workers.stop(signal.reason), { once: true });
      tools = await this.#servers(workers, stale);
      await this.#pages(workers);
    } finally {
      await workers.end();
    }
    this.#options.signal.throwIfAborted();
    const search = await searchFiles(database, { alike: new Set(alike) });
    this.#put("search", search.files, search.state);
    const removed = this.#sweep();
    const files = [...this.fresh.values()].reduce((sum, unit) => sum + unit.files.length, 0);
    return { servers: states.length, made: stale.length, tools, files, written: this.#written, removed };
  }

  /** Whose address is like another's changes when that one comes or goes. */
  #withNames({ id, state }: ServerState): ServerState {
    const small = id.toLowerCase();
    const like = this.#catalogued.alike.filter(
      (name) => name === `servers/${small}` || name.startsWith(`tools/${small}/`),
    );
    return { id, state: like.length === 0 ? state : digestOf(state, ...like) };
  }

  #isDone({ id, state }: ServerState): boolean {
    const name = `server ${id}`;
    const unit = this.#known.get(name);
    if (unit?.state !== state || !areThere(this.#options.folder, unit.files)) return false;
    this.fresh.set(name, unit);
    return true;
  }

  async #servers(workers: Workers, servers: ServerState[]): Promise<number> {
    let tools = 0;
    let done = 0;
    let said = performance.now();
    await Promise.all(
      servers.map(async ({ id, state }) => {
        const result = await workers.run({ kind: "server", id, state });
        if (result.kind !== "server") return;
        this.fresh.set(`server ${id}`, { files: result.files, state });
        this.#written += result.files.length;
        tools += result.tools;
        done += 1;
        if (performance.now() - said < NOTE_EVERY_MS) return;
        said = performance.now();
        this.#options.note(`${done} of ${servers.length} servers, ${tools} tools …`);
      }),
    );
    return tools;
  }

  /** Pages of the whole catalog, and those they link to. A link to a file that is not there becomes text. */
  async #pages(workers: Workers): Promise<void> {
    const names = { alike: new Set(this.#catalogued.alike) };
    const there = new Set([...this.fresh.values()].flatMap((unit) => unit.files));
    const made = new Map<string, { place: Place; files: OutputFile[]; links: Place[] }>();
    const asked = new Set<string>();
    const make = async (place: Place, absent: string[]): Promise<void> => {
      const result = await workers.run({ kind: "page", place, absent });
      if (result.kind !== "page") return;
      made.set(place.file ?? "", result);
      for (const { file } of result.files) there.add(file);
      await Promise.all(
        result.links.map(async (to) => {
          const { file = "" } = to;
          if (to.server !== undefined || there.has(file) || asked.has(file)) return;
          asked.add(file);
          await make(to, []);
        }),
      );
    };
    const maps = this.#options.origin === undefined ? [] : WHOLE;
    const first = [...BEGINNINGS, ...maps]
      .flatMap((live) => placeOf(live, names) ?? [])
      .map((place) => (place.live === "/404" ? { ...place, file: "404.html" } : place));
    for (const { file = "" } of first) asked.add(file);
    await Promise.all(first.map((place) => make(place, [])));
    for (const { place, links } of [...made.values()]) {
      const absent = links.flatMap(({ file = "" }) => (there.has(file) ? [] : [file]));
      if (absent.length > 0) await make(place, absent);
    }
    for (const [file, { files }] of made) {
      for (const item of files) this.#put(`page ${item.file}`, [item], digestOf(item.body));
      if (files.length === 0 && REQUIRED.has(file))
        throw new Failure(`Making ${file}: the site has no such page. Remove site/dist and build again.`);
    }
  }

  async #assets(): Promise<void> {
    const { clientFolder } = this.#catalogued;
    const files: OutputFile[] = [
      // GitHub Pages would leave out _astro/ otherwise.
      { file: ".nojekyll", body: "" },
    ];
    for await (const entry of glob("**/*", { cwd: clientFolder, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const full = path.join(entry.parentPath, entry.name);
      const file = path.relative(clientFolder, full).split(path.sep).join("/");
      files.push({ file, body: await readFile(full) });
    }
    this.#put("assets", files, digestOf(...files.flatMap(({ file, body }) => [file, body])));
  }

  /** Writes a unit's files, unless they are there already. */
  #put(unit: string, files: OutputFile[], state: string): void {
    const names = files.map(({ file }) => file);
    this.fresh.set(unit, { files: names, state });
    const { folder } = this.#options;
    const known = this.#known.get(unit);
    if (known?.state === state && areThere(folder, names)) return;
    const journal = path.join(folder, JOURNAL);
    appendLines(journal, [beginLine(unit, names)]);
    writeFiles(folder, files, this.#folders);
    appendLines(journal, [doneLine(unit, state)]);
    this.#written += files.length;
  }

  /** Removes what earlier builds wrote and this one has no more. */
  #sweep(): number {
    const kept = new Set([...this.fresh.values()].flatMap((unit) => unit.files));
    const old = [...this.#known.values()].flatMap((unit) => unit.files).filter((file) => !kept.has(file));
    removeFiles(this.#options.folder, new Set(old));
    return new Set(old).size;
  }
}

const NOTE_EVERY_MS = 5_000;
/** Without these there is no site. */
const REQUIRED = new Set(["index.html", "404.html", "search/index.html", "servers/index.html"]);
