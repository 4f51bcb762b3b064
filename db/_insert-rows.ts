import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Transaction } from "./_batch.ts";

/**
 * Inserts many rows as one JSON text: a statement with a parameter for each value costs us ten times as much to write.
 * Ids can be given too. What is undefined in one row and not in all of them becomes NULL there.
 * @throws what the driver throws.
 */
export async function insertRows<Table extends PgTable>(
  tx: Transaction,
  table: Table,
  rows: Table["$inferInsert"][],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(getTableColumns(table)).filter(([key]) =>
    rows.some((row) => at(row, key) !== undefined),
  );
  const named = rows.map((row) => Object.fromEntries(columns.map(([key, { name }]) => [name, at(row, key)])));
  const names: SQL = sql.join(
    columns.map(([, { name }]) => sql.identifier(name)),
    sql`, `,
  );
  await tx.execute(sql`insert into ${table} (${names}) overriding system value
    select ${names} from json_populate_recordset(null::${table}, ${JSON.stringify(named)}::text::json)`);
}

const at = (row: object, key: string): unknown => (row as Record<string, unknown>)[key];
