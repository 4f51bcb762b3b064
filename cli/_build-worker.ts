/** A thread of `placard build`: makes the pages that it is told to, one task after the other. */
import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { type Database, openDatabase } from "../db/index.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import type { PageHandler } from "./_ask-site.ts";
import { placeOf } from "./_build-addresses.ts";
import { catalogAtRest, catalogOfServer } from "./_build-catalog.ts";
import { listsOf } from "./_build-lists.ts";
import type { Asked, Result, Said, Settings, Task } from "./_build-messages.ts";
import type { Place } from "./_build-places.ts";
import { ask } from "./_build-render.ts";
import { makeServer } from "./_build-server.ts";
import { type Making, makeUnit } from "./_build-unit.ts";
import { CONTENT_SECURITY_POLICY } from "./_http-server.ts";
import type { Frames } from "./_page-frame.ts";
import { loadHandler } from "./_site-build.ts";
import { Failure } from "./failure.ts";

/** Places of links that are remembered; most pages have the same ones. */
const REMEMBERED = 20_000;

/** What the live site takes for its own host. Nobody can have written it. */
const HOST = new URL(`https://${randomBytes(16).toString("hex")}.invalid`);
/** What examples say where the site's own address is not known. */
const NO_ORIGIN = "https://catalog.example.com";

type ServerTask = Extract<Task, { kind: "server" }>;
type PageTask = Extract<Task, { kind: "page" }>;

const settings = workerData as Settings;
const target = { folder: settings.folder, folders: new Set<string>() };
const names = { alike: new Set(settings.alike) };
const places = new Map<string, Place | undefined>();
const frames: Frames = {};

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
    site: locals.publicUrl ?? undefined,
    frames,
    // A page cannot say for itself who may frame it.
    policy: CONTENT_SECURITY_POLICY.replace(/; frame-ancestors [^;]*/, ""),
  };
}

/** Servers are made one after the other: what is remembered of one helps with its other pages. */
let servers: Promise<unknown> = Promise.resolve();

function makeNext(handler: PageHandler, database: Database, task: ServerTask): Promise<Result> {
  // Read while the one before is made.
  const read = catalogOfServer(database, task.id);
  const made = Promise.allSettled([read, servers]).then(async () => {
    const { files, tools } = await makeServer(
      await read,
      (catalog) => making(handler, catalog),
      task,
      target,
    );
    return { kind: "server", id: task.id, files, tools } as const;
  });
  servers = made;
  return made;
}

async function makePage(handler: PageHandler, database: Database, task: PageTask): Promise<Result> {
  const catalog = catalogAtRest(database);
  const make = making(handler, { ...catalog, tools: listsOf(catalog) });
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
  const say = (number: number, result: Result) => port.postMessage({ number, result } satisfies Said);
  port.on("message", (message: Asked | { kind: "end" }) => {
    if ("kind" in message) {
      void database.close().finally(() => port.close());
      return;
    }
    const { number, task } = message;
    const made =
      task.kind === "server" ? makeNext(handler, database, task) : makePage(handler, database, task);
    void made.catch(failed).then((result) => say(number, result));
  });
  say(0, { kind: "ready" });
}

main().catch((error) => parentPort?.postMessage({ number: 0, result: failed(error) } satisfies Said));
