import { type AnyColumn, sql } from "drizzle-orm";
import { servers } from "./schema.ts";

/** Holds for rows of servers that are not withdrawn. */
export function isShown(server: AnyColumn) {
  return sql`not exists (select 1 from ${servers} where ${servers.id} = ${server} and ${servers.withdrawn} is not null)`;
}
