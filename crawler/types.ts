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

/** A server as a list names it, with what its source wants to see again when it fetches it. Plain JSON, no secrets. */
export interface ListedReference extends ServerReference {
  /** The host that will be asked, where it isn't in `source`. */
  host?: string;
  /** What the list said of it. */
  entry?: unknown;
  /** ISO 8601: when the list says that the entry changed. */
  updatedAt?: string;
  /** Stands for the rest of a list that could not be read, and for no server. */
  isRest?: boolean;
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
  /** How the protocol was spoken: with `initialize` (up to 2025-11-25), or with each request on its own (from 2026-07-28). */
  era?: "handshake" | "stateless";
  /** The revision that the list was asked for in. */
  protocolVersion?: string;
  /** Spoken over HTTP+SSE (2024-11-05), which Streamable HTTP has replaced. */
  legacySse?: true;
  /** As whom we asked a remote: as nobody, or with headers that the user gave for it. */
  authorization?: "none" | "given";
}

/** What the server said of how its list may be kept (MCP 2026-07-28, Caching): the strictest of all pages. */
export interface CacheHints {
  /** How long the list is fresh, in milliseconds. */
  ttlMs?: number;
  /** A private list is for whoever asked; we don't hand it on. */
  scope?: "public" | "private";
}

/** What a server that wants authorization says of it (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728). Claims of its own. */
export interface Authorization {
  /** HTTP status that asked for it: 401 or 403. */
  status: number;
  /** `Bearer`, as in the challenge. */
  scheme?: string;
  realm?: string;
  /** `insufficient_scope`, `invalid_token`. */
  error?: string;
  /** Scopes that the challenge asks for. */
  scopes?: string[];
  /** Where the resource's metadata was found; or was said to be, when `metadata` is not there. */
  metadataUrl?: string;
  /** The metadata itself (RFC 9728 §2), the fields that say whom to ask for what. */
  metadata?: {
    resource?: string;
    resource_name?: string;
    resource_documentation?: string;
    authorization_servers?: string[];
    scopes_supported?: string[];
    bearer_methods_supported?: string[];
  };
}

/** Where installed packages come from. */
export type PackageRegistry = "npm" | "pypi" | "oci";

/** What a registry of servers says of an entry. Claims of its own. */
export interface RegistryEntry {
  /** Address of the registry. */
  registry: string;
  name: string;
  version: string;
  status: "active" | "deprecated" | "deleted";
  /** Why it is deprecated or deleted. */
  message?: string;
  /** ISO 8601, by the registry's clock: the newest of a sync is the next one's `updatedSince`. */
  updatedAt?: string;
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
  package?: { registry: PackageRegistry; name: string; version: string };
  launch?: LaunchConditions;
  cache?: CacheHints;
  /** What it takes to be let in, for `needs-authorization`. */
  authorization?: Authorization;
  /** How long a remote that turned us away asks to wait, in milliseconds from the crawl's end (Retry-After). */
  retryAfterMs?: number;
  /** The registry's entry, for servers that one lists. */
  registryEntry?: RegistryEntry;
  /** Why pages about the server are to be taken down: its registry deleted it, or `exclude.yaml` names it. */
  withdrawn?: "deleted" | "excluded";
  /** The server's stderr, its last 4 KiB, for failures. */
  stderr?: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
}
