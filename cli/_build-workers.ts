/** The threads of `placard build`, and handing tasks to whichever is free. */
import { availableParallelism } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Result, Settings, Task } from "./_build-messages.ts";
import { Failure } from "./failure.ts";

/** TypeScript in a checkout, JavaScript in the published package. */
const WORKER = new URL(`./_build-worker${path.extname(import.meta.filename)}`, import.meta.url);

/** More would wait for the disk and the database; each takes some 300 MB. */
const AT_MOST = 4;
/** Megabytes of heap in each: with two of them a build stays below 2 GB. */
const HEAP_MB = 512;
/** Most of what a page is made of is gone when it is written; with the usual 16 MB much of that would be kept. */
const YOUNG_MB = 96;

export interface Workers {
  /** Does a task as soon as a thread is free. Rejects with a Failure for what is expected to happen. */
  run(task: Task): Promise<Exclude<Result, { kind: "ready" | "failed" }>>;
  /** Gives up: everything that is not done yet rejects with the reason. */
  stop(reason: unknown): void;
  end(): Promise<void>;
}

interface Waiting {
  task: Task;
  resolve(result: Exclude<Result, { kind: "ready" | "failed" }>): void;
  reject(error: unknown): void;
}

/** @param tasks how many tasks there will be about; no more threads are started than that. */
export function startWorkers(settings: Settings, tasks: number): Workers {
  const waiting: Waiting[] = [];
  const free: Worker[] = [];
  const busy = new Map<Worker, Waiting>();
  let broken: unknown;

  const next = () => {
    while (waiting.length > 0 && (free.length > 0 || broken)) {
      const job = waiting.shift() as Waiting;
      if (broken) {
        job.reject(broken);
        continue;
      }
      const worker = free.pop() as Worker;
      busy.set(worker, job);
      worker.postMessage(job.task);
    }
  };
  const fail = (error: unknown) => {
    broken ??= error;
    for (const job of busy.values()) job.reject(broken);
    busy.clear();
    next();
  };
  const count = Math.max(1, Math.min(availableParallelism(), AT_MOST, tasks));
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(WORKER, {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on("message", (result: Result) => {
      if (result.kind === "failed") return fail(failureOf(result));
      if (result.kind !== "ready") busy.get(worker)?.resolve(result);
      busy.delete(worker);
      free.push(worker);
      next();
    });
    worker.on("error", fail);
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    return { worker, ended };
  });

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        waiting.push({ task, resolve, reject });
        next();
      }),
    stop: fail,
    async end() {
      for (const { worker } of workers) {
        if (broken || busy.has(worker)) void worker.terminate();
        else worker.postMessage({ kind: "end" });
      }
      await Promise.all(workers.map(({ ended }) => ended));
    },
  };
}

function failureOf({ sentence, stack }: Extract<Result, { kind: "failed" }>): Error {
  if (sentence !== undefined) return new Failure(sentence);
  return Object.assign(new Error("A thread of the build failed."), { stack });
}
