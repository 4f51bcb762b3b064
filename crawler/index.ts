export { crawl, crawlServer } from "./crawl.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { findSandbox, type Sandbox, type SandboxLevel } from "./sandbox.ts";
export type { CrawlOptions, CrawlStage, ParsedSource, Source, SourceOptions } from "./source.ts";
export { commandSource, parseSource } from "./sources.ts";
export { type StarterEntry, starterSet } from "./starter.ts";
export {
  CRAWL_STATUSES,
  type CrawlResult,
  type CrawlStatus,
  type LaunchConditions,
  type ServerReference,
  type ToolProblem,
} from "./types.ts";
