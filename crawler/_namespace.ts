import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";

/**
 * The first process inside a namespace, as the wrapper reports it or as its child. Killing that one, not the wrapper,
 * lets us wait: the kernel ends all others of the namespace before it counts as ended.
 */
export function firstInside(wrapper: ChildProcessWithoutNullStreams): () => First | undefined {
  let report = "";
  let first: First | undefined;
  const pipe = wrapper.stdio[3];
  if (pipe instanceof Readable) {
    pipe.on("data", (chunk: Buffer) => {
      report = (report + chunk.toString("latin1")).slice(0, 4_096);
      const pid = /"child-pid": *(\d+)/.exec(report)?.[1];
      if (pid !== undefined) first ??= identify(Number(pid));
    });
    pipe.on("error", () => {});
  }
  return () => first ?? firstChild(wrapper);
}

function firstChild({ pid, exitCode, signalCode }: ChildProcessWithoutNullStreams): First | undefined {
  if (pid === undefined || exitCode !== null || signalCode !== null) return undefined;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? undefined : identify(Number(children.split(" ")[0]));
  } catch {
    return undefined;
  }
}

/** A process that can't be mistaken for a later one with the same number. */
export interface First {
  pid: number;
  startTime: string;
}

function identify(pid: number): First | undefined {
  const stat = readStat(pid);
  return stat === undefined ? undefined : { pid, startTime: stat.startTime };
}

/** State and start time of a process (proc_pid_stat(5), fields 3 and 22); the name before them may hold anything. */
function readStat(pid: number): { state: string; startTime: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** Kills it and waits until it, and with it the whole namespace, has ended. */
export async function endNamespace(first: First | undefined): Promise<void> {
  if (first === undefined) return;
  const deadline = performance.now() + 5_000;
  while (isRunning(first) && performance.now() < deadline) {
    try {
      process.kill(first.pid, "SIGKILL");
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** False for one that has ended and only waits to be noticed. */
function isRunning(first: First): boolean {
  const stat = readStat(first.pid);
  return stat !== undefined && stat.startTime === first.startTime && !/^[ZX]/.test(stat.state);
}
