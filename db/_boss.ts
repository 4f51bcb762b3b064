import { sql } from "drizzle-orm";
import { type Db, fromDrizzle, PgBoss } from "pg-boss";
import type { Transaction } from "./_batch.ts";
import type { Database } from "./client.ts";

/** Where pg-boss keeps its tables, in the same database as ours. */
const SCHEMA = "pgboss";

/** How often, in seconds, a worker looks for jobs whose process gave no sign of life. */
const LOOK_EVERY = 5;

/**
 * pg-boss over the catalog's own connections: no second driver, no second pool.
 * @param options.works true for a worker, which looks after abandoned jobs; false for who only adds and looks.
 * @throws what the driver throws.
 */
export async function startBoss(database: Database, options: { works: boolean }): Promise<PgBoss> {
  const boss = new PgBoss({
    db: overDriver(database),
    schema: SCHEMA,
    schedule: false,
    supervise: options.works,
    superviseIntervalSeconds: LOOK_EVERY,
    monitorIntervalSeconds: LOOK_EVERY,
    registerInstance: false,
    monitorVacuum: false,
    reindex: false,
    openTelemetry: { enabled: false },
  });
  // Of its rounds; what we ask of it ourselves is thrown at us. The next round tries again.
  boss.on("error", () => {});
  boss.on("warning", () => {});
  await boss.start();
  return boss;
}

/** The same inside a transaction of ours, so that a job and what it brought are stored together or not at all. */
export function within(tx: Transaction): Db {
  return overDrizzle(tx);
}

function overDrizzle(db: Parameters<typeof fromDrizzle>[0]): Db {
  const plain = fromDrizzle(db, sql);
  return {
    async executeSql(text, values) {
      try {
        return await plain.executeSql(text, values?.map(asText));
      } catch (error) {
        // pg-boss looks at PostgreSQL's code, which drizzle wraps: two who take the same host is no error to it.
        throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
      }
    },
  };
}

/** Drizzle takes the driver's own way with dates and JSON from it. */
function asText(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;
}

/** How pg-boss spells out a transaction, and what it does after it. */
const SPELLED = /^\s*BEGIN;(.*)\bCOMMIT;(.*)$/s;

function overDriver({ db }: Database): Db {
  const plain = overDrizzle(db);
  return {
    async executeSql(text, values) {
      const [, statements, after = ""] = SPELLED.exec(text) ?? [];
      if (statements === undefined) return plain.executeSql(text, values);
      // The driver refuses a transaction that is spelled out, unless it has a connection to itself.
      const rows = (await db.$client.begin((tx) => tx.unsafe(statements))).flat();
      if (after.trim() !== "") await db.$client.unsafe(after);
      return { rows };
    },
  };
}
