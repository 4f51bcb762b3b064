import { type SQL, sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import { isStorable } from "./_text.ts";
import type { Database } from "./client.ts";
import { changes, crawls, definitions, jobs, rawPages, servers, tools, toolVersions } from "./schema.ts";

/** What was taken out of the catalog with a server. */
export interface Removal {
  server: string;
  /** Tools, those that had gone included. */
  tools: number;
  /** Attempts to list it: each with what the server said of itself. */
  crawls: number;
  /** Entries of the change log. */
  changes: number;
  /** Definitions that no other server has or had, with their verdicts. */
  definitions: number;
  /** Jobs in the queue, done and given up ones included, and in the progress of runs. */
  jobs: number;
}

export type Removals = { ok: true; removed: Removal[] } | { ok: false; unknown: string[] };

/**
 * Takes servers out of the catalog for good, with everything that is there because of them: all of them, or none when
 * one is unknown. A worker that is crawling one of them loses its job. A later crawl brings a server back.
 * @param ids servers that are in the catalog, withdrawn or not, or only in the queue.
 * @throws what the driver throws.
 */
export async function deleteServers(database: Database, ids: string[]): Promise<Removals> {
  const wanted = [...new Set(ids)];
  return database.db.transaction(async (tx) => {
    const hasQueue = await queueExists(tx);
    const known = await lockKnown(tx, wanted.filter(isStorable), hasQueue);
    const unknown = wanted.filter((id) => !known.has(id));
    if (unknown.length > 0) return { ok: false, unknown };
    // In the order in which a crawl writes to them: whoever stores one waits, or is waited for.
    await tx.execute(sql`lock table ${rawPages}, ${definitions} in share row exclusive mode`);
    const removed: Removal[] = [];
    for (const id of wanted) removed.push(await deleteServer(tx, id, hasQueue));
    return { ok: true, removed };
  });
}

/** The queue makes its tables when it is first opened. */
async function queueExists(tx: Transaction): Promise<boolean> {
  const [row] = await tx.execute<{ there: boolean }>(
    sql`select to_regclass('pgboss.job') is not null as there`,
  );
  return row?.there ?? false;
}

async function lockKnown(tx: Transaction, ids: string[], hasQueue: boolean): Promise<Set<string>> {
  const list = sql.param(ids);
  const stored = await tx.execute<{ id: string }>(
    sql`select id from ${servers} where id = any(${list}) order by id for update`,
  );
  const queued = hasQueue
    ? await tx.execute<{ id: string }>(
        sql`select distinct data->>'server' as id from pgboss.job where data->>'server' = any(${list})`,
      )
    : [];
  return new Set([...stored, ...queued].map(({ id }) => id));
}

async function deleteServer(tx: Transaction, server: string, hasQueue: boolean): Promise<Removal> {
  const digests = await textsOf(
    tx,
    sql`select distinct digest as text from ${toolVersions} where server = ${server}
      union select digest from ${tools} where server = ${server}`,
  );
  const pages = await textsOf(
    tx,
    sql`select distinct unnest(pages) as text from ${crawls} where server = ${server}`,
  );
  const removed = {
    tools: await remove(tx, sql`delete from ${tools} where server = ${server}`),
    changes: await remove(tx, sql`delete from ${changes} where server = ${server}`),
    crawls: await remove(tx, sql`delete from ${crawls} where server = ${server}`),
  };
  await remove(tx, sql`delete from ${servers} where id = ${server}`);
  const unused = await remove(
    tx,
    sql`delete from ${definitions} where digest = any(${digests})
      and not exists (select from ${tools} where ${tools.digest} = ${definitions.digest})
      and not exists (select from ${toolVersions} where ${toolVersions.digest} = ${definitions.digest})`,
  );
  await remove(
    tx,
    sql`delete from ${rawPages} where digest = any(${pages})
      and digest not in (select unnest(pages) from ${crawls} where pages && ${pages})`,
  );
  const inRuns = await remove(tx, sql`delete from ${jobs} where server = ${server}`);
  const inQueue = hasQueue
    ? await remove(tx, sql`delete from pgboss.job where data->>'server' = ${server}`)
    : 0;
  return { server, ...removed, definitions: unused, jobs: inRuns + inQueue };
}

async function textsOf(tx: Transaction, query: SQL): Promise<SQL> {
  const rows = await tx.execute<{ text: string }>(query);
  return sql`${sql.param(rows.map(({ text }) => text))}::text[]`;
}

/** Runs a `delete` and counts what it removed. */
async function remove(tx: Transaction, statement: SQL): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(
    sql`with gone as (${statement} returning 1) select count(*)::int as count from gone`,
  );
  return row?.count ?? 0;
}
