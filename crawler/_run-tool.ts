import { spawn } from "node:child_process";
import { plain } from "./_text.ts";

/** How a helper program ended; `text` is its standard output. */
export type ToolRun =
  | { ok: true; text: string }
  | { ok: false; kind: "not-started" | "timeout" | "failed"; message: string; stderr: string };

const OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program of the user's (uv, docker) to its end, in a process group of its own.
 *
 * @throws the signal's reason when it aborts, after the program has ended
 */
export async function runTool(
  command: [string, ...string[]],
  { cwd, environment, timeoutMs, signal }: ToolOptions,
): Promise<ToolRun> {
  const { promise, resolve } = Promise.withResolvers<ToolRun>();
  const isWindows = process.platform === "win32";
  // The server runs as another user, who must be able to read what is installed.
  const [file, ...args] = isWindows ? command : ["/bin/sh", "-c", 'umask 022; exec "$0" "$@"', ...command];
  const child = spawn(file ?? "", args, {
    cwd,
    env: environment,
    detached: !isWindows,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  let timedOut = false;
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(isWindows ? child.pid : -child.pid, "SIGKILL");
    } catch {
      // Ended meanwhile.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out = (out + text).slice(0, OUTPUT_BYTES);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err = (err + text).slice(-OUTPUT_BYTES);
  });
  child.on("error", (error) =>
    resolve({ ok: false, kind: "not-started", message: plain(error.message, 200), stderr: "" }),
  );
  child.on("close", (code) => {
    if (code === 0) return resolve({ ok: true, text: out });
    if (timedOut)
      return resolve({
        ok: false,
        kind: "timeout",
        message: `no end after ${Math.round(timeoutMs / 1_000)} s`,
        stderr: err,
      });
    const last =
      err
        .trim()
        .split("\n")
        .findLast((line) => line.trim() !== "") ?? "";
    resolve({ ok: false, kind: "failed", message: plain(last, 300) || `exit code ${code}`, stderr: err });
  });
  const run = await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  return run;
}

export interface ToolOptions {
  cwd: string;
  environment: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Of this process's environment, the variables with these names, whatever their case. */
export function keepEnvironment(names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value] as const] : [],
    ),
  );
}
