import { sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import { endedBy } from "./_ended-by.ts";
import type { Database } from "./client.ts";
import type { RecordKind } from "./export-lines.ts";
import { ImportError } from "./import-error.ts";
import { INSERTS, TABLES } from "./import-rows.ts";
import { fillSearch, leaveSearch } from "./import-search.ts";
import type { DatasetRecord } from "./import-types.ts";
import { crawls, definitions, servers } from "./schema.ts";

/** A record with the line it stands on. */
export interface Numbered<Record extends DatasetRecord = DatasetRecord> {
  record: Record;
  /** From 1. */
  line: number;
}

interface ImportOptions {
  /** Ends the import. */
  signal: AbortSignal;
  /** Told how many records are in the database. */
  onBatch?: (count: number) => void;
  /** Told when all of them are, and what is searched is made of them. */
  onSearch?: () => void;
}

/** Rows of one statement. */
const BATCH = 500;
/** Characters of JSON that are held for one statement. */
const BATCH_LENGTH = 4 * 2 ** 20;

/**
 * Loads a dataset into an empty catalog, all of it or nothing. Crawls and changes keep their ids.
 * @param records in the order of a dataset: what a record refers to stands before it. Their form must have been checked.
 * @throws ImportError for what the catalog cannot take; what `records` throws; the signal's reason.
 */
export async function importCatalog(
  { db }: Database,
  records: AsyncIterable<Numbered & { length: number }>,
  { signal, onBatch = () => {}, onSearch = () => {} }: ImportOptions,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [{ pid } = {}] = await tx.execute<{ pid?: number }>(sql`select pg_backend_pid() as pid`);
    await endedBy(signal, db.$client, Number(pid), async () => {
      await takeEmpty(tx);
      await leaveSearch(tx);
      await storeAll(tx, records, (count) => {
        signal.throwIfAborted();
        onBatch(count);
      });
      await checkServers(tx);
      await goOnCounting(tx);
      onSearch();
      await fillSearch(tx, signal);
    });
  });
}

async function storeAll(
  tx: Transaction,
  records: AsyncIterable<Numbered & { length: number }>,
  onBatch: (count: number) => void,
): Promise<void> {
  let batch: Numbered[] = [];
  let length = 0;
  let done = 0;
  /** While the database stores a batch, the next one is read and checked. */
  let storing: Promise<void> = Promise.resolve();
  const store = async () => {
    await storing;
    onBatch(done);
    const full = batch;
    batch = [];
    length = 0;
    done += full.length;
    storing = full.length > 0 ? storeBatch(tx, full) : storing;
    // Whoever waits for it next is told.
    storing.catch(() => {});
    return full;
  };
  const end = async () => {
    const last = await store();
    await storing;
    // What comes next is looked up in them: without figures all of a table would be read each time.
    if (last.length > 0) await tx.execute(sql`analyze ${sql.join(TABLES[kindOf(last)], sql`, `)}`);
  };
  try {
    for await (const { record, line, length: added } of records) {
      const [first] = batch;
      if (first !== undefined && first.record.kind !== record.kind) await end();
      else if (batch.length >= BATCH || length >= BATCH_LENGTH) await store();
      batch.push({ record, line });
      length += added;
    }
    await end();
  } finally {
    // Also behind a line that cannot be taken: what an earlier line is refused for is said first.
    await storing;
  }
  onBatch(done);
}

const kindOf = (batch: Numbered[]): RecordKind => batch[0]?.record.kind as RecordKind;

/** Nothing else is stored until we are done. */
async function takeEmpty(tx: Transaction): Promise<void> {
  await tx.execute(sql`lock table ${servers}, ${definitions} in share row exclusive mode`);
  const [row] = await tx.execute<{ there: boolean }>(
    sql`select exists (select from ${servers}) or exists (select from ${definitions}) as there`,
  );
  if (row?.there) throw new ImportError("full", undefined, "the catalog is not empty");
}

async function storeBatch(tx: Transaction, batch: Numbered[]): Promise<void> {
  const insert = INSERTS[kindOf(batch)] as (tx: Transaction, batch: Numbered[]) => Promise<void>;
  try {
    await insert(tx, batch);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const code = (cause as { code?: unknown }).code;
    // Classes 22, 23 and 54: bad data, a constraint that does not hold, and what is too long for an index.
    if (typeof code !== "string" || !/^(22|23|54)/.test(code) || !(cause instanceof Error)) throw error;
    const [first, last] = [batch[0]?.line, batch.at(-1)?.line];
    throw new ImportError("data", first, `up to line ${last}, the database refuses it: ${cause.message}`);
  }
}

/** Servers stand before their crawls, so what they say of them is looked at last. */
async function checkServers(tx: Transaction): Promise<void> {
  const [row] = await tx.execute<{ id: string }>(sql`
    select id from ${servers} as named where exists (
      select from unnest(array[named.last_crawl, named.last_good_crawl]) as crawl (id)
      where crawl.id is not null
        and not exists (select from ${crawls} as had where had.id = crawl.id and had.server = named.id))
    or not exists (select from ${crawls} as had where had.server = named.id) limit 1`);
  if (row)
    throw new ImportError("data", undefined, `a crawl of the server ${JSON.stringify(row.id)} is missing`);
}

async function goOnCounting(tx: Transaction): Promise<void> {
  for (const table of ["crawls", "tool_versions", "changes"]) {
    await tx.execute(
      sql`select setval(pg_get_serial_sequence(${table}, 'id'), max(id)) from ${sql.identifier(table)} having max(id) is not null`,
    );
  }
}
