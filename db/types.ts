/**
 * What the catalog's queries take and give: plain data that survives JSON, every date an ISO 8601 string in UTC.
 */
import type { Category, Facet, Risk, ToolDefinition, Verdict } from "../classifier/index.ts";
import type { CrawlStatus, LaunchConditions, ToolProblem } from "../crawler/types.ts";

/** One page of a list. `nextCursor` is opaque; hand it back for the next page. `null`: this was the last one. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface PageOptions {
  /** Items a page, 1 to 200; 50 unless told. */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
}

/** Filters of `listTools`; all that are given must hold. */
export interface ToolFilter extends PageOptions {
  /** Server id. */
  server?: string;
  category?: Category;
  risk?: Risk;
  facet?: Facet;
  /** Words to find in name, title or description, in any case; each must occur. */
  text?: string;
  /** Also the tools that are no longer served. Off unless told. */
  gone?: boolean;
}

/** The package a server was installed from. */
export interface PackageRow {
  registry: "npm";
  name: string;
  version: string;
}

export interface ServerRow {
  /** Server id: `npm/@scope/name`, `file/<name>`, … */
  id: string;
  /** Source of the last crawl: `npm:@scope/name@1.2.3`. */
  source: string;
  /** What the server calls itself (`serverInfo.title`, else `serverInfo.name`). A stranger's text. */
  title?: string;
  /** Version of the package, else what the server says of itself. */
  version?: string;
  /** How the last crawl ended. */
  status: CrawlStatus;
  /** Why, for people; there unless status is ok. */
  reason?: string;
  /** Tools served now: those of the last crawl that went well. */
  toolCount: number;
  byRisk: Record<Risk, number>;
  byCategory: Record<Category, number>;
  firstSeen: string;
  lastSeen: string;
}

/** One attempt to list a server. */
export interface CrawlRow {
  startedAt: string;
  status: CrawlStatus;
  reason?: string;
  toolCount: number;
  durationMs: number;
  source: string;
  /** Version of the package that was asked, else of the server. */
  version?: string;
}

/** The last crawl, with what it depended on. */
export interface LastCrawl extends CrawlRow {
  /** The server's last words, for failures. A stranger's text. */
  stderr?: string;
}

/**
 * A server with its history. What the server said (package, serverInfo, instructions, launch, problems) is of the
 * last crawl that went well, or of the last one where none did.
 */
export interface ServerDetail extends ServerRow {
  package?: PackageRow;
  serverInfo?: Record<string, unknown>;
  protocolVersion?: string;
  instructions?: string;
  capabilities?: Record<string, unknown>;
  launch?: LaunchConditions;
  /** Tools in the list that could not be taken. */
  problems: ToolProblem[];
  lastCrawl: LastCrawl;
  /** Newest first, at most 50. */
  crawls: CrawlRow[];
}

export interface ToolRow {
  /** Server id. */
  server: string;
  name: string;
  title?: string;
  /** `sha256:<hex>` of the definition. */
  digest: string;
  category: Category;
  risk: Risk;
  /** 0 to 1. */
  confidence: number;
  facets: Facet[];
  summary: string;
  firstSeen: string;
  lastSeen: string;
  /** When a crawl that went well no longer listed it; absent while it is served. */
  goneSince?: string;
}

/** A definition a tool had, and when. */
export interface ToolVersion {
  digest: string;
  firstSeen: string;
  lastSeen: string;
  category: Category;
  risk: Risk;
}

/** The crawl that served a definition last. */
export interface Provenance {
  source: string;
  package?: PackageRow;
  protocolVersion?: string;
  launch?: LaunchConditions;
  crawledAt: string;
}

export interface ToolDetail extends ToolRow {
  definition: ToolDefinition;
  verdict: Verdict;
  provenance: Provenance;
  /** Definitions this tool has had, newest first. */
  versions: ToolVersion[];
}

/** A tool as a policy is made from it. */
export interface ServerTool extends ToolRow {
  definition: ToolDefinition;
  verdict: Verdict;
}

/** Counts over the tools served now. */
export interface CatalogStats {
  /** Servers that were asked at least once. */
  servers: number;
  /** How their last crawls ended. */
  byStatus: Record<CrawlStatus, number>;
  tools: number;
  byCategory: Record<Category, number>;
  byRisk: Record<Risk, number>;
  byFacet: Record<Facet, number>;
}

export const JOB_STATES = ["waiting", "running", "done", "failed", "skipped"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** One server in a run of crawls. */
export interface Job {
  server: string;
  source: string;
  state: JobState;
  /** What a running job is at: resolving, installing, starting, listing. */
  stage?: string;
  /** Why it failed or was skipped. */
  reason?: string;
  /** How many tools were listed. */
  tools?: number;
  startedAt?: string;
  finishedAt?: string;
}

export type JobPatch = Partial<Omit<Job, "server" | "source">>;

/** The newest run of crawls, in the order it was planned. Without a run, `jobs` is empty. */
export interface Progress {
  /** A run without `finishedAt` is still going on. */
  run?: { id: string; startedAt: string; finishedAt?: string };
  jobs: Job[];
  /** Jobs that ended well or had nothing to do. */
  done: number;
  failed: number;
  total: number;
}
