/**
 * Who uses the embedded server. Each process holds a shared lock for as long as it has the database open; the one
 * that gets the lock for itself on closing was the last, and stops the server.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { stopPostmaster } from "./_postmaster.ts";

/** Any number will do, as long as it stays the same. */
const PRESENCE_LOCK = 7_102_026;
const CREATE_LOCK = 7_102_027;

/**
 * Announces this process and makes the catalog's database where it is missing.
 * @param sql one connection to the maintenance database that stays open until `leave`.
 */
export async function arrive(sql: postgres.Sql, database: string): Promise<void> {
  await sql`select pg_advisory_lock_shared(${PRESENCE_LOCK})`;
  await sql`select pg_advisory_lock(${CREATE_LOCK})`;
  const found = await sql`select 1 from pg_database where datname = ${database}`;
  if (found.length === 0) await sql`create database ${sql(database)}`;
  await sql`select pg_advisory_unlock(${CREATE_LOCK})`;
}

/** Says goodbye, and stops the server when nobody else uses it: neither a Placard nor any other client. */
export async function leave(sql: postgres.Sql, dataFolder: string): Promise<void> {
  let last = false;
  try {
    await sql`select pg_advisory_unlock_shared(${PRESENCE_LOCK})`;
    const [row] = await sql`select pg_try_advisory_lock(${PRESENCE_LOCK}) as alone`;
    last = row?.alone === true && (await isAlone(sql));
    if (last) await stopPostmaster(dataFolder);
  } catch {
    // The server went away by itself; then there is nothing to stop.
  } finally {
    await sql.end({ timeout: last ? 0 : 2 });
  }
}

/** Our own connections that were closed just now take a moment to disappear, so this looks more than once. */
async function isAlone(sql: postgres.Sql): Promise<boolean> {
  for (let look = 0; look < 20; look += 1) {
    const others = await sql`
      select 1 from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`;
    if (others.length === 0) return true;
    await sleep(50);
  }
  return false;
}
