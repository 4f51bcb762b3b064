/** A thread of `placard build`: makes the pages that it is told to, one task after the other. */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type Database, openDatabase } from "../db/index.ts";
import { apiToolsUrl, serverUrl, toolUrl } from "../site/src/lib/addresses.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import { placeOf } from "./_build-addresses.ts";
import { catalogAtRest, catalogOfServer } from "./_build-catalog.ts";
import { appendLines, beginLine, doneLine, JOURNAL } from "./_build-journal.ts";
import type { Result, Settings, Task } from "./_build-messages.ts";
import { type OutputFile, writeFiles } from "./_build-output.ts";
import type { Place } from "./_build-places.ts";
import { ask } from "./_build-render.ts";
import { type Making, makeUnit } from "./_build-unit.ts";
import { CONTENT_SECURITY_POLICY, type PageHandler } from "./_http-server.ts";
import { loadHandler } from "./_site-build.ts";
import { Failure } from "./failure.ts";

/** Bytes of files that are held before they are written. */
const HELD_AT_MOST = 4_000_000;
/** Places of links that are remembered; most pages have the same ones. */
const REMEMBERED = 20_000;

/** What the live site takes for its own host. Nobody can have written it. */
const HOST = new URL(`https://${randomBytes(16).toString("hex")}.invalid`);
/** What examples say where the site's own address is not known. */
const NO_ORIGIN = "https://catalog.example.com";

const settings = workerData as Settings;
const journal = path.join(settings.folder, JOURNAL);
const folders = new Set<string>();
const names = { alike: new Set(settings.alike) };
const places = new Map<string, Place | undefined>();

function place(address: string): Place | undefined {
  // A tool's policy leads to its server's: of that there is one, whatever the tool.
  const live = address.startsWith("/policies?") ? address.replace(/&tool=[^&#]*/, "") : address;
  const known = places.get(live);
  if (known) return known;
  if (places.size > REMEMBERED) places.clear();
  const found = placeOf(live, names);
  places.set(live, found);
  return found;
}

function making(handler: PageHandler, catalog: Catalog): Making {
  const { base, origin } = settings;
  // Pictures for links are drawn in 16 ms each: one for each verdict, not for each tool.
  const shown = { crossOrigin: true, published: true, sharedPictures: true };
  const locals = { catalog, ...shown, publicUrl: origin === undefined ? null : HOST.origin };
  return {
    ask: (live) => ask(handler, live, HOST, locals),
    place,
    base,
    host: HOST.origin,
    origin: origin ?? NO_ORIGIN,
    // A page cannot say for itself who may frame it.
    policy: CONTENT_SECURITY_POLICY.replace(/; frame-ancestors [^;]*/, ""),
  };
}

async function makeServer(
  handler: PageHandler,
  database: Database,
  { id, state }: { id: string; state: string },
): Promise<Result> {
  const unit = `server ${id}`;
  const { catalog, names: tools } = await catalogOfServer(database, id);
  const make = making(handler, catalog);
  const absent = new Set<string>();
  const written = new Set<string>();
  let held: OutputFile[] = [];
  let bytes = 0;
  const flush = () => {
    appendLines(journal, [
      beginLine(
        unit,
        held.map(({ file }) => file),
      ),
    ]);
    writeFiles(settings.folder, held, folders);
    held = [];
    bytes = 0;
  };
  const keep = (files: OutputFile[]) => {
    for (const file of files) {
      written.add(file.file);
      held.push(file);
      bytes += file.body.length;
    }
    if (bytes > HELD_AT_MOST) flush();
  };
  const own = (to: Place) => to.server === id && !written.has(to.file ?? "");
  // The tools' pages come one by one, each with its Markdown: of some servers there are thousands.
  const ofServer = (to: Place) => own(to) && !to.file?.startsWith("tools/");
  const ofTool = (to: Place) => own(to) && !/^tools\/.*\.html$/.test(to.file ?? "");
  const begin = (...live: string[]) => live.flatMap((address) => place(address) ?? []);
  keep(
    (await makeUnit(make, begin(serverUrl(id), apiToolsUrl({ server: id, limit: 200 })), ofServer, absent))
      .files,
  );
  for (const tool of tools) {
    keep((await makeUnit(make, begin(toolUrl(id, tool)), ofTool, absent)).files);
  }
  flush();
  appendLines(journal, [doneLine(unit, state)]);
  return { kind: "server", id, files: [...written], tools: tools.length };
}

async function run(handler: PageHandler, database: Database, task: Task): Promise<Result> {
  if (task.kind === "server") return makeServer(handler, database, task);
  const make = making(handler, catalogAtRest(database));
  const made = await makeUnit(make, [task.place], () => false, new Set(task.absent));
  return { kind: "page", place: task.place, files: made.files, links: [...made.links.values()] };
}

function failed(error: unknown): Result {
  if (error instanceof Failure) return { kind: "failed", sentence: error.message };
  return { kind: "failed", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error("This file is a worker of placard build and does nothing by itself.");
  const handler = await loadHandler();
  const opened = await openDatabase({ home: settings.home, url: settings.url });
  if (!opened.ok) throw new Failure(opened.reason);
  const { database } = opened;
  port.on("message", (task: Task | { kind: "end" }) => {
    if (task.kind === "end") {
      void database.close().finally(() => port.close());
      return;
    }
    run(handler, database, task)
      .catch(failed)
      .then((result) => port.postMessage(result));
  });
  port.postMessage({ kind: "ready" } satisfies Result);
}

main().catch((error) => parentPort?.postMessage(failed(error)));
