import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { baseEnvironment, becomeNobody, prlimit, systemProgram } from "./_layout.ts";
import { killEverything, makeRunFolder, type RunFolder, removeRunFolder } from "./_leftovers.ts";
import { endNamespace, type First, firstInside } from "./_namespace.ts";
import { makeReachable } from "./_reachable.ts";
import { type Exceeded, type Watch, watchNamespace, watchOpen } from "./_watch.ts";
import type { Limits } from "./limits.ts";
import { INSIDE, insidePath, type Program, SANDBOX_UID } from "./program.ts";
import { type Sandbox, wrapProgram } from "./sandbox.ts";

/** A started process, or one that could not be started (`error` is then emitted on `child`). */
export interface Launched {
  child: ChildProcessWithoutNullStreams;
  /** The limit that the process and everything it started went over together; it has then been ended. */
  exceeded(): Exceeded | undefined;
  /** Ends the process and everything it started, and waits for that; never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts a program in a sandbox: environment built from nothing, own HOME, own process group, pipes on all three
 * streams. Nothing it leaves behind, neither process nor file, outlives `stop`.
 */
export async function launch(
  sandbox: Sandbox,
  program: Program,
  network: boolean,
  limits: Limits,
): Promise<Launched> {
  const wrapped = wrapProgram(sandbox, program, network, limits);
  if (wrapped !== undefined) {
    const { file, arguments: args, environment } = wrapped;
    const child = spawn(file, args, {
      env: environment,
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "pipe", wrapped.reports ? "pipe" : "ignore"],
    }) as ChildProcessWithoutNullStreams;
    const first = firstInside(child);
    const watch = watchNamespace(first, wrapped.writable, limits);
    // All its files are in memory and nobody else sees them: not worth a long wait.
    return launched(child, watch, () => stopProcess(child, limits.stopMs / 5, { first }));
  }
  return launchOpenly(sandbox, program, limits);
}

/** Levels without file isolation: the program runs among this machine's folders, with folders of its own to write in. */
async function launchOpenly(sandbox: Sandbox, program: Program, limits: Limits): Promise<Launched> {
  const user = sandbox.dropsUser ? SANDBOX_UID : undefined;
  const run = makeRunFolder(user);
  putInHome(program, run.home);
  const working = program.workingFolder;
  const reached = sandbox.dropsUser ? await makeReachable(program.mounts, run.root) : [];
  const args = [program.file, ...program.arguments].map((argument) =>
    typeof argument === "string" ? argument : insidePath(argument.path, reached),
  );
  const [file = "", ...rest] = [...keptIn(sandbox, limits), ...args];
  const child = spawn(file, rest, {
    env: {
      PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
      HOME: run.home,
      TMPDIR: run.temp,
      ...baseEnvironment(limits),
      ...program.environment,
      [run.mark.name]: run.mark.value,
    },
    cwd:
      working === undefined
        ? run.workspace
        : working.inside === ""
          ? working.from
          : `${working.from}/${working.inside}`,
    detached: process.platform !== "win32",
    stdio: ["pipe", "pipe", "pipe"],
  });
  return launched(child, watchOpen(run, limits), () => stopProcess(child, limits.stopMs, { run }));
}

function launched(child: ChildProcessWithoutNullStreams, watch: Watch, stop: () => Promise<void>): Launched {
  return {
    child,
    exceeded: watch.exceeded,
    stop: async () => {
      watch.stop();
      await stop();
    },
  };
}

/** As root becomes nobody; on Linux, wherever the programs are, is bounded and ends when we do, however that happens. */
function keptIn(sandbox: Sandbox, limits: Limits): string[] {
  if (sandbox.dropsUser) return [...prlimit(limits, true), ...becomeNobody()];
  const setpriv = systemProgram("setpriv");
  if (process.platform !== "linux" || !isAbsolute(setpriv)) return [];
  // The number of processes would count the user's own.
  const bounds = prlimit(limits, false).filter((bound) => !bound.startsWith("--nproc"));
  return [setpriv, "--pdeathsig", "KILL", "--", ...bounds];
}

/** Files that a sandbox would mount into the server's HOME are copied there. */
function putInHome(program: Program, home: string): void {
  for (const { from, to } of program.mounts) {
    if (!to.startsWith(`${INSIDE.home}/`)) continue;
    const target = join(home, to.slice(INSIDE.home.length));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(from, target);
  }
}

/** What has to be gone besides the process itself: a namespace with its first process, or marked processes and folders. */
type Rest = { first: () => First | undefined } | { run: RunFolder };

async function stopProcess(
  child: ChildProcessWithoutNullStreams,
  graceMs: number,
  rest: Rest,
): Promise<void> {
  child.stdin.destroy();
  if (child.pid !== undefined) {
    const ended = await endsWithin(child, graceMs);
    if ("first" in rest) {
      await endNamespace(rest.first());
      // What stands around the namespace ends with it, each waiting for the next: only so are all of them gone.
      await endsWithin(child, 1_000);
    } else if (!ended) {
      signalGroup(child.pid, "SIGTERM");
      await endsWithin(child, graceMs);
    }
    // Even when the process itself has ended: its group may live on.
    signalGroup(child.pid, "SIGKILL");
    await endsWithin(child, 5_000);
  }
  child.stdout.destroy();
  child.stderr.destroy();
  if ("run" in rest) {
    await killEverything(rest.run.mark);
    await removeRunFolder(rest.run);
  }
}

function endsWithin(child: ChildProcessWithoutNullStreams, ms: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  child.once("exit", () => {
    clearTimeout(timer);
    resolve(true);
  });
  return promise;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32") process.kill(pid, signal);
    else process.kill(-pid, signal);
  } catch {
    // The group is gone: what we wanted.
  }
}
