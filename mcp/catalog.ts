import type { Database } from "../db/index.ts";
import type { McpCatalog } from "./types.ts";

/**
 * The catalog in a database that is loaded and opened when something is first asked of it: listing tools must not wait
 * for that.
 * @param open throws `UnavailableError` when it cannot be opened; the next question tries again
 */
export function lazyCatalog(open: () => Promise<Database>): McpCatalog {
  let opened: ReturnType<typeof openNow> | undefined;
  const openNow = async () => ({ db: await import("../db/index.ts"), database: await open() });
  const ready = () => {
    opened ??= openNow().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    async servers(options) {
      const { db, database } = await ready();
      return db.listServers(database, options);
    },
    async server(id) {
      const { db, database } = await ready();
      return db.getServer(database, id);
    },
    async tools(filter) {
      const { db, database } = await ready();
      return db.listTools(database, filter);
    },
    async tool(server, name) {
      const { db, database } = await ready();
      return db.getTool(database, server, name);
    },
    async serverTools(id) {
      const { db, database } = await ready();
      return db.serverTools(database, id);
    },
  };
}
