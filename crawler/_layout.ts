import { existsSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Limits } from "./limits.ts";
import { INSIDE, insidePath, type Mount, type Program, SANDBOX_UID } from "./program.ts";

/** The file tree inside a sandbox: the same for bubblewrap and unshare. Everything in it is read-only but `writable`. */
export interface Layout {
  mounts: Mount[];
  writable: string[];
  cwd: string;
  command: string[];
  environment: Record<string, string>;
}

/** The system's programs and libraries; what a distribution doesn't have is left out. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/** The few files of /etc that programs need and that tell nothing about this machine. Not /etc/ssl: it holds private keys. */
const ETC = [
  "/etc/ld.so.cache",
  "/etc/alternatives",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/pki/tls/certs",
];
const ETC_NETWORK = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"];

/** Prepares the tree for one program. */
export function layOut(program: Program, network: boolean, limits: Limits): Layout {
  const etc = [...ETC, ...(network ? ETC_NETWORK : [])];
  const own: Mount[] = program.mounts.filter(
    ({ from }) => !SYSTEM.some((path) => from.startsWith(`${path}/`)),
  );
  const working = program.workingFolder;
  const mounts: Mount[] = [
    ...[...SYSTEM, ...etc]
      .filter((path) => existsSync(path))
      .map((path) => ({ from: realpathSync(path), to: path })),
    { from: ownFile("./etc/passwd"), to: "/etc/passwd" },
    { from: ownFile("./etc/group"), to: "/etc/group" },
    ...(working === undefined ? [] : [{ from: working.from, to: INSIDE.workspace }]),
    ...own.toSorted((a, b) => a.to.length - b.to.length),
  ];
  const inside = (path: string) => insidePath(path, own);
  const cwd =
    working === undefined || working.inside === ""
      ? INSIDE.workspace
      : `${INSIDE.workspace}/${working.inside}`;
  return {
    mounts,
    writable: [INSIDE.temp, INSIDE.home, "/dev/shm", ...(working === undefined ? [INSIDE.workspace] : [])],
    cwd,
    command: [
      inside(program.file.path),
      ...program.arguments.map((argument) =>
        typeof argument === "string" ? argument : inside(argument.path),
      ),
    ],
    environment: {
      PATH: [dirname(INSIDE.node), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
      HOME: INSIDE.home,
      TMPDIR: INSIDE.temp,
      ...baseEnvironment(limits),
      ...program.environment,
    },
  };
}

/** What every server's environment holds at any level, besides PATH, HOME and TMPDIR. */
export function baseEnvironment(limits: Limits): Record<string, string> {
  return { LANG: "C.UTF-8", NODE_OPTIONS: `--max-old-space-size=${limits.heapMiB}` };
}

/**
 * `prlimit … --`: bounds that hold even when nobody watches. Before `setpriv`, because it needs the rights. Wider than
 * what `_watch.ts` allows, which can tell what happened; the number of processes counts for all servers of that user.
 *
 * @param dropsUser whether root becomes another user
 */
export function prlimit(limits: Limits, dropsUser: boolean): string[] {
  // The number of root's processes has no limit: while they multiply, the one that watches must get its turn.
  const nice = process.getuid?.() === 0 && !dropsUser ? [systemProgram("nice"), "-n", "19"] : [];
  return [
    systemProgram("prlimit"),
    `--nproc=${4 * limits.processes}`,
    // Not RLIMIT_AS: V8 reserves far more than it uses. Of this too it takes half a gigabyte before it does anything.
    `--data=${limits.memoryBytes + 1024 * 1024 * 1024}`,
    `--fsize=${limits.diskBytes}`,
    "--nofile=4096",
    "--core=0",
    "--",
    ...nice,
  ];
}

/** `setpriv … --`: becomes nobody for good, and dies with its parent: a change of user would take that back. */
export function becomeNobody(): string[] {
  return [
    systemProgram("setpriv"),
    `--reuid=${SANDBOX_UID}`,
    `--regid=${SANDBOX_UID}`,
    "--clear-groups",
    "--pdeathsig=KILL",
    "--no-new-privs",
    "--inh-caps=-all",
    "--",
  ];
}

/** The folders above `path`, outermost first, without `/`. */
export function ancestors(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}

/** Where `bwrap`, `unshare`, `prlimit` and `setpriv` are; not the user's PATH, which may begin with anything. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The whole path of one of the system's programs, or its name when it isn't there. */
export function systemProgram(name: string): string {
  return (
    SYSTEM_PATH.split(":")
      .map((folder) => `${folder}/${name}`)
      .find((path) => existsSync(path)) ?? name
  );
}

function ownFile(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
