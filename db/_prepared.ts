/**
 * Statements that the server parses and plans once for each connection: for what pages ask all the time, by key. Not for
 * searches, whose best plan depends on the words.
 */
import { fillPlaceholders, type SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Database } from "./client.ts";

/** Asks a prepared statement; values are named as its placeholders are. */
export type Prepared<Values, Row> = (database: Database, values: Values) => Promise<Row[]>;

/**
 * A statement whose text is put together once. What it knows of the number of rows must not depend on the values: the
 * server plans it anew for every question as long as it expects to win by that, which here costs more than to answer.
 */
export function prepared<Values extends Record<string, unknown>, Row>(query: SQL): Prepared<Values, Row> {
  const { sql, params } = new PgDialect().sqlToQuery(query);
  return async ({ db }, values) => {
    const filled = fillPlaceholders(params, values) as string[];
    const rows = await db.$client.unsafe(sql, filled, { prepare: true });
    return rows as unknown as Row[];
  };
}

/** Makes something once for each database: queries are put together faster than they are run, but not by much. */
export function onceFor<Made>(make: (database: Database["db"]) => Made): (database: Database) => Made {
  const made = new WeakMap<Database["db"], Made>();
  return ({ db }) => {
    const known = made.get(db) ?? make(db);
    made.set(db, known);
    return known;
  };
}
