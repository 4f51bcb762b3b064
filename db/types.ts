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

/** One value, or several of which any will do. */
export type AnyOf<Value> = Value | readonly Value[];

/**
 * The orders of a list of tools; `-` turns one round. `server` is by server and name, which nothing changes. `-risk` is
 * worst first, `-updated` what was updated last first. `relevance` is by how well the text fits, then worst first.
 */
export const TOOL_SORTS = ["server", "-server", "-risk", "risk", "-updated", "updated", "relevance"] as const;
export type ToolSort = (typeof TOOL_SORTS)[number];

/** Filters of `listTools`; all that are given must hold. */
export interface ToolFilter extends PageOptions {
  /** Server id. */
  server?: string;
  category?: AnyOf<Category>;
  risk?: AnyOf<Risk>;
  facet?: AnyOf<Facet>;
  /** Only tools with a finding of this kind. */
  finding?: AnyOf<string>;
  /** Only tools with evidence by this rule. */
  rule?: AnyOf<string>;
  /** Only tools whose annotations contradict the rest of their definition, or only the others. */
  conflict?: boolean;
  /** The least confidence: 0.5, 0.6, 0.7, 0.8 or 0.9. */
  confidence?: Confidence;
  /**
   * Words to find in name, title, description or server id, in any case; each must occur, the last one also as the
   * beginning of a word.
   */
  text?: string;
  /** Where nothing has these words, look for the likest there are. Off unless told. */
  respell?: boolean;
  /** Also the tools that are no longer served, or only those. Off unless told. */
  gone?: boolean | "only";
  /** Only tools of which something new was stored at or after this time (ISO 8601): see `tool_search.updated`. */
  updatedSince?: string;
  /** By how well they fit the text, and worst first, unless told. */
  sort?: ToolSort;
}

/** The orders of a list of servers; `-` turns one round. */
export const SERVER_SORTS = ["id", "-id", "-updated", "updated", "-tools", "tools"] as const;
export type ServerSort = (typeof SERVER_SORTS)[number];

/** Filters of `listServers`; all that are given must hold. */
export interface ServerFilter extends PageOptions {
  /** How the last crawl ended. */
  status?: AnyOf<CrawlStatus>;
  /** The first part of the id: npm, remote, … */
  source?: AnyOf<string>;
  /** Words that must all be part of the id or the title, in any case. */
  text?: string;
  /** Only servers whose last crawl ended at or after this time (ISO 8601), however it ended. */
  updatedSince?: string;
  /** By id unless told. */
  sort?: ServerSort;
}

/** What `confidence` of a filter may be, in tenths: each is a list of its own. */
export const CONFIDENCES = [0.5, 0.6, 0.7, 0.8, 0.9] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** A page of tools, with how they were found. */
export interface ToolPage extends Page<ToolRow> {
  /** How many tools pass, on all pages; undefined when they are too many to be counted. */
  count?: number;
  /** The words that were looked up, in small letters; absent when there were none. */
  words?: string[];
  /** What was looked for instead, when nothing had the words that were asked for. */
  instead?: string;
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
  /** Whether its text looks like an attack: a finding of its verdict is an error. */
  alarming: boolean;
  summary: string;
  /** In a search: the part of the description that has one of its words. A stranger's text. */
  excerpt?: string;
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

/** A stretch of all keys in their order. */
export interface KeyRange {
  /** Keys left out before the first. */
  skip: number;
  count: number;
}

/** What names a tool. */
export interface ToolKey {
  server: string;
  name: string;
  /** Since when it has its present definition. */
  changed?: string;
}

/** A tool as `similarTools` is asked about it. */
export interface ToolName {
  /** Server id. */
  server: string;
  name: string;
  digest: string;
}

/** A tool of another server, with what its verdict says. */
export interface AlikeTool extends ToolName {
  category: Category;
  risk: Risk;
}

/** Tools of other servers that are like one. */
export interface SimilarTools {
  /** Of the very same definition, by server; `count` stops at 100. */
  same: { items: AlikeTool[]; count: number };
  /** Of the same name with another definition: at most two of each category and risk there is, worst first. */
  named: AlikeTool[];
  /** Of nearly the same name, the likest first. */
  near: AlikeTool[];
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

/** Counts over the catalog as it is now. A figure that took too long to count is absent. */
export interface CatalogReport {
  /** Tools served now, by what their verdicts say. */
  judged?: { category: Category; risk: Risk; facets: Facet[]; tools: number }[];
  /** Tools by the confidence of their verdicts, in tenths from 0; those that are Unknown left out. */
  confidence?: number[];
  /** Servers by how many tools they list, fewest first; those that list none left out. */
  sizes?: { tools: number; servers: number }[];
  /** Tools whose annotations contradict the rest of their definition. */
  conflicts?: number;
  /** Tools with a finding of each kind, most first. */
  findings?: { kind: string; tools: number }[];
  /** Servers by the revision of MCP that the last good crawl spoke; null where it spoke none. */
  revisions?: { revision: string | null; servers: number }[];
  /** Servers by the first part of their id, with the tools they list. */
  sources?: { source: string; servers: number; tools: number }[];
  /** Servers by how their last crawl ended. */
  outcomes?: { status: CrawlStatus; servers: number }[];
  /** How many more tools (first seen, less those gone since) there were on each day in UTC, oldest first. */
  growth?: { day: string; more: number }[];
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
  /** Only changes that a crawl showed which was started at or after this time (ISO 8601). */
  since?: string;
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
