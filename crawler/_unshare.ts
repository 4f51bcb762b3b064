import { lstatSync } from "node:fs";
import { ancestors, becomeNobody, layOut, prlimit, SYSTEM_PATH, systemProgram } from "./_layout.ts";
import type { Limits } from "./limits.ts";
import type { Program } from "./program.ts";
import type { SandboxedCommand } from "./sandbox.ts";

/**
 * The command line for `unshare` (util-linux, on every Debian): own namespaces, then a small shell script builds the
 * same tree as for bubblewrap on a tmpfs, makes it the root and starts the program without capabilities.
 */
export function unshareCommand(
  program: Program,
  network: boolean,
  limits: Limits,
  dropsUser: boolean,
): SandboxedCommand {
  const layout = layOut(program, network, limits);
  // Values go in as positional arguments, never into the script's text.
  const values: string[] = [];
  const value = (text: string): string => {
    values.push(text);
    return `"\${${values.length}}"`;
  };
  const made = new Set<string>();
  const folders = (path: string): string[] =>
    ancestors(path).flatMap((folder) => {
      if (made.has(folder)) return [];
      made.add(folder);
      return [`mkdir -p ${value(ROOT + folder)}`];
    });
  const tmpfs = (path: string): string[] => {
    const target = value(ROOT + path);
    made.add(path);
    return [
      ...folders(path),
      `mkdir -p ${target}`,
      `mount -t tmpfs -o nosuid,nodev,mode=1777,size=${limits.diskBytes},nr_inodes=${limits.diskFiles} tmpfs ${target}`,
    ];
  };
  const bind = (from: string, to: string): string[] => {
    const target = value(ROOT + to);
    const source = value(from);
    const make = isFolder(from) ? `mkdir -p ${target}` : `: >> ${target}`;
    return [
      ...folders(to),
      make,
      // A tree with mounts in it that belong to someone else can only be taken whole.
      `mount --bind ${source} ${target} 2>/dev/null || mount --rbind ${source} ${target}`,
      // In a user namespace flags that the original mount has can't be taken away: repeat the usual ones.
      `mount -o remount,bind,ro,nosuid,nodev ${target} 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev,noatime ${target}`,
    ];
  };
  const device = (name: string): string[] => [
    `: > ${ROOT}/dev/${name}`,
    `mount --bind /dev/${name} ${ROOT}/dev/${name}`,
  ];
  const script = [
    "set -e",
    "umask 022",
    // Only the program gets the environment's PATH; the tools of this script are the system's.
    "path=$PATH",
    `PATH=${SYSTEM_PATH}`,
    `mount -t tmpfs -o mode=755,size=16m,nr_inodes=16k tmpfs ${ROOT}`,
    `mkdir ${ROOT}/proc ${ROOT}/dev ${ROOT}/.old`,
    `mount -t proc -o nosuid,nodev,noexec proc ${ROOT}/proc`,
    ...["null", "zero", "full", "random", "urandom"].flatMap(device),
    `ln -s /proc/self/fd ${ROOT}/dev/fd`,
    ...layout.writable.flatMap(tmpfs),
    ...layout.mounts.flatMap(({ from, to }) => bind(from, to)),
    "hostname placard 2>/dev/null || :",
    `mount -o remount,bind,ro,nosuid,nodev ${ROOT}`,
    `cd ${ROOT}`,
    "pivot_root . .old",
    "umount -l /.old",
    `cd ${value(layout.cwd)}`,
    `shift ${values.length}`,
    "PATH=$path",
    "unset OLDPWD path",
    'exec "$@"',
  ].join("\n");
  const privileges = dropsUser
    ? becomeNobody()
    : ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--"];
  return {
    // setpriv: die with us. After the user namespace, because changing the user takes that back.
    file: systemProgram(dropsUser ? "setpriv" : "unshare"),
    arguments: [
      ...(dropsUser ? [] : ["--user", "--map-root-user", "--", systemProgram("setpriv")]),
      ...["--pdeathsig", "KILL", "--", systemProgram("unshare")],
      ...["--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts", "--cgroup"],
      ...(network ? [] : ["--net"]),
      ...["--", "sh", "-c", script, "sh", ...values],
      ...prlimit(limits, dropsUser),
      ...privileges,
      ...layout.command,
    ],
    environment: layout.environment,
    writable: layout.writable,
    reports: false,
  };
}

/** Where the new root is built; /mnt is there on every Linux and nothing of ours is in it. */
const ROOT = "/mnt";

function isFolder(path: string): boolean {
  return lstatSync(path).isDirectory();
}
