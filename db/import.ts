import { sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import type { Database } from "./client.ts";
import type { RecordKind } from "./export-lines.ts";
import { ImportError } from "./import-error.ts";
import { INSERTS } from "./import-rows.ts";
import type { DatasetRecord } from "./import-types.ts";
import { crawls, definitions, servers } from "./schema.ts";

/** A record with the line it stands on. */
export interface Numbered<Record extends DatasetRecord = DatasetRecord> {
  record: Record;
  /** From 1. */
  line: number;
}

/** Rows of one statement. */
const BATCH = 500;
/** Characters of JSON that are held for one statement. */
const BATCH_LENGTH = 4 * 2 ** 20;

/**
 * Loads a dataset into an empty catalog, all of it or nothing. Crawls and changes keep their ids.
 * @param records in the order of a dataset: what a record refers to stands before it. Their form must have been checked.
 * @param onBatch told how many records are in the database.
 * @throws ImportError for what the catalog cannot take; what `records` throws.
 */
export async function importCatalog(
  { db }: Database,
  records: AsyncIterable<Numbered & { length: number }>,
  onBatch: (count: number) => void = () => {},
): Promise<void> {
  await db.transaction(async (tx) => {
    await takeEmpty(tx);
    let batch: Numbered[] = [];
    let length = 0;
    let done = 0;
    const store = async () => {
      if (batch.length > 0) await storeBatch(tx, batch);
      done += batch.length;
      batch = [];
      length = 0;
      onBatch(done);
    };
    for await (const { record, line, length: added } of records) {
      const [first] = batch;
      const isOther = first !== undefined && first.record.kind !== record.kind;
      if (isOther || batch.length >= BATCH || length >= BATCH_LENGTH) await store();
      batch.push({ record, line });
      length += added;
    }
    await store();
    await checkServers(tx);
    await goOnCounting(tx);
  });
}

/** Nothing else is stored until we are done. */
async function takeEmpty(tx: Transaction): Promise<void> {
  await tx.execute(sql`lock table ${servers}, ${definitions} in share row exclusive mode`);
  const [row] = await tx.execute<{ there: boolean }>(
    sql`select exists (select from ${servers}) or exists (select from ${definitions}) as there`,
  );
  if (row?.there) throw new ImportError("full", undefined, "the catalog is not empty");
}

async function storeBatch(tx: Transaction, batch: Numbered[]): Promise<void> {
  const kind = batch[0]?.record.kind as RecordKind;
  const insert = INSERTS[kind] as (tx: Transaction, batch: Numbered[]) => Promise<void>;
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
  await tx.execute(sql`analyze`);
}
