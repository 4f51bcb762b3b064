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
  /** Closes the connections, and stops the embedded server when nobody else uses it. Once is enough; more is fine. */
  close(): Promise<void>;
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

async function openAddress(url: string, patience: number): Promise<OpenResult> {
  const parsed = parseAddress(url);
  if (!parsed.ok) return parsed;
  const { address } = parsed;
  const connect = (max: number) =>
    postgres(address.url, {
      ...DRIVER_OPTIONS,
      max,
      ...(address.host === undefined ? {} : { host: address.host }),
    });
  try {
    const first = connect(1);
    await answerWithin(first, patience);
    const migrated = await migrateWith(first);
    if (!migrated.ok) {
      return { ok: false, reason: `Opening the database ${address.description}: ${migrated.problem}` };
    }
  } catch (error) {
    return { ok: false, reason: connectionFailure(address.description, error) };
  }
  const sql = lastingPool(connect(10));
  return { ok: true, database: handle(sql, address.description, false, () => sql.end({ timeout: 5 })) };
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
  const connect = (database: string, max: number) =>
    postgres({ ...DRIVER_OPTIONS, path: server.socket, database, username: server.user, ssl: false, max });
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
    const migrated = await migrateWith(connect(DATABASE_NAME, 1));
    if (!migrated.ok) {
      await leave(presence, server.dataFolder);
      return { ok: false, reason: `Opening ${description}: ${migrated.problem}` };
    }
  } catch (error) {
    await presence.end({ timeout: 1 });
    throw error;
  }
  const sql = lastingPool(connect(DATABASE_NAME, 10));
  const close = async () => {
    await sql.end({ timeout: 5 });
    await leave(presence, server.dataFolder);
  };
  return { ok: true, database: handle(sql, description, true, close) };
}

async function migrateWith(sql: postgres.Sql) {
  try {
    return await applyMigrations(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function handle(
  sql: postgres.Sql,
  description: string,
  embedded: boolean,
  end: () => Promise<void>,
): Database {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= end();
    return closing;
  };
  return { db: drizzle(sql, { schema }), description, embedded, migration: lastKnown(), close };
}
