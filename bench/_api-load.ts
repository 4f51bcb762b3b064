/** A catalog served over HTTP, and a process that asks it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { startHttpServer } from "../cli/_http-server.ts";
import { AnswerCache } from "../cli/_kept-site.ts";
import { loadSite } from "../cli/_site-build.ts";
import type { Database } from "../db/index.ts";
import type { Order, Report } from "./_http-load.ts";

/** Two cores answer, ask and look up. */
const CONNECTIONS = 4;
const KEPT_BYTES = 256 * 2 ** 20;

export interface Served {
  database: Database;
  /** Where each answer is made anew. */
  port: number;
  /** Where answers are kept, as `placard serve` keeps them. */
  keptPort: number;
  close(): Promise<void>;
}

/** Serves a catalog twice, as `placard serve` does: with answers made anew, and with answers kept. */
export async function serveCatalog(database: Database): Promise<Served> {
  const site = await loadSite({ signal: new AbortController().signal, onBuild: () => {} });
  const [anew, kept] = await Promise.all([startHttpServer("127.0.0.1", 0), startHttpServer("127.0.0.1", 0)]);
  const cache = new AnswerCache(KEPT_BYTES);
  cache.open(true);
  anew.show({ ...site, locals: { database } });
  kept.show({ ...site, locals: { database }, cache });
  return {
    database,
    port: Number(new URL(anew.url).port),
    keptPort: Number(new URL(kept.url).port),
    async close() {
      await Promise.all([anew.close(), kept.close()]);
    },
  };
}

/** @returns what asks: each order by itself, with as many connections as there are to be */
export function startLoad(): { run(order: Omit<Order, "connections">): Promise<Report>; stop(): void } {
  const load = fork(new URL("./_http-load.ts", import.meta.url).pathname);
  return {
    async run(order) {
      load.send({ ...order, connections: CONNECTIONS });
      const [report] = (await once(load, "message")) as [Report];
      if (report.failed > 0)
        console.log(`  ${report.failed} answers were of another kind: ${order.paths[0]}`);
      return report;
    },
    stop: () => void load.kill(),
  };
}
