/** How fast the live site answers for tool pages, beside a bare handler that runs the same queries. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { startHttpServer } from "../cli/_http-server.ts";
import { AnswerCache } from "../cli/_kept-site.ts";
import { loadSite } from "../cli/_site-build.ts";
import { type Database, getTool, listChanges, similarTools } from "../db/index.ts";
import { readToolPath, toolUrl } from "../site/src/lib/addresses.ts";
import type { Order, Report } from "./_http-load.ts";
import { median } from "./_median.ts";

const CONNECTIONS = 20;
const PAGES = 2_000;
/** Pages that are asked for again and again. */
const POPULAR = 200;
const TURNS = 3;
/** Milliseconds of each turn; three of a kind are a phase. */
const TURN_MS = 3_000;
/** Before: what is compiled while it runs takes a thousand pages. */
const WARM_MS = 8_000;
const LAST_CHANGES = 20;

interface Side {
  name: string;
  port: number;
  paths: string[];
}

/** Measures three sides turn by turn, so that what else the machine does hits all alike, and prints the medians. */
export async function measureLive(database: Database): Promise<void> {
  const site = await loadSite({ signal: new AbortController().signal, onBuild: () => {} });
  const paths = await somePaths(database);
  const [uncached, cached] = await Promise.all([
    startHttpServer("127.0.0.1", 0),
    startHttpServer("127.0.0.1", 0),
  ]);
  const bare = serve({ fetch: bareHandler(database).fetch, hostname: "127.0.0.1", port: 0 });
  await once(bare, "listening");
  const cache = new AnswerCache(256 * 2 ** 20);
  cache.open(true);
  uncached.show({ ...site, locals: { database } });
  cached.show({ ...site, locals: { database }, cache });
  const load = fork(new URL("./_http-load.ts", import.meta.url).pathname);
  const run = async (order: Order): Promise<Report> => {
    load.send(order);
    const [report] = (await once(load, "message")) as [Report];
    return report;
  };
  try {
    const sides: Side[] = [
      { name: "bare Hono, same queries", port: (bare.address() as AddressInfo).port, paths },
      { name: "tool page, uncached", port: Number(new URL(uncached.url).port), paths },
      { name: "tool page, cached", port: Number(new URL(cached.url).port), paths: paths.slice(0, POPULAR) },
    ];
    const reports = new Map<Side, Report[]>(sides.map((side) => [side, []]));
    for (const side of sides) await run({ ...side, connections: CONNECTIONS, ms: WARM_MS });
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const side of sides) {
        reports.get(side)?.push(await run({ ...side, connections: CONNECTIONS, ms: TURN_MS }));
      }
    }
    for (const [{ name }, all] of reports) print(name, all);
    const [hono, page, kept] = [...reports.values()];
    console.log(
      `  uncached is ${ratio(page, hono).toFixed(2)} × bare Hono (target 0.33), cached ${ratio(kept, page).toFixed(1)} × uncached (target 4)`,
    );
  } finally {
    load.kill();
    bare.close();
    await Promise.all([uncached.close(), cached.close()]);
  }
}

/** The same queries as a tool page's, answered as JSON. */
function bareHandler(database: Database): Hono {
  return new Hono().get("/tools/*", async (context) => {
    const address = readToolPath(new URL(context.req.url).pathname, "/tools");
    const tool = address && (await getTool(database, address.server, address.tool));
    if (!tool) return context.notFound();
    const [changes, similar] = await Promise.all([
      listChanges(database, { server: tool.server, tool: tool.name, limit: LAST_CHANGES }),
      similarTools(database, tool),
    ]);
    return context.json({ tool, changes, similar });
  });
}

async function somePaths({ db }: Database): Promise<string[]> {
  const rows = await db.$client`
    select server, name from tools where gone_since is null order by md5(server || name) limit ${PAGES}`;
  return rows.map(({ server, name }) => toolUrl(String(server), String(name)));
}

/** The median over the turns of how many times more one side answered than the other beside it. */
function ratio(ours: Report[] = [], theirs: Report[] = []): number {
  return median(ours.map(({ rate }, turn) => rate / (theirs[turn]?.rate ?? Number.NaN)));
}

function print(name: string, reports: Report[]): void {
  const of = (field: keyof Report) => median(reports.map((report) => report[field]));
  const failed = reports.reduce((sum, report) => sum + report.failed, 0);
  const each = of("bytes") / (of("rate") * (TURN_MS / 1000)) / 1024;
  console.log(
    `  ${name.padEnd(26)}${of("rate").toFixed(0).padStart(7)} a second, p50 ${of("p50").toFixed(1)} ms, p99 ${of("p99").toFixed(1)} ms, ${each.toFixed(0)} KiB each${failed ? `, ${failed} FAILED` : ""}`,
  );
}
