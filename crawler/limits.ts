/** What one server may cost us. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Asking the registry for a version. */
  resolveMs: number;
  /** Installing a package with its dependencies. */
  installMs: number;
  /** From starting the server (or the first request to a remote) to its answer to `initialize`. */
  startMs: number;
  /** Each later request. */
  requestMs: number;
  /** How long after a complete list we listen for `tools/list_changed`, when the server says it may send it. */
  settleMs: number;
  /** How long a server may take to end by itself after its stdin is closed, and again after SIGTERM. */
  stopMs: number;
  /** One JSON-RPC message, or one line that turns out to be none. */
  messageBytes: number;
  /** Everything a server sends us in one crawl. */
  totalBytes: number;
  /** Pages of `tools/list`. */
  pages: number;
  /** Tools in all pages together. */
  tools: number;
  /** A recorded file. */
  fileBytes: number;
  /** Processes and threads of a sandboxed server; all servers that run as the same user share this number. */
  processes: number;
  /** Writable memory of one sandboxed process (RLIMIT_DATA; RLIMIT_AS would break V8, which reserves far more than it uses). */
  memoryBytes: number;
  /** JavaScript heap of a Node server, in MiB. */
  heapMiB: number;
  /** Each writable folder of a sandboxed server, and each file in it. */
  diskBytes: number;
}

const MIB = 1024 * 1024;

/** Generous for honest servers: the slowest of the starter set answers in a tenth of each time, the largest list seen is 2 MiB. */
export const DEFAULT_LIMITS: Limits = {
  resolveMs: 60_000,
  installMs: 300_000,
  startMs: 60_000,
  requestMs: 30_000,
  settleMs: 300,
  stopMs: 1_000,
  messageBytes: 16 * MIB,
  totalBytes: 64 * MIB,
  pages: 200,
  tools: 20_000,
  fileBytes: 64 * MIB,
  processes: 512,
  memoryBytes: 2048 * MIB,
  heapMiB: 768,
  diskBytes: 256 * MIB,
};
