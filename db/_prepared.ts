/**
 * Statements that the server parses and plans once for each connection: for what pages ask all the time, by key. Not for
 * searches, whose best plan depends on the words.
 */
import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Database } from "./client.ts";

const dialect = new PgDialect();

/** The rows of a query whose text is always the same. */
export async function preparedRows<Row>({ db }: Database, query: SQL): Promise<Row[]> {
  const { sql, params } = dialect.sqlToQuery(query);
  const rows = await db.$client.unsafe(sql, params as string[], { prepare: true });
  return [...rows] as unknown as Row[];
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
