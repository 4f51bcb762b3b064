export { crawl, crawlServer } from "./crawl.ts";
export { type Exclusion, type Exclusions, readExclusions } from "./exclude.ts";
export { foresee } from "./foresee.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { findSandbox, type Sandbox, type SandboxLevel, sandboxNotice } from "./sandbox.ts";
export type { CrawlOptions, CrawlStage, ParsedSource, Source, SourceOptions } from "./source.ts";
export { commandSource, parseSource } from "./sources.ts";
export { type StarterEntry, starterSet } from "./starter.ts";
export {
  type Authorization,
  type CacheHints,
  CRAWL_STATUSES,
  type CrawlResult,
  type CrawlStatus,
  type LaunchConditions,
  type ListedReference,
  type PackageRegistry,
  type RegistryEntry,
  type ServerReference,
  type ToolProblem,
} from "./types.ts";
