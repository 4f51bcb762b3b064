/** The one door between the site and its data: the queries of db/, bound to the database of the request. */

import type {
  CatalogStats,
  ChangeFilter,
  ChangeRow,
  Database,
  Page,
  PageOptions,
  Progress,
  ServerDetail,
  ServerRow,
  ServerTool,
  ToolDetail,
  ToolFilter,
  ToolRow,
} from "../../../db/index.ts";
import * as db from "../../../db/index.ts";

/** What whoever runs the handler passes with each request: the open database, or (tests) a catalog of its own. */
export interface CatalogLocals {
  database?: Database;
  catalog?: Catalog;
  /** Whether pages of other origins may read the API. */
  crossOrigin?: boolean;
}

export interface Catalog {
  servers(options?: PageOptions): Promise<Page<ServerRow>>;
  server(id: string): Promise<ServerDetail | undefined>;
  tools(filter?: ToolFilter): Promise<Page<ToolRow>>;
  serverTools(id: string): Promise<ServerTool[]>;
  tool(server: string, name: string): Promise<ToolDetail | undefined>;
  changes(filter?: ChangeFilter): Promise<Page<ChangeRow>>;
  stats(): Promise<CatalogStats>;
  progress(): Promise<Progress>;
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
  return {
    servers: (options) => db.listServers(database, options),
    server: (id) => db.getServer(database, id),
    tools: (filter) => db.listTools(database, filter),
    serverTools: (id) => db.serverTools(database, id),
    tool: (server, name) => db.getTool(database, server, name),
    changes: (filter) => db.listChanges(database, filter),
    stats: () => db.catalogStats(database),
    progress: () => db.crawlProgress(database),
  };
}
