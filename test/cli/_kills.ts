import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { randomFrom } from "../../bench/_random.ts";
import type { CrawlPlan } from "../../cli/_crawl-plan.ts";
import { type Database, openQueue, type Queue, type QueueCounts } from "../../db/index.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const LAUNCHER = path.join(ROOT, "cli/placard.mjs");
const SERVER = path.join(ROOT, "test/servers/good.ts");

export interface UnderFire {
  database: Database;
  /** As for DATABASE_URL: where `database` is. */
  url: string;
  home: string;
  servers: number;
  workers: number;
  /** Servers that each worker crawls at a time. */
  concurrency: number;
  kills: number;
  /** The same seed gives the same victims and pauses. */
  seed: number;
  /** Milliseconds between kills, at most. */
  pause: number;
  /**
   * Takes every running job from its worker after each kill, also from those that live on and do not know: no waiting
   * for signs of life, and two workers on one job.
   */
  hurry: boolean;
  onKill?: (number: number, finished: number) => void;
}

export interface Outcome {
  kills: number;
  /** Servers with at least one good crawl, and good crawls in all. */
  finished: number;
  goodCrawls: number;
  /** Servers that had finished at some moment and were not, or not by the same crawl, in the end. */
  lost: number;
  /** Jobs by how they ended. */
  jobs: Record<string, number>;
  dead: number;
  /** Attempts that were begun and never finished. */
  wasted: number;
  seconds: number;
}

/** Crawls local servers with several workers while they are killed at random, and counts what came of it. */
export async function crawlUnderFire(options: UnderFire): Promise<Outcome> {
  const { database, servers, kills } = options;
  const start = performance.now();
  const queue = await openQueue(database, { retries: 60, retryDelay: 1, patience: 10 });
  await queue.add(Array.from({ length: servers }, (_, i) => jobFor(i)));
  const random = randomFrom(options.seed);
  const workers = Array.from({ length: options.workers }, () => startWorker(options));
  const seen = new Map<string, number>();
  let killed = 0;
  while (killed < kills) {
    await sleep(random() * options.pause);
    const victim = Math.floor(random() * workers.length);
    // Else late kills would hit workers that have nothing left to lose, and early ones workers that have yet to begin.
    if ((await somethingRuns(queue)).waiting === 0) break;
    for (const { server, id } of await goodCrawls(database)) if (!seen.has(server)) seen.set(server, id);
    await kill(workers[victim]);
    killed += 1;
    options.onKill?.(killed, seen.size);
    if (options.hurry) {
      await database.db.execute(
        sql`update pgboss.job set state = 'retry', start_after = now() where state = 'active'`,
      );
    }
    workers[victim] = startWorker(options);
  }
  await Promise.all(workers.map(ended));
  const good = await goodCrawls(database);
  const final = new Map(good.map(({ server, id }) => [server, id]));
  const rows = await database.db.execute<{ state: string; count: number; attempts: number }>(
    sql`select state, count(*)::int as count, sum(retry_count + 1)::int as attempts
      from pgboss.job where name = 'crawl' group by state`,
  );
  const { dead } = await queue.counts();
  await queue.close();
  return {
    kills: killed,
    finished: final.size,
    goodCrawls: good.length,
    lost: [...seen].filter(([server, id]) => final.get(server) !== id).length,
    jobs: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    dead,
    wasted: rows.reduce((sum, { attempts }) => sum + attempts, 0) - servers,
    seconds: (performance.now() - start) / 1000,
  };
}

/** Waits, on a slow machine, until some job runs or none is left. */
async function somethingRuns(queue: Queue): Promise<QueueCounts> {
  for (;;) {
    const counts = await queue.counts();
    if (counts.running > 0 || counts.waiting === 0) return counts;
    await sleep(20);
  }
}

/** Forced, so that nothing but the queue keeps a server from being crawled twice. */
function jobFor(number: number) {
  const name = `server-${number}`;
  const reference = { server: `local/${name}`, source: `-- node good.ts ${number}` };
  const command = [process.execPath, SERVER];
  const plan: CrawlPlan = { command, name, workingFolder: ROOT, reference, network: false, force: true };
  return { server: reference.server, plan };
}

function startWorker({ url, home, concurrency }: UnderFire): ChildProcess {
  const args = ["crawl", "--worker", "--until-empty", "--quiet", "--concurrency", String(concurrency)];
  return spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent", PLACARD_HOME: home, DATABASE_URL: url },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function goodCrawls({ db }: Database): Promise<{ server: string; id: number }[]> {
  const rows = await db.execute<{ server: string; id: string }>(
    sql`select server, id from crawls where status = 'ok' order by id desc`,
  );
  return rows.map(({ server, id }) => ({ server, id: Number(id) }));
}
