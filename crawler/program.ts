import type { Sandbox } from "./sandbox.ts";

/** An argument as it is, or a path of this machine that may have another name inside the sandbox. */
export type Argument = string | { path: string };

/** A file or folder that a server may read, and where it sees it. */
export interface Mount {
  from: string;
  to: string;
}

/** A program to start: what it is on this machine, and all of this machine that it may see beside the system's own folders. */
export interface Program {
  file: { path: string };
  arguments: Argument[];
  /** The server's environment, besides what every server gets (`baseEnvironment`). */
  environment: Record<string, string>;
  mounts: Mount[];
  /** A folder shown read-only as the working folder, and where in it to start; absent: an empty folder. */
  workingFolder?: { from: string; inside: string };
  /** The user's own program: as root it may stay root's where its files are for nobody else. Never set for a stranger's. */
  isOwn?: boolean;
  /** How the program keeps its server in by itself; absent: we find a sandbox for it. */
  sandbox?: Sandbox;
}

/** The user that servers run as where we may choose: `nobody` on every Linux. */
export const SANDBOX_UID = 65534;

/** Fixed names inside a sandbox, so that no fact of this machine gets into a definition. */
export const INSIDE = {
  home: "/home/placard",
  temp: "/tmp",
  workspace: "/workspace",
  node: "/placard/bin/node",
  package: "/placard/package",
} as const;

/** Where `path` is found inside: in the deepest mount that holds it; a path in none is left as it is. */
export function insidePath(path: string, mounts: Mount[]): string {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const holds = path === mount.from || path.startsWith(`${mount.from}/`);
    if (holds && (best === undefined || mount.from.length > best.from.length)) best = mount;
  }
  return best === undefined ? path : best.to + path.slice(best.from.length);
}
