/** The one door between the site and its data: the queries of db/, bound to the database of the request. */

import type { ToolDefinition } from "../../../classifier/index.ts";
import type {
  CatalogReport,
  CatalogStats,
  ChangeFilter,
  ChangeRow,
  Database,
  KeyRange,
  Page,
  Progress,
  Readiness,
  RegistryFilter,
  RegistryRow,
  RegistryVersion,
  ServerDetail,
  ServerFilter,
  ServerRow,
  ServerTool,
  SimilarTools,
  ToolDetail,
  ToolFilter,
  ToolKey,
  ToolName,
  ToolPage,
} from "../../../db/index.ts";
import * as db from "../../../db/index.ts";
import type { CorrectedVerdict } from "../../../policy/index.ts";

/** What whoever runs the handler passes with each request: the open database, or (tests) a catalog of its own. */
export interface CatalogLocals {
  database?: Database;
  catalog?: Catalog;
  /** The verdict on a definition that was sent in, with the corrections of reviewers; left out: the classifier's. */
  judge?: (definition: ToolDefinition) => CorrectedVerdict;
  /**
   * Resolves when what was sent of an answer has been taken. Whoever makes one bit by bit waits for it before each: nobody
   * else looks whether its reader keeps up.
   */
  drained?: () => Promise<void>;
  /** Whether only the headers of the answer are sent: the request that comes is the GET that has them. */
  head?: boolean;
  /** Folder for the files of the bulk dataset; left out: one that goes with the process. */
  datasetFolder?: string;
  /** Told what an answer is made from, so that it can be kept until that changes. */
  onRead?: (part: CatalogPart) => void;
  /** Whether pages of other origins may read the API and show badges. */
  crossOrigin?: boolean;
  /** The page is being made for a static site: there is nobody who could answer questions about it later. */
  published?: boolean;
  /** Where the public reaches the site, as an origin. Left out: as it is asked; `null`: nobody knows. */
  publicUrl?: string | null;
  /** Pictures for links are those of verdicts, because nobody draws one for each tool and server. */
  sharedPictures?: boolean;
}

/** One server; the catalog as a whole; the progress of crawls; or what changes without anybody telling. */
export type CatalogPart = { server: string } | "catalog" | "runs" | "moment";

export interface Catalog {
  /** What it reads from: the same for all catalogs that give the same answers. */
  source?: object;
  servers(filter?: ServerFilter): Promise<Page<ServerRow>>;
  server(id: string): Promise<ServerDetail | undefined>;
  tools(filter?: ToolFilter): Promise<ToolPage>;
  serverTools(id: string): Promise<ServerTool[]>;
  /** What a server listed at some time, given as ISO 8601. */
  serverToolsAt(id: string, at: string): Promise<ServerTool[]>;
  /** Servers as a registry lists them. */
  registry(filter?: RegistryFilter): Promise<Page<RegistryRow>>;
  registryEntry(id: string): Promise<RegistryRow | undefined>;
  registryVersions(id: string): Promise<RegistryVersion[]>;
  tool(server: string, name: string): Promise<ToolDetail | undefined>;
  /** Tools of other servers that are like this one; undefined where nobody would keep that up to date. */
  similar(tool: ToolName): Promise<SimilarTools | undefined>;
  changes(filter?: ChangeFilter): Promise<Page<ChangeRow>>;
  /** What names each tool and each server, in batches. */
  toolKeys(range: KeyRange): AsyncIterable<ToolKey[]>;
  serverKeys(range: KeyRange): AsyncIterable<string[]>;
  stats(): Promise<CatalogStats>;
  /** @param findingKinds ids of the findings to be counted */
  report(findingKinds: readonly string[]): Promise<CatalogReport>;
  /** Tools and servers drawn evenly, at most so many; of servers those that list no more tools than that. */
  sampleTools(limit: number): Promise<ServerTool[]>;
  sampleServers(limit: number, mostTools: number): Promise<string[]>;
  progress(): Promise<Progress>;
  /** Whether it can be asked, at this moment. */
  ready(): Promise<Readiness>;
  /** Another text whenever anything in the bulk dataset may be another. */
  state(): Promise<string>;
  /** Reads all of it as it is at one moment. The signal ends that. */
  snapshot<Result>(signal: AbortSignal, use: (snapshot: db.Snapshot) => Promise<Result>): Promise<Result>;
}

/**
 * The catalog of this request. Throws when the handler was run without one: that is a mistake of ours, and the
 * error page says so.
 */
export function catalogOf(locals: CatalogLocals): Catalog {
  if (locals.catalog) return locals.catalog;
  const { database } = locals;
  if (!database)
    throw new Error("The site was started without a catalog: pass { database } as the handler's locals.");
  const read = (part: CatalogPart) => locals.onRead?.(part);
  const ofAll = <Answer>(answer: Answer): Answer => {
    read("catalog");
    return answer;
  };
  const ofServer = <Answer>(server: string | undefined, answer: Answer): Answer => {
    read(server === undefined ? "catalog" : { server });
    return answer;
  };
  return {
    source: database,
    servers: (filter) => ofAll(db.listServers(database, filter)),
    server: (id) => ofServer(id, db.getServer(database, id)),
    tools: (filter) => ofServer(filter?.server, db.listTools(database, filter)),
    serverTools: (id) => ofServer(id, db.serverTools(database, id)),
    serverToolsAt: (id, at) => ofServer(id, db.serverToolsAt(database, id, at)),
    registry: (filter) => ofAll(db.listRegistry(database, filter)),
    registryEntry: (id) => ofServer(id, db.getRegistryEntry(database, id)),
    registryVersions: (id) => ofServer(id, db.registryVersions(database, id)),
    tool: (server, name) => ofServer(server, db.getTool(database, server, name)),
    async similar(tool) {
      const found = await db.similarTools(database, tool);
      for (const { server } of [...found.same.items, ...found.named, ...found.near]) read({ server });
      return found;
    },
    changes: (filter) => ofServer(filter?.server, db.listChanges(database, filter)),
    toolKeys: (range) => ofAll(db.toolKeys(database, range)),
    serverKeys: (range) => ofAll(db.serverKeys(database, range)),
    stats: () => ofAll(db.catalogStats(database)),
    report: (findingKinds) => ofAll(db.catalogReport(database, findingKinds)),
    sampleTools: (limit) => ofAll(db.sampleTools(database, limit)),
    sampleServers: (limit, mostTools) => ofAll(db.sampleServers(database, limit, mostTools)),
    async progress() {
      const progress = await db.crawlProgress(database);
      const isRunning = progress.run !== undefined && progress.run.finishedAt === undefined;
      for (const part of isRunning ? (["moment"] as const) : (["runs", "catalog"] as const)) read(part);
      return progress;
    },
    // Whoever asks for a state wants that of now, and what is made of a snapshot has a tag of its own.
    state() {
      read("moment");
      return db.catalogState(database);
    },
    snapshot(signal, use) {
      read("moment");
      return db.withSnapshot(database, signal, use);
    },
    ready() {
      read("moment");
      return db.readiness(database);
    },
  };
}
