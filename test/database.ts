import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject, onTestFinished } from "vitest";
import { parseAddress } from "../db/_address.ts";
import { type Database, openDatabase } from "../db/index.ts";

/** A database of its own on the tests' server. */
export interface TestDatabase {
  /** As for DATABASE_URL. */
  url: string;
  drop(): Promise<void>;
}

/** Makes an empty database; drop it when done. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `placard_test_${randomBytes(6).toString("hex")}`;
  const serverUrl = inject("databaseUrl");
  await run(serverUrl, (sql) => sql`create database ${sql(name)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(serverUrl, (sql) => sql`drop database ${sql(name)} with (force)`) };
}

/** An open, empty catalog for the running test; closed and dropped when the test ends. */
export async function openTestDatabase(): Promise<Database> {
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  return database;
}

async function run(url: string, statement: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const parsed = parseAddress(url);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { url: address, host } = parsed.address;
  const sql = postgres(address, { max: 1, onnotice: () => {}, ...(host === undefined ? {} : { host }) });
  try {
    await statement(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
