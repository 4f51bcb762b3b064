import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from "node:fs";
import { measureFolder } from "./_folder-size.ts";
import { killEverything, markedProcesses, type RunFolder } from "./_leftovers.ts";
import { endNamespace, type First } from "./_namespace.ts";
import type { Limits } from "./limits.ts";

/** Which limit a server's processes went over together. */
export interface Exceeded {
  what: "memory" | "processes" | "disk" | "files";
  limit: number;
}

/** Looks after a server's processes until `stop`. */
export interface Watch {
  exceeded(): Exceeded | undefined;
  stop(): void;
}

/** What a server's processes use together. */
interface Use {
  memory: number;
  /** Threads included: both take a number of the same kind. */
  processes: number;
  disk: number;
  files: number;
}

/** A server that takes memory as fast as it can gets about 200 MB further before it is noticed. */
const NAMESPACE_MS = 100;

/** Looking through all of this machine's processes costs more. */
const OPEN_MS = 500;

/**
 * Ends a sandboxed server once all its processes together use more than `limits` allow. The kernel's limits (prlimit)
 * count for one process, or for all of one user but root; control groups can't be had without rights that we seldom
 * have. Watching holds for every user, and can tell what happened.
 *
 * @param writable the sandbox's folders in memory; what is in them counts as memory
 */
export function watchNamespace(first: () => First | undefined, writable: string[], limits: Limits): Watch {
  return watch(NAMESPACE_MS, limits, {
    measure: async () => {
      const root = first();
      return root === undefined ? undefined : usedInNamespace(root.pid, writable, limits);
    },
    end: () => endNamespace(first()),
  });
}

/** The same for a server among this machine's own folders, as far as its processes can be found by their mark. */
export function watchOpen(run: RunFolder, limits: Limits): Watch {
  return watch(OPEN_MS, limits, {
    measure: async () => {
      const use = { memory: 0, processes: 0 };
      for (const pid of await markedProcesses(run.mark)) addProcess(use, pid);
      const { bytes, files } = await measureFolder(run.root, limits.diskBytes, limits.diskFiles);
      return { ...use, disk: bytes, files };
    },
    end: () => killEverything(run.mark),
  });
}

function watch(
  everyMs: number,
  limits: Limits,
  { measure, end }: { measure: () => Promise<Use | undefined>; end: () => Promise<void> },
): Watch {
  let exceeded: Exceeded | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = process.platform !== "linux";
  const look = async (): Promise<void> => {
    const use = await measure().catch(() => undefined);
    if (stopped) return;
    exceeded = use === undefined ? undefined : compare(use, limits);
    if (exceeded === undefined) next();
    else await end();
  };
  const next = (): void => {
    timer = setTimeout(look, everyMs).unref();
  };
  if (!stopped) next();
  return {
    exceeded: () => exceeded,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function compare(use: Use, limits: Limits): Exceeded | undefined {
  if (use.processes > limits.processes) return { what: "processes", limit: limits.processes };
  if (use.memory > limits.memoryBytes) return { what: "memory", limit: limits.memoryBytes };
  if (use.files > limits.diskFiles) return { what: "files", limit: limits.diskFiles };
  if (use.disk > limits.diskBytes) return { what: "disk", limit: limits.diskBytes };
  return undefined;
}

/** Everything in a namespace descends from its first process: the kernel makes it the parent of orphans. */
function usedInNamespace(first: number, writable: string[], limits: Limits): Use {
  const use: Use = { memory: 0, processes: 0, disk: 0, files: 0 };
  const pids = [first];
  let looked = 0;
  for (let pid = pids.pop(); pid !== undefined; pid = pids.pop()) {
    // While processes multiply there is no time to look at each.
    if (use.processes + pids.length > limits.processes)
      return { ...use, processes: use.processes + pids.length };
    addProcess(use, pid);
    looked += addUnmapped(use, pid, OPEN_FILES - looked);
    pids.push(...childrenOf(pid));
  }
  for (const path of writable) addFolder(use, `/proc/${first}/root${path}`, limits.diskBytes);
  return use;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Own memory of a process: not what it shares with others as mapped files (proc_pid_status(5)). */
function addProcess(use: Pick<Use, "memory" | "processes">, pid: number): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const field = (name: RegExp): number => Number(name.exec(status)?.[1] ?? 0);
    use.memory += 1024 * (field(/^RssAnon:\s*(\d+) kB/m) + field(/^RssShmem:\s*(\d+) kB/m));
    use.processes += Math.max(1, field(/^Threads:\s*(\d+)/m));
  } catch {
    // Ended meanwhile.
  }
}

/** How many open files we look at each time, in all processes of a server together. */
const OPEN_FILES = 4_096;

/**
 * Files in memory that have no name (memfd_create(2)) count for nobody until they are mapped. What still counts for
 * nobody: shared memory of System V that is not attached, and buffers of the kernel.
 */
function addUnmapped(use: Use, pid: number, most: number): number {
  try {
    const open = readdirSync(`/proc/${pid}/fd`).slice(0, most);
    for (const name of open) {
      const path = `/proc/${pid}/fd/${name}`;
      if (readlinkSync(path).startsWith("/memfd:")) use.memory += 512 * statSync(path).blocks;
    }
    return open.length;
  } catch {
    return 0;
  }
}

/** Linux's magic number of a tmpfs (statfs(2)). */
const TMPFS = 0x01021994;

function addFolder(use: Use, path: string, size: number): void {
  try {
    const { type, blocks, bfree, bsize, files, ffree } = statfsSync(path);
    // While the sandbox is still being set up this is a folder of the machine's.
    if (type !== TMPFS || blocks * bsize > size + bsize) return;
    use.memory += (blocks - bfree) * bsize;
    use.files += files - ffree;
  } catch {
    // Not mounted yet, or not any more.
  }
}
