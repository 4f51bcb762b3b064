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
    // The shell stays outside and gets the signal that we ended.
    file: systemProgram("setpriv"),
    arguments: [
      ...["--pdeathsig", "TERM", "--", "/bin/sh", "-c", GUARD, "sh", systemProgram("bwrap")],
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
      ...prlimit(limits, dropsUser),
      ...(dropsUser ? becomeNobody() : []),
      ...layout.command,
    ],
    // Not as --setenv: arguments can be read by every user of the machine, an environment can't.
    environment: layout.environment,
    writable: layout.writable,
    reports: true,
  };
}

/**
 * While bubblewrap sets a sandbox up, its inner half waits for its outer half, and for ever when that is killed: it is
 * the first process of a namespace already, so no signal but SIGKILL reaches it, and nobody has yet told it to die with
 * its parent. It is still in our group, though, so the group is ended as a whole: when we end, and when the outer half
 * is ended by a signal (SIGPIPE, when it can't report to us any more). Needs a group of its own.
 */
const GUARD = [
  "trap 'kill -KILL 0' TERM",
  // A shell gives what it starts in the background no input, unless told to.
  "exec 4<&0 </dev/null",
  '"$@" <&4 4<&- &',
  "exec 4<&-",
  "wait $!",
  "status=$?",
  // SIGHUP, SIGKILL, SIGPIPE, SIGTERM.
  "case $status in 129 | 137 | 141 | 143) kill -KILL 0 ;; esac",
  "exit $status",
].join("\n");
