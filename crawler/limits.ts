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
  /** The whole list with all its pages and waits; each page gets `requestMs` or what is left, whichever is less. */
  listMs: number;
  /** Finding out which era of the protocol a remote speaks, before we fall back to the older one. */
  probeMs: number;
  /** A wait that a remote asks for (Retry-After, RFC 9110 §10.2.3) is kept up to this; a longer one ends the crawl. */
  retryAfterMs: number;
  /** How long after a complete list we listen for `tools/list_changed`, when the server says it may send it. */
  settleMs: number;
  /** How long a server may take to end by itself after its stdin is closed, and again after SIGTERM. */
  stopMs: number;
  /** One JSON-RPC message, or one line that turns out to be none. */
  messageBytes: number;
  /** Everything a server sends us in one crawl. */
  totalBytes: number;
  /** Parts (values, keys, brackets) of all JSON a server sends us in one crawl: a tiny part costs a hundred times its length in memory. */
  jsonParts: number;
  /** Pages of `tools/list`. */
  pages: number;
  /** Tools in all pages together. */
  tools: number;
  /** A recorded file. */
  fileBytes: number;
  /** Processes and threads of one server together. */
  processes: number;
  /** Memory of one server's processes together, and what it wrote into its folders where those are in memory. */
  memoryBytes: number;
  /** JavaScript heap of a Node server, in MiB. */
  heapMiB: number;
  /** Each writable folder of a sandboxed server, and each file in it. */
  diskBytes: number;
  /** Files and folders that a server makes, in all its writable folders together. */
  diskFiles: number;
  /** An installed package with its dependencies. */
  installBytes: number;
  /** Files and folders of an installed package with its dependencies. */
  installFiles: number;
}

const MIB = 1024 * 1024;

/**
 * Generous for honest servers: the slowest of the starter set answers in a tenth of each time, the largest list seen is
 * 2 MiB. Within them the crawler itself stays below 300 MB whatever a server sends (test/crawler/zoo-memory.test.ts).
 */
export const DEFAULT_LIMITS: Limits = {
  resolveMs: 60_000,
  installMs: 300_000,
  startMs: 60_000,
  requestMs: 30_000,
  listMs: 120_000,
  probeMs: 10_000,
  retryAfterMs: 20_000,
  settleMs: 300,
  stopMs: 1_000,
  messageBytes: 8 * MIB,
  totalBytes: 16 * MIB,
  jsonParts: 500_000,
  pages: 200,
  tools: 20_000,
  fileBytes: 64 * MIB,
  processes: 512,
  memoryBytes: 1536 * MIB,
  heapMiB: 768,
  diskBytes: 128 * MIB,
  diskFiles: 50_000,
  installBytes: 1024 * MIB,
  installFiles: 200_000,
};
