/**
 * What the catalog's queries take and give: plain data that survives JSON, every date an ISO 8601 string in UTC.
 */
import type { Category, Facet, Risk, ToolDefinition, Verdict } from "../classifier/index.ts";
import type {
  Authorization,
  CacheHints,
  CrawlStatus,
  LaunchConditions,
  PackageRegistry,
  RegistryEntry,
  ToolProblem,
} from "../crawler/types.ts";

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
  /** Also the tools that are no longer served, or only those. Off unless told. */
  gone?: boolean | "only";
}

/** The package a server was installed from. */
export interface PackageRow {
  registry: PackageRegistry;
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
  /** How long its list holds. */
  cache?: CacheHints;
  /** Tools in the list that could not be taken. */
  problems: ToolProblem[];
  /** What it takes to be let in, when the last crawl was asked for it. Claims of the server's own. */
  authorization?: Authorization;
  /** What the registry that lists the server says of it. */
  registryEntry?: RegistryEntry;
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
  /** How long the list holds, as the server said. */
  cache?: CacheHints;
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

/** What can have changed about a tool between two good lists of its server. */
export const CHANGE_KINDS = [
  "tool-added",
  "tool-removed",
  "tool-renamed",
  "description-changed",
  "schema-changed",
  "annotations-changed",
  "verdict-changed",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A tool in one of two lists. */
export interface ToolState {
  name: string;
  digest: string;
  category: Category;
  risk: Risk;
  facets: Facet[];
}

/** One difference between two good lists of a server. */
export interface Change {
  kind: ChangeKind;
  /** The tool's name; the new one, for one that was renamed. */
  tool: string;
  /** Whether a verdict got worse: risk or category went up, or a facet was gained. False for the other kinds. */
  worse: boolean;
  /** Absent for a tool that was added. */
  before?: ToolState;
  /** Absent for a tool that was removed. */
  after?: ToolState;
}

export interface ChangeRow extends Change {
  id: number;
  server: string;
  /** When the crawl that showed it was started. */
  at: string;
}

/** Filters of `listChanges`; all that are given must hold. */
export interface ChangeFilter extends PageOptions {
  /** Server id. */
  server?: string;
  /** A tool's name, now or before it was renamed. */
  tool?: string;
  kind?: ChangeKind;
  /** Only verdicts that got worse. */
  worse?: boolean;
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
