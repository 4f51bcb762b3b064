/** The whole catalog as it is at one moment, read row by row: for the bulk dataset. */
import type { Readable } from "node:stream";
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { type CopyConnection, copyConnection } from "./_copy-socket.ts";
import { endedBy } from "./_ended-by.ts";
import type { Database } from "./client.ts";
import { fieldsOf } from "./export-copy.ts";
import { lineQuery, plainQuery, type RecordKind, type Traits, unwantedPlans } from "./export-lines.ts";
import { stateQuery } from "./export-state.ts";
import { type DatasetTool, TOOLS_QUERY, toDatasetTool } from "./export-tools.ts";
import { servers, verdicts } from "./schema.ts";

/** The catalog at one moment. Read one thing at a time: it is one connection. */
export interface Snapshot {
  /** As `catalogState` says it. */
  state: string;
  /**
   * All records of a kind as lines of JSON, in order, in chunks that end anywhere. Each is written over as soon as the next
   * one is asked for.
   */
  lines(kind: RecordKind): AsyncIterable<Buffer>;
  /** All tools, those that are gone included, by server and name, so many at a time. */
  tools(batch: number): AsyncIterable<DatasetTool[]>;
}

/**
 * Another text whenever the dataset may be another one. It is made of PostgreSQL's own row versions and counts, without
 * reading any definition: some tens of milliseconds for 100,000 tools. A copy of the catalog has another state.
 */
export async function catalogState({ db }: Database): Promise<string> {
  const [row] = await db.execute<{ state: string }>(stateQuery);
  return row?.state ?? "";
}

/**
 * Reads the catalog in one transaction: whatever is stored meanwhile is not in it.
 * @param signal ends what the database is doing; `use` then throws.
 * @throws what `use` and the driver throw.
 */
export async function withSnapshot<Result>(
  { db }: Database,
  signal: AbortSignal,
  use: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  const pool = db.$client;
  const { sql: own, begin, rows } = copyConnection(pool);
  try {
    const result = await begin("isolation level repeatable read read only", async (tx) => {
      const [{ pid } = {}] = await tx`select pg_backend_pid() as pid`;
      return endedBy(signal, pool, Number(pid), async (cancel) => {
        const [now] = await tx.unsafe(plainQuery(stateQuery));
        const traits = await traitsOf(tx);
        return use({
          state: String(now?.state),
          lines: (kind) => linesOf({ tx, rows, cancel }, kind, traits),
          tools: (batch) => toolsOf(tx, batch),
        });
      });
    });
    return result as Result;
  } finally {
    await own.end({ timeout: 5 });
  }
}

/** One transaction on a connection of its own. */
interface Reading {
  tx: postgres.TransactionSql;
  rows: CopyConnection["rows"];
  cancel(): Promise<void>;
}

async function traitsOf(tx: postgres.TransactionSql): Promise<Traits> {
  const [row] = await tx.unsafe(
    plainQuery(sql`select
      exists (select from ${servers} where ${servers.withdrawn} is not null) as "someHidden",
      exists (select from ${verdicts} group by ${verdicts.digest} having count(*) > 1) as "someRejudged"`),
  );
  return row as unknown as Traits;
}

async function* linesOf(reading: Reading, kind: RecordKind, traits: Traits): AsyncGenerator<Buffer> {
  const { tx } = reading;
  const { sort, nestedLoop } = unwantedPlans(kind, traits);
  await tx.unsafe(`set local enable_sort = ${sort ? "off" : "default"}`);
  await tx.unsafe(`set local enable_nestloop = ${nestedLoop ? "off" : "default"}`);
  yield* copied(reading, lineQuery(kind, traits));
}

async function* copied({ tx, rows, cancel }: Reading, query: string): AsyncGenerator<Buffer> {
  const fields = fieldsOf(() => rows ?? stream);
  // Before the question: rows come with its answer.
  rows?.to(fields.take);
  const stream: Readable = await tx.unsafe(`copy (${query}) to stdout (format binary)`).readable();
  const over = new Promise<void>((resolve) => stream.once("close", resolve));
  stream.on("error", fields.end).once("close", () => fields.end());
  if (rows) stream.resume();
  else stream.on("data", fields.take);
  let ended = false;
  try {
    yield* fields.blocks();
    ended = true;
  } finally {
    rows?.to(() => {});
    stream.off("data", fields.take);
    // The driver waits for its stream to be read to the end, whatever happens.
    if (!ended && !stream.destroyed) {
      stream.resume();
      rows?.resume();
      // Both, so that it is no later statement that is cancelled.
      await Promise.all([cancel(), over]);
    }
    // The driver stops its socket when the stream is full, and has the stream start it again when that is read. A stream
    // that has got all it gets is not asked for more: whatever is asked of the connection next would wait for ever.
    stream._read(0);
  }
}

async function* toolsOf(tx: postgres.TransactionSql, batch: number): AsyncGenerator<DatasetTool[]> {
  await tx`set local enable_sort = default`;
  await tx`set local enable_nestloop = default`;
  for await (const rows of tx.unsafe(TOOLS_QUERY).cursor(batch)) yield rows.map(toDatasetTool);
}
