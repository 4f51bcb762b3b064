/** A thread of `placard build`: makes the pages that it is told to, one task after the other. */
import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { type Database, openDatabase } from "../db/index.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import type { PageHandler } from "./_ask-site.ts";
import { placeOf } from "./_build-addresses.ts";
import { catalogAtRest } from "./_build-catalog.ts";
import type { Frames } from "./_build-frame.ts";
import type { Result, Settings, Task } from "./_build-messages.ts";
import type { Place } from "./_build-places.ts";
import { ask } from "./_build-render.ts";
import { makeServer } from "./_build-server.ts";
import { type Making, makeUnit } from "./_build-unit.ts";
import { CONTENT_SECURITY_POLICY } from "./_http-server.ts";
import { loadHandler } from "./_site-build.ts";
import { Failure } from "./failure.ts";

/** Places of links that are remembered; most pages have the same ones. */
const REMEMBERED = 20_000;

/** What the live site takes for its own host. Nobody can have written it. */
const HOST = new URL(`https://${randomBytes(16).toString("hex")}.invalid`);
/** What examples say where the site's own address is not known. */
const NO_ORIGIN = "https://catalog.example.com";

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

async function run(handler: PageHandler, database: Database, task: Task): Promise<Result> {
  if (task.kind === "server") {
    const made = await makeServer(database, (catalog) => making(handler, catalog), task, target);
    return { kind: "server", id: task.id, ...made };
  }
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
