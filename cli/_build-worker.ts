/**
 * A thread of `placard build`: makes the pages that it is told to, one task after the other. It is bundled with the site
 * (`site/astro.config.ts`), whose code it shares: as sources, five hundred files, it would take each thread two seconds.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Database, joinDatabase } from "../db/index.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import { catalogAtRest, catalogOfServer } from "./_build-catalog.ts";
import { listsOf } from "./_build-lists.ts";
import { makingFor } from "./_build-making.ts";
import type { Asked, Result, Said, Settings, Task } from "./_build-messages.ts";
import { makeServer } from "./_build-server.ts";
import { type Making, makeUnit } from "./_build-unit.ts";
import { loadHandler } from "./_load-handler.ts";
import { Failure } from "./failure.ts";

type ServerTask = Extract<Task, { kind: "server" }>;
type PageTask = Extract<Task, { kind: "page" }>;

const settings = workerData as Settings;
const target = { folder: settings.folder, folders: new Set<string>() };

/** What all tasks of this thread are done with. */
interface Means {
  making(catalog: Catalog): Making;
  database: Database;
  catalog: Catalog;
}

/** Servers are made one after the other: what is remembered of one helps with its other pages. */
let servers: Promise<unknown> = Promise.resolve();

function makeNext({ making, database, catalog }: Means, task: ServerTask): Promise<Result> {
  // Read while the one before is made.
  const read = catalogOfServer(database, catalog, task.id);
  const made = Promise.allSettled([read, servers]).then(async () => {
    const { files, tools } = await makeServer(await read, making, task, target);
    return { kind: "server", id: task.id, files, tools } as const;
  });
  servers = made;
  return made;
}

async function makePage({ making, catalog }: Means, task: PageTask): Promise<Result> {
  const make = making({ ...catalog, tools: listsOf(catalog) });
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
  const making = makingFor(await loadHandler(settings.entry), settings);
  const database = joinDatabase(settings.connection);
  const means = { making, database, catalog: catalogAtRest(database) };
  const say = (number: number, result: Result) => port.postMessage({ number, result } satisfies Said);
  port.on("message", (message: Asked | { kind: "end" }) => {
    if ("kind" in message) {
      void database.close().finally(() => port.close());
      return;
    }
    const { number, task } = message;
    const made = task.kind === "server" ? makeNext(means, task) : makePage(means, task);
    void made.catch(failed).then((result) => say(number, result));
  });
  say(0, { kind: "ready" });
}

main().catch((error) => parentPort?.postMessage({ number: 0, result: failed(error) } satisfies Said));
