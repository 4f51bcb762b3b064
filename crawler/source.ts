import type { ToolDefinition } from "../classifier/index.ts";
import type { Limits } from "./limits.ts";
import type { CrawlResult, CrawlStatus, ListedReference, ToolProblem } from "./types.ts";

/** What a server is doing while we crawl it, in this order; a stage that isn't needed is left out. */
export type CrawlStage = "resolving" | "installing" | "starting" | "listing";

/** How a source is to be run, given by the user beside its address. */
export interface SourceOptions {
  /** Extra arguments for the server (`--args`). Given ones replace what `launch.yaml` knows about a package. */
  arguments?: string[];
  /** Environment for the server (`--env NAME=VALUE`). Values reach the server and nothing else. */
  environment?: Record<string, string>;
  /** Name in the server's id, for `-- command` and `file:`. */
  name?: string;
  /** Headers for a remote. Values reach the server and nothing else. */
  headers?: Record<string, string>;
  /** Folder that a command is started in; this process's unless told. */
  workingFolder?: string;
  /** Only what a registry changed since then (RFC 3339), deleted entries included. */
  updatedSince?: string;
  /** Gives servers of a configuration the environment, headers and secrets that it holds for them. */
  useConfigEnvironment?: boolean;
}

/** How a crawl is to be done, the same for every source. */
export interface CrawlOptions {
  /** Data folder (PLACARD_HOME). Installed packages go to `cache/` in it. */
  home: string;
  /** Ends the crawl; it then throws the signal's reason after everything it started has ended. */
  signal?: AbortSignal;
  onStage?: (stage: CrawlStage, detail?: string) => void;
  limits?: Partial<Limits>;
  /** Told once for each server what the user should know of how it is run: one sentence. */
  onNotice?: (sentence: string) => void;
  /** Lets a started server use the network. Off by default. */
  network?: boolean;
  /** Added to the environment of a started server, after the source's own. */
  environment?: Record<string, string>;
  /** Runs packages from a registry even where no sandbox can be had. */
  unsafeNoSandbox?: boolean;
  /** Where those who run a remote can read about this crawler or write to its owner; told in the User-Agent. */
  contact?: string;
  /** A list of servers to leave out, beside Placard's own `exclude.yaml`; PLACARD_EXCLUDE unless told. */
  excludeFile?: string;
}

/** `CrawlOptions` with everything filled in, as sources get it. */
export interface CrawlContext {
  home: string;
  signal: AbortSignal;
  onStage: (stage: CrawlStage, detail?: string) => void;
  onNotice?: (sentence: string) => void;
  limits: Limits;
  network: boolean;
  environment: Record<string, string>;
  unsafeNoSandbox: boolean;
  contact?: string;
  excludeFile?: string;
}

/** Everything of a crawl's result that a source finds out, whether the crawl came to an end or not. */
export type Facts = Partial<
  Pick<
    CrawlResult,
    | "protocolVersion"
    | "serverInfo"
    | "instructions"
    | "capabilities"
    | "package"
    | "launch"
    | "cache"
    | "authorization"
    | "retryAfterMs"
    | "registryEntry"
    | "withdrawn"
    | "stderr"
  >
>;

/** What a source got: the raw JSON text of each page, or why there is none. */
export type Fetched =
  | { ok: true; raw: string[]; facts: Facts; notes: string[] }
  | { ok: false; status: Exclude<CrawlStatus, "ok">; reason: string; raw: string[]; facts: Facts };

/** Raw answers read tool by tool, or one sentence that says why they can't be. */
export type ParsedAnswer =
  | { ok: true; tools: ToolDefinition[]; problems: ToolProblem[] }
  | { ok: false; reason: string };

/**
 * One upstream: a package, a command, a URL, a file, later a whole registry. A source fetches and translates;
 * `crawl` does the rest (limits, provenance, time).
 */
export interface Source {
  /** What the user typed, without secrets: `npm:@scope/name@1.2.3`. */
  label: string;
  /** The servers behind the source. */
  list(context: CrawlContext): AsyncIterable<ListedReference>;
  /**
   * What `fetch` would say of a listed server that it would not ask, because what the list says of it decides that;
   * undefined for one that has to be asked. Pure.
   */
  foresee?(reference: ListedReference): Extract<Fetched, { ok: false }> | undefined;
  /** Asks one of them. Never throws for the server's fault; throws when `context.signal` aborts. */
  fetch(reference: ListedReference, context: CrawlContext): Promise<Fetched>;
  /** Reads what `fetch` got. Pure. */
  parse(raw: string[]): ParsedAnswer;
}

export type ParsedSource = { ok: true; source: Source } | { ok: false; reason: string };

/** What a file in `sources/` exports as its default: adding a source adds such a file and touches no other. */
export interface SourceKind {
  /** What stands before the colon; `https` reads `https://…`. */
  schemes: string[];
  /** How it is written, for messages: `npm:<name>[@version]`. */
  usage: string;
  /** Reads an argument whose scheme is one of `schemes`; the whole argument, scheme and all. */
  parse(argument: string, options: SourceOptions): ParsedSource;
}
