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
export const openTestDatabase = async (): Promise<Database> => (await openTestCatalog()).database;

/** The same, with what DATABASE_URL must be for others to open it. */
export async function openTestCatalog(): Promise<{ database: Database; url: string }> {
  const { database, url, close } = await openSharedCatalog();
  onTestFinished(close);
  return { database, url };
}

/** An open, empty catalog for several tests; `close` drops it. */
export async function openSharedCatalog(): Promise<{
  database: Database;
  url: string;
  close(): Promise<void>;
}> {
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  const close = async () => {
    await database.close();
    await drop();
  };
  return { database, url, close };
}

/**
 * The URL of a database for another role, which may make anything in it but temporary tables. The role is dropped when
 * the test ends, and the database with it.
 */
export async function roleWithoutTemporary({ url, drop }: TestDatabase): Promise<string> {
  const role = `placard_test_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  const database = new URL(url).pathname.slice(1);
  await run(url, async (sql) => {
    await sql.unsafe(`create role ${role} login password '${password}'`);
    await sql`grant connect, create on database ${sql(database)} to ${sql(role)}`;
    await sql`revoke temporary on database ${sql(database)} from public`;
    await sql`grant usage, create on schema public to ${sql(role)}`;
  });
  onTestFinished(async () => {
    await drop();
    await run(inject("databaseUrl"), (sql) => sql`drop role ${sql(role)}`);
  });
  const address = new URL(url);
  Object.assign(address, { username: role, password });
  return address.href;
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
