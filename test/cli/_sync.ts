import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { runWorker } from "../../cli/worker.ts";
import { type Database, openQueue, type QueueCounts } from "../../db/index.ts";
import { correctionsOf } from "../../policy/index.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const LAUNCHER = path.join(ROOT, "cli/placard.mjs");
const SIMULATOR = path.join(ROOT, "bench/_registry.ts");

export interface SyncOptions {
  database: Database;
  /** As for DATABASE_URL: where `database` is. */
  url: string;
  home: string;
  concurrency: number;
  /** Ends the workers; what they have not got to is counted as waiting. */
  signal: AbortSignal;
}

/** What one sync of a registry did. */
export interface Sync {
  /** What the registry was asked for: pages, the entries on them, servers behind entries, and requests to those. */
  registry: { pages: number; listed: number; live: number; requests: number };
  /** What `placard crawl --queue` said. */
  said: string;
  /** Its time for the next sync. */
  updatedSince?: string;
  /** Jobs by how they ended; skipped ones by why. */
  outcomes: Record<string, number>;
  left: QueueCounts;
  listSeconds: number;
  crawlSeconds: number;
  /** Memory of the worker's process: before it began, and the most it had. */
  startMiB: number;
  peakMiB: number;
}

export interface Simulator {
  url: string;
  /** Changes this many entries, a fifth of them with a server behind. */
  change(count: number): Promise<void>;
  close(): void;
}

export async function startSimulator(entries: number, live: number): Promise<Simulator> {
  const child: ChildProcess = fork(SIMULATOR, [String(entries), String(live)], { cwd: ROOT });
  const [port] = (await once(child, "message")) as [number];
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async change(count) {
      await fetch(`${url}/change?count=${count}`, { method: "POST" });
    },
    close: () => void child.kill(),
  };
}

const seenSchema = z.object({
  pages: z.number(),
  listed: z.number(),
  live: z.number(),
  requests: z.number(),
});

/** Queues a registry as a user does, and works the queue in this process until it is empty. */
export async function syncRegistry(registry: string, options: SyncOptions, since?: string): Promise<Sync> {
  const { database, url, home, concurrency, signal } = options;
  const start = performance.now();
  const sinceArgs = since === undefined ? [] : ["--updated-since", since];
  const args = [LAUNCHER, "crawl", "--queue", ...sinceArgs, `registry:${registry}`];
  const env = { PATH: process.env.PATH, HOME: "/nonexistent", PLACARD_HOME: home, DATABASE_URL: url };
  const { stdout: said } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
  const listed = performance.now();
  const outcomes: Record<string, number> = {};
  const queue = await openQueue(database, { works: true });
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 250);
  try {
    await runWorker(database, queue, {
      corrections: correctionsOf([]),
      home,
      signal,
      concurrency,
      hostDelay: 0,
      untilEmpty: true,
      onEnd({ outcome, reason }) {
        const key = outcome === "ok" || outcome === "fresh" ? outcome : `${outcome}: ${kindOf(reason)}`;
        outcomes[key] = (outcomes[key] ?? 0) + 1;
      },
    });
    const seen = await (await fetch(`${registry}/seen`)).json();
    const updatedSince = /--updated-since (\S+)/.exec(said)?.[1];
    return {
      registry: seenSchema.parse(seen),
      said,
      ...(updatedSince === undefined ? {} : { updatedSince }),
      outcomes,
      left: await queue.counts(),
      listSeconds: Math.round((listed - start) / 100) / 10,
      crawlSeconds: Math.round((performance.now() - listed) / 100) / 10,
      startMiB: mebibytes(before),
      peakMiB: mebibytes(peak),
    };
  } finally {
    clearInterval(watch);
    await queue.close();
  }
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);

/** A reason without what is the server's own. */
function kindOf(reason = "no reason"): string {
  const [, what] = /its (package \w+|remote)\b/.exec(reason) ?? [];
  const kinds = ["needs configuration", "is in another registry", "has deleted it"];
  const kind = kinds.find((one) => reason.includes(one)) ?? reason.slice(0, 200);
  return what === undefined ? kind : `${what} ${kind}`;
}
