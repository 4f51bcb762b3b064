import { ancestors, becomeNobody, layOut, prlimit, systemProgram } from "./_layout.ts";
import type { Limits } from "./limits.ts";
import { type Program, SANDBOX_UID } from "./program.ts";
import type { SandboxedCommand } from "./sandbox.ts";

/**
 * The command line for bubblewrap: own namespaces, nothing of this machine but what the layout names, no
 * capabilities, death with us. As root it really becomes another user inside (limits on processes don't hold for
 * root, and nobody can't read root's files); else it only looks like one.
 */
export function bubblewrapCommand(
  program: Program,
  network: boolean,
  limits: Limits,
  dropsUser: boolean,
): SandboxedCommand {
  const layout = layOut(program, network, limits);
  const made = new Set<string>();
  const folders = (path: string): string[] =>
    ancestors(path).flatMap((folder) => {
      if (made.has(folder)) return [];
      made.add(folder);
      return ["--dir", folder];
    });
  const user = dropsUser
    ? ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    : ["--unshare-user", "--uid", String(SANDBOX_UID), "--gid", String(SANDBOX_UID)];
  const tmpfs = (path: string): string[] => [
    ...folders(path),
    ...["--perms", "1777", "--size", String(limits.diskBytes), "--tmpfs", path],
  ];
  return {
    file: systemProgram("bwrap"),
    arguments: [
      ...[
        "--info-fd",
        "3",
        "--die-with-parent",
        "--new-session",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
      ],
      ...["--unshare-cgroup-try", "--hostname", "placard", "--cap-drop", "ALL"],
      ...user,
      ...(network ? [] : ["--unshare-net"]),
      ...["--proc", "/proc", "--dev", "/dev"],
      ...layout.writable.flatMap(tmpfs),
      ...layout.mounts.flatMap(({ from, to }) => [...folders(to), "--ro-bind", from, to]),
      ...["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", layout.cwd],
      "--",
      ...prlimit(limits),
      ...(dropsUser ? becomeNobody() : []),
      ...layout.command,
    ],
    // Not as --setenv: arguments can be read by every user of the machine, an environment can't.
    environment: layout.environment,
    reports: true,
  };
}
