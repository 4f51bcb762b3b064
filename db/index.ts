/** The catalog's store: PostgreSQL through drizzle. Every function takes the handle of `openDatabase` first. */

export { RefusedError } from "./_crawl-rows.ts";
export { CursorError } from "./_cursor.ts";
export { likeness } from "./_likeness.ts";
export { LONGEST_QUERY_MS, SlowListError } from "./_patience.ts";
export type { DeadJob, QueueCounts } from "./_queue-look.ts";
export { listChanges } from "./changes.ts";
export {
  type Connection,
  type Database,
  joinDatabase,
  type OpenOptions,
  type OpenResult,
  openDatabase,
} from "./client.ts";
export { compareLists, type ListedTool } from "./compare.ts";
export { showCorrections } from "./corrections.ts";
export { type Settlement, storeCrawl } from "./crawls.ts";
export { catalogState, type Snapshot, withSnapshot } from "./export.ts";
export { RECORD_KINDS, type RecordKind } from "./export-lines.ts";
export type { DatasetTool } from "./export-tools.ts";
export { deleteServers, type Removal, type Removals } from "./forget.ts";
export { freshServers, stillSkipped } from "./fresh.ts";
export { importCatalog, type Numbered } from "./import.ts";
export { ImportError } from "./import-error.ts";
export type { DatasetRecord } from "./import-types.ts";
export { serverKeys, toolKeys } from "./keys.ts";
export {
  changesOfServer,
  namesAlike,
  type SearchRow,
  type ServerState,
  searchRows,
  searchState,
  serverStates,
  toolDetails,
} from "./publish.ts";
export { type Claim, type CrawlJob, LapsedError, openQueue, type Queue } from "./queue.ts";
export { type Readiness, readiness } from "./ready.ts";
export {
  getRegistryEntry,
  listRegistry,
  type RegistryFilter,
  type RegistryRow,
  type RegistryVersion,
  registryVersions,
} from "./registry.ts";
export { catalogReport, sampleServers, sampleTools } from "./report.ts";
export { replaceVerdict } from "./review.ts";
export { crawlProgress, finishRun, type PlannedJob, startRun, touchRun, updateJob } from "./runs.ts";
export { listServers } from "./server-list.ts";
export { getServer, serverIds } from "./servers.ts";
export { similarTools, similarToolsOf } from "./similar.ts";
export { serverToolsAt } from "./snapshot.ts";
export { catalogStats } from "./stats.ts";
export { listTools } from "./tool-list.ts";
export { getTool, serverTools } from "./tools.ts";
export type * from "./types.ts";
export { CHANGE_KINDS, JOB_STATES } from "./types.ts";
export { type Reclassification, reclassify } from "./verdicts.ts";
export { type CatalogChange, watchCatalog } from "./watch.ts";
