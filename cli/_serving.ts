import { once } from "node:events";
import path from "node:path";
import { classify, type ToolDefinition } from "../classifier/index.ts";
import type { Source } from "../crawler/index.ts";
import { type Database, openDatabase } from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";
import { readTrustedProxies } from "./_client-address.ts";
import { readContact } from "./_contact.ts";
import { readCorrections } from "./_corrections.ts";
import { crawlInto } from "./_crawl-run.ts";
import { type HttpServer, startHttpServer } from "./_http-server.ts";
import { readPublicUrl } from "./_public-url.ts";
import { readRateLimit } from "./_rate-limit.ts";
import { refreshVerdicts } from "./_refresh-verdicts.ts";
import { rootMessage } from "./_root-message.ts";
import { loadSite } from "./_site-build.ts";
import { readStarter } from "./_starter.ts";
import { type StatusLine, statusLine } from "./_status-line.ts";
import { warmUp } from "./_warm-up.ts";
import { readCacheLimit, watchedCache } from "./_watched-cache.ts";
import { EXIT, Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import type { ServeOptions } from "./serve.ts";

/** How many servers of the starter set are crawled at the same time. */
const CONCURRENCY = 2;

/** Serves until Ctrl-C; `serve.ts` says how it is called. */
export async function runServe(options: ServeOptions, io: Io): Promise<void> {
  const signal = io.signal();
  const port = readPort(options.port ?? io.env.PORT);
  const publicUrl = readPublicUrl(options.url ?? io.env.PLACARD_URL);
  const cacheLimit = readCacheLimit(options.pageCache);
  const rateLimit = readRateLimit(options.rateLimit);
  const proxies = readTrustedProxies(options.trustProxy);
  const host = options.host || io.env.HOST || "127.0.0.1";
  const home = placardHome(io.env);
  const contact = readContact(undefined, io.env);
  const corrections = await readCorrections(io.env);
  const sources = options.starter
    ? await readStarter(options.starter === true ? undefined : options.starter)
    : [];
  const http = await startHttpServer(host, port, allowedHosts(options, io.env), { rateLimit, proxies });
  try {
    const database = await open(home, io);
    try {
      await serveCatalog({
        http,
        database,
        sources,
        corrections,
        signal,
        home,
        contact,
        publicUrl,
        cacheLimit,
        status: statusLine(io),
      });
    } finally {
      await database.close();
    }
  } catch (error) {
    // Stopped on purpose is a good end for a server.
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    await http.close();
  }
}

/** Names as people write them: without scheme and port. */
function allowedHosts({ allowHost }: ServeOptions, env: NodeJS.ProcessEnv): string[] {
  const names = allowHost ?? (env.PLACARD_ALLOWED_HOSTS ?? "").split(",").map((name) => name.trim());
  return names
    .filter((name) => name !== "")
    .map((name) => {
      if (/^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d+)?$/i.test(name)) return name;
      const said = `Reading the allowed host ${JSON.stringify(name)}: it is not a host's name`;
      throw new Failure(
        `${said}. Write it without scheme and path, such as catalog.example.com.`,
        EXIT.usage,
      );
    });
}

function readPort(text: string | undefined): number {
  if (!text) return 4321;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Failure(
    `Reading the port "${text}": it is not a number from 0 to 65535. Try --port 4321.`,
    EXIT.usage,
  );
}

async function open(home: string, io: Io): Promise<Database> {
  const opened = await openDatabase({
    home,
    url: io.env.DATABASE_URL,
    onNotice: (notice) => io.note(`${notice} …`),
  });
  if (!opened.ok) throw new Failure(opened.reason);
  return opened.database;
}

interface Serving {
  http: HttpServer;
  database: Database;
  sources: Source[];
  corrections: Corrections;
  signal: AbortSignal;
  home: string;
  contact: string | undefined;
  publicUrl: string | undefined;
  /** Bytes of pages that are kept in memory. */
  cacheLimit: number;
  status: StatusLine;
}

/** Runs until the signal aborts; then everything it has started has ended. */
async function serveCatalog(serving: Serving): Promise<void> {
  const { http, database, corrections, signal, home, publicUrl, cacheLimit, status } = serving;
  // Crawling does not wait for the pages: on a fresh clone they take their time, and so do the first installs.
  const work = new AbortController();
  const stop = AbortSignal.any([signal, work.signal]);
  const background = fillCatalog(serving, stop);
  const kept = watchedCache(database, cacheLimit);
  try {
    const onBuild = () => status.note("Building the pages, once for these sources …");
    const site = await loadSite({ signal, onBuild });
    const datasetFolder = path.join(home, "exports");
    const judge = (definition: ToolDefinition) => corrections.apply(classify(definition));
    const locals = { database, publicUrl, judge, datasetFolder };
    http.show({ ...site, locals, cache: kept.cache });
    await warmUp(site.handler, locals, signal);
    await status.out(`Placard is at ${http.url} (Ctrl-C stops it)\n`);
    if (!signal.aborted) await once(signal, "abort");
    status.note("Stopping …");
    await http.close();
  } finally {
    work.abort();
    await background;
    await kept.stop();
  }
}

/** Brings old verdicts up to the present rules and corrections, then crawls. Says what went wrong; the site goes on without it. */
async function fillCatalog(
  { database, sources, corrections, home, contact, status }: Serving,
  signal: AbortSignal,
): Promise<void> {
  try {
    await refreshVerdicts(database, corrections, signal, status.note);
    if (sources.length === 0 || signal.aborted) return;
    const crawled = await crawlInto(database, sources, status, {
      home,
      signal,
      contact,
      corrections,
      concurrency: CONCURRENCY,
    });
    if (crawled === 0) status.note("The starter set is in the catalog already.");
  } catch (error) {
    if (signal.aborted) return;
    status.note(
      `placard: filling the catalog: ${rootMessage(error)}. The pages show what is there; start again to go on.`,
    );
  }
}
