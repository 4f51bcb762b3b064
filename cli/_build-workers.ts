/** The threads of `placard build`, and handing tasks to whichever has the fewest. */
import { availableParallelism } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Asked, Result, Said, Settings, Task } from "./_build-messages.ts";
import { Failure } from "./failure.ts";

/** Stands beside what the site is loaded from. */
const THREAD = "build-thread.mjs";

/** More would wait for the disk and the database; each takes some 300 MB. */
const AT_MOST = 4;
/** Tasks of a thread at once: while it makes one, what the next needs is read. */
const AHEAD = 2;
/** Fewer servers are made by one thread before a second has loaded the site. */
const WORTH_A_THREAD = 16;
/** Megabytes of heap in each: with two of them a build stays below 2 GB. */
const HEAP_MB = 512;
/** Most of what a page is made of is gone when it is written; with the usual 16 MB much of that would be kept. */
const YOUNG_MB = 96;

type Done = Exclude<Result, { kind: "ready" | "failed" }>;

export interface Workers {
  /** Does a task as soon as a thread has room for it. Rejects with a Failure for what is expected to happen. */
  run(task: Task): Promise<Done>;
  /** Gives up: everything that is not done yet rejects with the reason. */
  stop(reason: unknown): void;
  end(): Promise<void>;
}

interface Waiting {
  task: Task;
  resolve(result: Done): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  isReady: boolean;
  /** By the number of the task. */
  doing: Map<number, Waiting>;
  ended: Promise<void>;
}

/** @param servers how many are to be made: no more threads are started than are worth it. */
export function startWorkers(settings: Settings, servers: number): Workers {
  const waiting: Record<Task["kind"], Waiting[]> = { page: [], server: [] };
  const count = Math.max(1, Math.min(availableParallelism(), AT_MOST, Math.ceil(servers / WORTH_A_THREAD)));
  let broken: unknown;
  let asked = 0;

  const next = () => {
    for (;;) {
      const thread = broken ? undefined : roomiestOf(threads);
      if (!broken && !thread) return;
      const job = nextJob(waiting, thread !== undefined && thread === threads[0] && !isMakingPage(thread));
      if (!job) return;
      if (!thread) {
        job.reject(broken);
        continue;
      }
      asked += 1;
      thread.doing.set(asked, job);
      thread.worker.postMessage({ number: asked, task: job.task } satisfies Asked);
    }
  };
  const fail = (error: unknown) => {
    broken ??= error;
    for (const { doing } of threads) {
      for (const job of doing.values()) job.reject(broken);
      doing.clear();
    }
    next();
  };
  const threads = Array.from({ length: count }, () => startThread(settings, { next, fail }));

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        waiting[task.kind].push({ task, resolve, reject });
        next();
      }),
    stop: fail,
    async end() {
      for (const { worker, isReady, doing } of threads) {
        if (broken || !isReady || doing.size > 0) void worker.terminate();
        else worker.postMessage({ kind: "end" });
      }
      await Promise.all(threads.map(({ ended }) => ended));
    },
  };
}

/** The thread with the fewest tasks, if one has room for another. */
function roomiestOf(threads: readonly Thread[]): Thread | undefined {
  return threads
    .filter(({ isReady, doing }) => isReady && doing.size < AHEAD)
    .reduce<Thread | undefined>((best, thread) => {
      return best && best.doing.size <= thread.doing.size ? best : thread;
    }, undefined);
}

/**
 * The first thread begins with the pages: the site's own code gets fast in one of them, not in each. They wait for the
 * database most of the time: meanwhile it makes a server.
 */
function nextJob(
  { page, server }: Record<Task["kind"], Waiting[]>,
  pagesFirst: boolean,
): Waiting | undefined {
  return pagesFirst ? (page.shift() ?? server.shift()) : (server.shift() ?? page.shift());
}

function isMakingPage({ doing }: Thread): boolean {
  return [...doing.values()].some(({ task }) => task.kind === "page");
}

/**
 * @param next called when it has room again
 * @param fail called with what ends the build
 */
function startThread(
  settings: Settings,
  { next, fail }: { next(): void; fail(error: unknown): void },
): Thread {
  const worker = new Worker(path.join(path.dirname(settings.entry), THREAD), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const thread: Thread = { worker, isReady: false, doing: new Map(), ended };
  worker.on("message", ({ number, result }: Said) => {
    if (result.kind === "failed") return fail(failureOf(result));
    if (result.kind === "ready") thread.isReady = true;
    else thread.doing.get(number)?.resolve(result);
    thread.doing.delete(number);
    next();
  });
  worker.on("error", fail);
  return thread;
}

function failureOf({ sentence, stack }: Extract<Result, { kind: "failed" }>): Error {
  if (sentence !== undefined) return new Failure(sentence);
  return Object.assign(new Error("A thread of the build failed."), { stack });
}
