import type { ToolDefinition } from "../classifier/index.ts";

/**
 * How a crawl of one server ended. `failed` is the server's or the package's doing; `skipped` means nothing
 * was asked (with the reason); `needs-authorization` is a result, not a failure.
 */
export const CRAWL_STATUSES = ["ok", "failed", "needs-authorization", "skipped"] as const;
export type CrawlStatus = (typeof CRAWL_STATUSES)[number];

/** One server to ask, as a source names it. */
export interface ServerReference {
  /** Id on the outside: `npm/@scope/name`, `file/<name>`, `local/<name>`, `remote/<host>/<path>`. */
  server: string;
  /** What the user typed or the list said: `npm:@scope/name@1.2.3`, `file:tools.json`, `-- node server.js`. */
  source: string;
}

/** What the list depended on; two crawls with other conditions may list other tools. */
export interface LaunchConditions {
  transport: "stdio" | "http" | "file";
  /** Program and arguments as started, without this machine's folders; absent for remotes and files. */
  command?: string[];
  /** Names of the environment variables that were set, never their values. */
  environment?: string[];
  url?: string;
  /** How the process was kept in: `bubblewrap`, `unshare`, `user`, `none`. */
  sandbox?: string;
  network?: boolean;
  clientCapabilities: Record<string, unknown>;
}

/** A tool in the answer that could not be taken, and why. The raw answer keeps it whole. */
export interface ToolProblem {
  /** Position in the list, counted over all pages from 0. */
  index: number;
  name?: string;
  /** One sentence. */
  problem: string;
}

export interface CrawlResult extends ServerReference {
  status: CrawlStatus;
  /** One sentence for people; always there unless status is ok. */
  reason?: string;
  /** The definitions as served, in the server's order, without those listed in `problems`. */
  tools: ToolDefinition[];
  problems: ToolProblem[];
  /** The raw JSON text of each `tools/list` result, a page an entry. */
  raw: string[];
  protocolVersion?: string;
  serverInfo?: Record<string, unknown>;
  instructions?: string;
  capabilities?: Record<string, unknown>;
  /** The package as installed, for sources that install one. */
  package?: { registry: "npm"; name: string; version: string };
  launch?: LaunchConditions;
  /** The server's stderr, its last 4 KiB, for failures. */
  stderr?: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
}
