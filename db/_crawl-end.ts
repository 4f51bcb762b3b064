import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { servers } from "./schema.ts";

/**
 * When a server's last crawl ended, in milliseconds; of a server without one, when it was last seen.
 * @param crawl the columns of its last crawl, by the name that the query gives the table.
 */
export const crawlEnd = (crawl: { startedAt: SQLWrapper; durationMs: SQLWrapper }): SQL =>
  sql`coalesce(
  (extract(epoch from ${crawl.startedAt}) * 1000)::bigint + ${crawl.durationMs},
  (extract(epoch from ${servers.lastSeen}) * 1000)::bigint)`;
