import { spawn } from "node:child_process";
import { isAbsolute } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { measureFolder } from "./_folder-size.ts";
import { systemProgram } from "./_layout.ts";
import { plain } from "./_text.ts";

/** How a helper program is run. Times in milliseconds. */
export interface HelperOptions {
  cwd: string;
  environment: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** What `cwd` may come to hold; the program is ended when it goes over it. */
  most?: { bytes: number; files: number };
  signal: AbortSignal;
}

/** How a helper program ended; `text` is its standard output. */
export type HelperRun = { ok: true; text: string } | HelperFailure;

/** `message` is one line that says what happened, `stderr` the last that the program wrote there. */
export interface HelperFailure {
  ok: false;
  kind: "not-started" | "timeout" | "too-large" | "failed";
  message: string;
  stderr: string;
}

/** How much of the beginning of its output is kept, and of the end of its errors, in UTF-16 code units. */
const OUTPUT_LENGTH = 8 * 1024 * 1024;
const ERRORS_LENGTH = 256 * 1024;

const WATCH_MS = 500;

const isWindows = process.platform === "win32";

/**
 * Runs a program of the user's (npm, uv, docker) to its end, in a process group of its own. It is ended when its time
 * is up, when its folder grows too large, when the signal aborts, and when this process ends, however that happens
 * (the last on Linux, where setpriv is).
 *
 * @throws the signal's reason when it aborts, after the program has ended
 */
export async function runHelper(
  command: [string, ...string[]],
  { cwd, environment, timeoutMs, most, signal }: HelperOptions,
): Promise<HelperRun> {
  signal.throwIfAborted();
  const [file = "", ...args] = isWindows ? command : wrapped(command);
  const child = spawn(file, args, {
    cwd,
    env: environment,
    detached: !isWindows,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => endGroup(child.pid);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  const folder = most === undefined ? undefined : watchFolder(cwd, most, kill);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (out.length < OUTPUT_LENGTH) out = (out + text).slice(0, OUTPUT_LENGTH);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err = (err + text).slice(-ERRORS_LENGTH);
  });
  const { promise, resolve } = Promise.withResolvers<number | null | Error>();
  child.on("error", resolve);
  child.on("close", resolve);
  const end = await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", kill);
  const isTooLarge = (await folder?.end()) ?? false;
  signal.throwIfAborted();
  const fail = (kind: HelperFailure["kind"], message: string): HelperFailure => ({
    ok: false,
    kind,
    message,
    stderr: err,
  });
  if (end instanceof Error) return fail("not-started", plain(end.message, 200));
  if (isTooLarge && most !== undefined) return fail("too-large", sizeOf(most));
  if (end === 0) return { ok: true, text: out };
  if (isLate) return fail("timeout", `no end after ${Math.round(timeoutMs / 1_000)} s`);
  return fail("failed", lastLine(err) || `exit code ${end}`);
}

/**
 * The kernel ends it as soon as the process that started it is gone (prctl(2), PR_SET_PDEATHSIG), and the shell when it
 * was gone already. The server runs as another user, who must be able to read what is installed.
 */
function wrapped(command: string[]): string[] {
  const setpriv = systemProgram("setpriv");
  const diesWithUs = process.platform === "linux" && isAbsolute(setpriv);
  const script = 'umask 022; [ "$PPID" = "$0" ] || exit 1; exec "$@"';
  return [
    ...(diesWithUs ? [setpriv, "--pdeathsig", "KILL", "--"] : []),
    ...["/bin/sh", "-c", script, String(process.pid), ...command],
  ];
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(isWindows ? pid : -pid, "SIGKILL");
  } catch {
    // Ended meanwhile.
  }
}

/** Looks at a folder's size until `end`, which says whether it is too large at last. */
function watchFolder(
  path: string,
  most: { bytes: number; files: number },
  onTooLarge: () => void,
): { end(): Promise<boolean> } {
  let ended = false;
  const isTooLarge = async (): Promise<boolean> => {
    const { bytes, files } = await measureFolder(path, most.bytes, most.files);
    return bytes > most.bytes || files > most.files;
  };
  const watch = async (): Promise<void> => {
    while (!ended) {
      const before = performance.now();
      if (await isTooLarge()) return onTooLarge();
      // A large folder takes long to measure: no more than a fifth of the time goes into that.
      await sleep(Math.max(WATCH_MS, 4 * (performance.now() - before)), undefined, { ref: false });
    }
  };
  void watch();
  return {
    end: () => {
      ended = true;
      return isTooLarge();
    },
  };
}

const sizeOf = ({ bytes, files }: { bytes: number; files: number }): string =>
  `more than ${Math.round(bytes / 1024 / 1024)} MiB or ${files} files`;

function lastLine(text: string): string {
  const line = text.split("\n").findLast((one) => one.trim() !== "");
  return plain(line ?? "", 300);
}

/** Of this process's environment, the variables with these names, whatever their case. */
export function keepEnvironment(names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value] as const] : [],
    ),
  );
}
