import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const LAUNCHER = path.join(ROOT, "cli/placard.mjs");

/** A running `placard`, as a user starts it. */
export interface Running {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits until stdout or stderr has it. */
  until(text: string | RegExp): Promise<void>;
  /** The exit code, once it has ended. */
  exit(): Promise<number | null>;
}

/** Starts `placard` in the project's folder with an environment of its own; it is killed when the test ends. */
export function startPlacard(args: string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(() => void child.kill("SIGKILL"));
  const has = (text: string | RegExp) => {
    const all = output.stdout + output.stderr;
    return typeof text === "string" ? all.includes(text) : text.test(all);
  };
  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async until(text) {
      while (!has(text)) {
        if (child.exitCode !== null) throw new Error(`placard ended before "${text}":\n${output.stderr}`);
        await sleep(50);
      }
    },
    exit: () => ended,
  };
}

/** Command lines of running processes that mention this text; empty where there is no /proc. */
export function processesWith(text: string): string[] {
  const pids = existingPids();
  return pids.map(commandLine).filter((line) => line.includes(text));
}

function existingPids(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  } catch {
    return [];
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
