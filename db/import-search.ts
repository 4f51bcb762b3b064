/**
 * What is searched, filled at once: for one tool after the other it takes ten times as long, most of it in the index of
 * terms. At all other times triggers keep it in step (`migrations/0005_search-terms.sql`, `migrations/0011_spelling.sql`).
 */
import { type SQL, sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import { searchServerWords, searchWords, servers, toolSearch, tools } from "./schema.ts";

const TRIGGERS = [
  { table: tools, name: sql.identifier("tool_search_of_new") },
  { table: servers, name: sql.identifier("search_words_of_servers") },
];
const TERMS = "tool_search_by_terms";
/** Lives no longer than the transaction. */
const MADE = sql.identifier("imported_tool_search");

/** From here on the transaction adds nothing to what is searched, until `fillSearch`. */
export async function leaveSearch(tx: Transaction): Promise<void> {
  for (const { table, name } of TRIGGERS) await tx.execute(sql`alter table ${table} disable trigger ${name}`);
}

/**
 * Fills what is searched, which must be empty, with all there is, and has the triggers go on. Tables must have been
 * analyzed. Whoever searches meanwhile waits for the end of the transaction.
 * @param signal looked at between statements.
 * @throws the signal's reason, and what the driver throws.
 */
export async function fillSearch(tx: Transaction, signal: AbortSignal): Promise<void> {
  const run = async (statement: SQL) => {
    signal.throwIfAborted();
    return tx.execute<{ made: string }>(statement);
  };
  // Several processes work terms out for a new table, and only one would for an INSERT. No temporary table: that takes a
  // right of its own, which not every role has.
  await run(sql`create unlogged table ${MADE} as
    select server, name, rank, terms from tool_search_rows`);
  // What is put into an index row by row costs more than all the rest.
  const [index] = await run(sql`select pg_get_indexdef(${TERMS}::regclass) as made`);
  await run(sql`drop index ${sql.identifier(TERMS)}`);
  await run(
    sql`insert into ${toolSearch} (server, name, rank, terms) select server, name, rank, terms from ${MADE}`,
  );
  await run(sql`drop table ${MADE}`);
  await run(sql`set local maintenance_work_mem = '256MB'`);
  await run(sql.raw(String(index?.made)));
  await run(wordsOf(searchWords, tools, "name"));
  await run(wordsOf(searchServerWords, servers, "id"));
  for (const { table, name } of TRIGGERS) await run(sql`alter table ${table} enable trigger ${name}`);
  await run(sql`analyze ${toolSearch}, ${searchWords}, ${searchServerWords}`);
}

/** Fills a table of words, as its trigger does. */
function wordsOf(
  words: typeof searchWords | typeof searchServerWords,
  table: typeof tools | typeof servers,
  column: "name" | "id",
): SQL {
  return sql`insert into ${words} select distinct word
    from ${table}, unnest(search_tokens(${table}.${sql.identifier(column)}, true)) as word where length(word) > 3`;
}
