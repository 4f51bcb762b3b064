import path from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import type postgres from "postgres";

const MIGRATION_LOCK = 7_102_028;
const OLDEST_SERVER = 140_000;
const MIGRATIONS = path.join(import.meta.dirname, "migrations");

/**
 * Brings the tables up to date, one process at a time.
 * @param sql a single connection, so that the lock is held by the one that migrates.
 * @throws what the driver throws.
 */
export async function applyMigrations(
  sql: postgres.Sql,
): Promise<{ ok: true } | { ok: false; problem: string }> {
  const [server] = await sql`select current_setting('server_version_num')::int as version`;
  if (Number(server?.version) < OLDEST_SERVER) {
    return { ok: false, problem: "the server is older than PostgreSQL 14. Use a newer one." };
  }
  await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
  try {
    if ((await lastApplied(sql)) > lastKnown()) {
      const problem = "a newer Placard has changed its tables. Use that one, or another database.";
      return { ok: false, problem };
    }
    await migrate(drizzle(sql), { migrationsFolder: MIGRATIONS });
    return { ok: true };
  } finally {
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
  }
}

/** When the newest migration that this version knows was made, in milliseconds. */
export const lastKnown = (): number =>
  readMigrationFiles({ migrationsFolder: MIGRATIONS }).at(-1)?.folderMillis ?? 0;

/** When the newest migration of the tables was made; 0 where there was none. */
export async function lastApplied(sql: postgres.Sql): Promise<number> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (table?.there !== true) return 0;
  const [row] = await sql`select max(created_at) as last from drizzle.__drizzle_migrations`;
  return Number(row?.last ?? 0);
}
