import { spawn } from "node:child_process";
import { bubblewrapCommand } from "./_bubblewrap.ts";
import { becomeNobody, SYSTEM_PATH } from "./_layout.ts";
import { unshareCommand } from "./_unshare.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { Program } from "./program.ts";

/** How a server's process is kept in, strongest first; `container` is docker's or podman's own doing. */
export const SANDBOX_LEVELS = ["container", "bubblewrap", "unshare", "user", "none"] as const;
export type SandboxLevel = (typeof SANDBOX_LEVELS)[number];

/** A way of keeping a process in that was seen to work here. */
export interface Sandbox {
  level: SandboxLevel;
  /**
   * True when we are root and the program ends up as another real user, who can't read what only root can;
   * false when namespaces alone stand between it and our files.
   */
  dropsUser: boolean;
}

/** A command line for `spawn`, environment included. */
export interface SandboxedCommand {
  file: string;
  arguments: string[];
  environment: Record<string, string>;
  /** The folders in memory that the program may write in, by their names inside. */
  writable: string[];
  /** True when the first process inside is reported as JSON on file descriptor 3: the wrapper may end before it. */
  reports: boolean;
}

const isRoot = (): boolean => process.getuid?.() === 0;

const found = new Map<boolean, Promise<Sandbox>>();

/**
 * The strongest sandbox that works on this machine, found by running `true` in each; looked for once.
 *
 * @param keepUser as root, stays root's own files' owner inside: for programs whose files nobody else may read
 */
export function findSandbox(keepUser = false): Promise<Sandbox> {
  let sandbox = found.get(keepUser);
  if (sandbox === undefined) {
    sandbox = probe(keepUser);
    found.set(keepUser, sandbox);
  }
  return sandbox;
}

async function probe(keepUser: boolean): Promise<Sandbox> {
  if (process.platform !== "linux") return { level: "none", dropsUser: false };
  const drops = isRoot() && !keepUser ? [true, false] : [false];
  for (const level of ["bubblewrap", "unshare"] as const) {
    for (const dropsUser of drops) {
      if (await works({ level, dropsUser })) return { level, dropsUser };
    }
  }
  const user = { level: "user", dropsUser: true } as const;
  return isRoot() && !keepUser && (await works(user)) ? user : { level: "none", dropsUser: false };
}

/** Whether a sandbox of this kind can be had here: it must be able to run `true`. */
export async function works(sandbox: Sandbox): Promise<boolean> {
  const program: Program = { file: { path: "/bin/true" }, arguments: [], environment: {}, mounts: [] };
  const command = wrapProgram(sandbox, program, false, DEFAULT_LIMITS);
  const [file = "", ...args] =
    command === undefined ? [...becomeNobody(), "/bin/true"] : [command.file, ...command.arguments];
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env: command?.environment ?? { PATH: SYSTEM_PATH },
      // A group of its own, as `launch` gives it: what takes too long is ended with everything it started.
      detached: true,
      stdio: ["ignore", "ignore", "ignore", command?.reports === true ? "pipe" : "ignore"],
    });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, PROBE_MS);
    child.on("error", () => resolve(false));
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

const PROBE_MS = 10_000;

/**
 * What to tell the user of a sandbox that promises less than it seems to, in one sentence; undefined for those that
 * keep a server from this machine's files and from the network.
 */
export function sandboxNotice({ level, dropsUser }: Sandbox): string | undefined {
  if (level === "user") {
    return "No sandbox can be had here: the server runs as another user, and can read whatever every user may read, use the network and write to /tmp. Install bubblewrap, or allow user namespaces, for a real one.";
  }
  if (level === "none") {
    return "No sandbox can be had here: the server runs with your rights, and can read and change your files and use the network. Install bubblewrap, or allow user namespaces, for a real one.";
  }
  if (!dropsUser && isRoot() && level !== "container") {
    return "The server's files can be read by root only, so it runs as root, inside its sandbox: only namespaces stand between it and this machine.";
  }
  return undefined;
}

/**
 * Why a stranger's package is not started on this machine, or undefined when it may be.
 *
 * @param label the source, as the user knows it: `npm:name`
 */
export async function refusalWithoutSandbox(
  label: string,
  unsafeNoSandbox: boolean,
): Promise<string | undefined> {
  const { level } = await findSandbox();
  if (level !== "none" || unsafeNoSandbox) return undefined;
  return `Starting ${label}: no sandbox can be had on this machine, and packages of strangers are not run without one. Install bubblewrap, or say --unsafe-no-sandbox if you trust it.`;
}

/**
 * The command line that runs a program in a sandbox with file isolation; undefined for the levels that have none
 * (`user`, `none`), where the program runs among this machine's own folders.
 */
export function wrapProgram(
  sandbox: Sandbox,
  program: Program,
  network: boolean,
  limits: Limits,
): SandboxedCommand | undefined {
  if (sandbox.level === "bubblewrap") return bubblewrapCommand(program, network, limits, sandbox.dropsUser);
  if (sandbox.level === "unshare") return unshareCommand(program, network, limits, sandbox.dropsUser);
  return undefined;
}
