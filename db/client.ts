import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { connectionFailure, parseAddress } from "./_address.ts";
import { answerWithin } from "./_answer.ts";
import { DRIVER_OPTIONS } from "./_driver.ts";
import { applyMigrations, lastKnown } from "./_migrate.ts";
import { lastingPool } from "./_pool.ts";
import { arrive, leave } from "./_presence.ts";
import { type EmbeddedServer, ensureEmbedded } from "./embedded.ts";
import * as schema from "./schema.ts";

/** An open catalog. */
export interface Database {
  db: PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
  /** Where it is, for people; never holds a password. */
  description: string;
  embedded: boolean;
  /** When the newest migration that it was opened with was made, in milliseconds: which tables it has. */
  migration: number;
  /** For `joinDatabase`. */
  connection: Connection;
  /** Closes the connections, and stops the embedded server when nobody else uses it. Once is enough; more is fine. */
  close(): Promise<void>;
}

/** What another thread needs to reach a catalog that is open here; a structured clone of it does. Holds the password. */
export interface Connection {
  options: { path: string; database: string; username: string; ssl: false } | { url: string; host?: string };
  description: string;
  embedded: boolean;
  migration: number;
}

export interface OpenOptions {
  /** Placard's data folder (PLACARD_HOME). Not touched when there is a `url`. */
  home: string;
  /** DATABASE_URL: a server of the user's own, instead of the embedded one. Empty counts as absent. */
  url?: string;
  /** How long the server at `url` may take to answer, in milliseconds; 10 s unless told. */
  patience?: number;
  /** Told, in one sentence, what takes a moment. */
  onNotice?: (notice: string) => void;
}

export type OpenResult = { ok: true; database: Database } | { ok: false; reason: string };

const DATABASE_NAME = "placard";

/**
 * Opens the catalog: finds or starts the server, and brings its tables up to date.
 * @returns the handle, or one sentence on what to do.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenResult> {
  return options.url ? openAddress(options.url, options.patience ?? 10_000) : openEmbedded(options);
}

/**
 * A catalog that another thread of this process has open, for as long as that one keeps it so: it has started the server
 * and brought the tables up to date.
 */
export function joinDatabase(connection: Connection): Database {
  const sql = lastingPool(connect(connection.options, MOST_CONNECTIONS));
  return handle(sql, connection, () => sql.end({ timeout: 5 }));
}

const MOST_CONNECTIONS = 10;

function connect(options: Connection["options"], max: number): postgres.Sql {
  if (!("url" in options)) return postgres({ ...DRIVER_OPTIONS, ...options, max });
  const { url, host } = options;
  return postgres(url, { ...DRIVER_OPTIONS, max, ...(host === undefined ? {} : { host }) });
}

async function openAddress(url: string, patience: number): Promise<OpenResult> {
  const parsed = parseAddress(url);
  if (!parsed.ok) return parsed;
  const { address } = parsed;
  const { description, ...options } = address;
  try {
    const first = connect(options, 1);
    await answerWithin(first, patience);
    const migrated = await migrateWith(first);
    if (!migrated.ok) {
      return { ok: false, reason: `Opening the database ${address.description}: ${migrated.problem}` };
    }
  } catch (error) {
    return { ok: false, reason: connectionFailure(address.description, error) };
  }
  const connection = { options, description, embedded: false, migration: lastKnown() };
  return { ok: true, database: joinDatabase(connection) };
}

async function openEmbedded(options: OpenOptions): Promise<OpenResult> {
  const home = path.resolve(options.home);
  let failure = "";
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const ensured = await ensureEmbedded({ home, onNotice: options.onNotice });
    if (!ensured.ok) return ensured;
    try {
      return await joinEmbedded(ensured.server);
    } catch (error) {
      // Another process may have stopped the server between our look at it and our lock on it.
      failure = error instanceof Error ? error.message : String(error);
      await sleep(100 * (attempt + 1));
    }
  }
  const reason = `Opening the database in ${path.join(home, "pg")}: ${failure}. Try again; its log is server.log in that folder.`;
  return { ok: false, reason };
}

async function joinEmbedded(server: EmbeddedServer): Promise<OpenResult> {
  const options = {
    path: server.socket,
    database: DATABASE_NAME,
    username: server.user,
    ssl: false,
  } as const;
  // Held open for as long as we are here, so it must not be renewed.
  const presence = postgres({
    ...DRIVER_OPTIONS,
    path: server.socket,
    database: "postgres",
    username: server.user,
    ssl: false,
    max: 1,
    max_lifetime: null,
  });
  const description = `the embedded PostgreSQL in ${server.dataFolder}`;
  try {
    await answerWithin(presence, 10_000);
    await arrive(presence, DATABASE_NAME);
    const migrated = await migrateWith(connect(options, 1));
    if (!migrated.ok) {
      await leave(presence, server.dataFolder);
      return { ok: false, reason: `Opening ${description}: ${migrated.problem}` };
    }
  } catch (error) {
    await presence.end({ timeout: 1 });
    throw error;
  }
  const sql = lastingPool(connect(options, MOST_CONNECTIONS));
  const close = async () => {
    await sql.end({ timeout: 5 });
    await leave(presence, server.dataFolder);
  };
  const connection = { options, description, embedded: true, migration: lastKnown() };
  return { ok: true, database: handle(sql, connection, close) };
}

async function migrateWith(sql: postgres.Sql) {
  try {
    return await applyMigrations(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function handle(sql: postgres.Sql, connection: Connection, end: () => Promise<void>): Database {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= end();
    return closing;
  };
  const { description, embedded, migration } = connection;
  return { db: drizzle(sql, { schema }), description, embedded, migration, connection, close };
}
