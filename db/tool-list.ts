import type postgres from "postgres";
import { pageLimit } from "./_cursor.ts";
import { listedTools } from "./_listed-tools.ts";
import { joinNeighbours } from "./_parted-words.ts";
import { PATIENCE, patiently } from "./_patience.ts";
import { findPlain, type PlainKey } from "./_plain-list.ts";
import { isOfRank } from "./_rank.ts";
import { findKeys } from "./_search-keys.ts";
import { searchQuery } from "./_search-query.ts";
import { respell } from "./_spelling.ts";
import { storable } from "./_text.ts";
import { cursorOf, placeOf } from "./_tool-place.ts";
import type { Database } from "./client.ts";
import type { ToolFilter, ToolPage } from "./types.ts";

/** More words than anyone types; each is a condition of its own. */
const MAX_WORDS = 12;

/**
 * Tools that pass the filter, in the order of its `sort`. Unless told, those that fit its text best come first, and
 * among these the worst (risk, then category), then by server and name.
 * @throws CursorError for a cursor of nobody, of another list, or of a list with other filters or in another order.
 * @throws SlowListError when it would take longer than two seconds.
 */
export async function listTools(database: Database, filter: ToolFilter = {}): Promise<ToolPage> {
  const limit = pageLimit(filter.limit);
  const after = filter.cursor === undefined ? undefined : placeOf(filter, filter.cursor);
  const page = await patiently("tools", () =>
    database.db.$client.begin("read only", (tx) => listIn(tx, filter, after, limit)),
  );
  return page as ToolPage;
}

async function listIn(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  after: PlainKey | undefined,
  limit: number,
): Promise<ToolPage> {
  const typed = storable(filter.text ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  const [, words] = await Promise.all([
    tx.unsafe(PATIENCE.join("; ")),
    tokensOf(tx, typed.slice(0, MAX_WORDS)),
  ]);
  const asked = await find(tx, filter, words, after, limit);
  if (asked.count !== 0 || !filter.respell) return toPage(tx, filter, asked, limit);
  for await (const other of readings(tx, filter, words.flat())) {
    const respelt = other.map((word) => [word]);
    const again = await find(tx, filter, respelt, after, limit);
    // The next page is asked for with the same text, and respelt again: the cursor is of the list as asked for.
    if (again.count !== 0) return { ...(await toPage(tx, filter, again, limit)), instead: other.join(" ") };
  }
  return toPage(tx, filter, asked, limit);
}

/** What words that find nothing may be meant for, likeliest first: a space too many, then other letters or one too few. */
async function* readings(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  words: string[],
): AsyncGenerator<string[]> {
  yield* await joinNeighbours(tx, filter, words);
  const other = await respell(tx, words);
  if (other) yield other;
}

interface Answer {
  keys: PlainKey[];
  /** How many tools fit; undefined when they were not counted. */
  count?: number;
  words: string[];
}

async function find(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  words: string[][],
  after: PlainKey | undefined,
  limit: number,
): Promise<Answer> {
  const { sort = "relevance", updatedSince: since } = filter;
  const closed = searchQuery(filter, words, false);
  if (!closed) return { keys: [], count: 0, words: [] };
  const open = closed.words.length > 0 ? searchQuery(filter, words, true) : undefined;
  const server = filter.server === undefined ? undefined : storable(filter.server);
  if (since !== undefined || !isRanked(sort, open !== undefined)) {
    const query = open ?? closed;
    return {
      keys: await findPlain(tx, { query, sort, server, since, after, limit: limit + 1 }),
      words: closed.words,
    };
  }
  const hasRank = (rank: number) => isOfRank(rank, filter);
  const found = await findKeys(tx, { closed, open, server, hasRank, after, limit: limit + 1 });
  return { ...found, keys: found.keys.map((key) => ({ ...key, updated: 0 })), words: closed.words };
}

/** Whether the order is that of `search_page`: by how well the words fit, and worst first where there are none. */
const isRanked = (sort: ToolFilter["sort"], hasWords: boolean): boolean =>
  sort === "relevance" || (sort === "-risk" && !hasWords);

async function tokensOf(tx: postgres.TransactionSql, typed: string[]): Promise<string[][]> {
  if (typed.length === 0) return [];
  const rows = await tx<{ tokens: string[] }[]>`
    select search_tokens(word, true) as tokens from unnest(${typed}::text[]) with ordinality as t (word, place)
    order by place`;
  return rows.map(({ tokens }) => tokens);
}

async function toPage(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  { keys, count, words }: Answer,
  limit: number,
): Promise<ToolPage> {
  const shown = keys.slice(0, limit);
  const last = keys.length > limit ? shown.at(-1) : undefined;
  return {
    items: await listedTools(tx, shown, words),
    nextCursor: last ? cursorOf(filter, last) : null,
    count,
    words: words.length > 0 ? words : undefined,
  };
}
