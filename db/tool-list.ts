import type postgres from "postgres";
import { z } from "zod";
import { decodeCursor, encodeCursor, pageLimit } from "./_cursor.ts";
import { excerptOf } from "./_excerpt.ts";
import { isOfRank } from "./_rank.ts";
import { type Found, findKeys, type SearchKey } from "./_search-keys.ts";
import { searchQuery } from "./_search-query.ts";
import { respell } from "./_spelling.ts";
import { storable } from "./_text.ts";
import { type StoredToolRow, toToolRow } from "./_tool-row.ts";
import type { Database } from "./client.ts";
import type { ToolFilter, ToolPage, ToolRow } from "./types.ts";

/** A list that takes too long to find. Callers show its message as something to ask for differently. */
export class SlowListError extends Error {
  override name = "SlowListError";
}

const LIST = "tools";
const cursorKeys = z.tuple([z.number().min(0).max(3), z.number().min(0).max(99), z.string(), z.string()]);
/** More words than anyone types; each is a condition of its own. */
const MAX_WORDS = 12;
/** A statement that takes longer is given up. */
const PATIENCE_MS = 2_000;
/** PostgreSQL's name for a statement that was given up. */
const QUERY_CANCELED = "57014";

/**
 * Tools that pass the filter: those that fit its text best first, and among these the worst (risk, then category), then
 * by server and name.
 * @throws CursorError for a cursor of another list or of nobody.
 * @throws SlowListError when it would take longer than two seconds.
 */
export async function listTools(database: Database, filter: ToolFilter = {}): Promise<ToolPage> {
  const limit = pageLimit(filter.limit);
  const after = filter.cursor === undefined ? undefined : placeOf(filter.cursor);
  try {
    const page = await database.db.$client.begin("read only", (tx) => listIn(tx, filter, after, limit));
    return page as ToolPage;
  } catch (error) {
    if (!wasGivenUp(error)) throw error;
    throw new SlowListError(
      "Looking tools up took longer than two seconds and was given up. Add a word or a filter, or try again later.",
      { cause: error },
    );
  }
}

async function listIn(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  after: SearchKey | undefined,
  limit: number,
): Promise<ToolPage> {
  const typed = storable(filter.text ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  const [, words] = await Promise.all([
    // Written out: with a parameter it would be a question more.
    tx.unsafe(`set local statement_timeout = ${PATIENCE_MS}`),
    tokensOf(tx, typed.slice(0, MAX_WORDS)),
  ]);
  const asked = await find(tx, filter, words, after, limit);
  const other = asked.count === 0 && filter.respell ? await respell(tx, words.flat()) : undefined;
  const again =
    other &&
    (await find(
      tx,
      filter,
      other.map((word) => [word]),
      after,
      limit,
    ));
  return again?.count === 0 || !again || !other
    ? toPage(tx, asked, limit)
    : { ...(await toPage(tx, again, limit)), instead: other.join(" ") };
}

type Answer = Found & { words: string[] };

async function find(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  words: string[][],
  after: SearchKey | undefined,
  limit: number,
): Promise<Answer> {
  const closed = searchQuery(filter, words, false);
  if (!closed) return { keys: [], count: 0, words: [] };
  const open = closed.words.length > 0 ? searchQuery(filter, words, true) : undefined;
  const server = filter.server === undefined ? undefined : storable(filter.server);
  const hasRank = (rank: number) => isOfRank(rank, filter);
  const found = await findKeys(tx, { closed, open, server, hasRank, after, limit: limit + 1 });
  return { ...found, words: closed.words };
}

async function tokensOf(tx: postgres.TransactionSql, typed: string[]): Promise<string[][]> {
  if (typed.length === 0) return [];
  const rows = await tx<{ tokens: string[] }[]>`
    select search_tokens(word, true) as tokens from unnest(${typed}::text[]) with ordinality as t (word, place)
    order by place`;
  return rows.map(({ tokens }) => tokens);
}

async function toPage(
  tx: postgres.TransactionSql,
  { keys, count, words }: Answer,
  limit: number,
): Promise<ToolPage> {
  const shown = keys.slice(0, limit);
  const rows = await rowsOf(tx, shown, words);
  const last = keys.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.flatMap((key) => rows.get(idOf(key)) ?? []),
    nextCursor: last ? encodeCursor(LIST, [last.tier, last.rank, last.server, last.name]) : null,
    count,
    words: words.length > 0 ? words : undefined,
  };
}

const idOf = ({ server, name }: { server: string; name: string }): string => `${server}\n${name}`;

/** Times as the driver gives them. */
type ShownRow = Omit<StoredToolRow, "firstSeen" | "lastSeen" | "goneSince"> & {
  firstSeen: string;
  lastSeen: string;
  goneSince: string | null;
  said: string;
};

async function rowsOf(
  tx: postgres.TransactionSql,
  keys: SearchKey[],
  words: string[],
): Promise<Map<string, ToolRow>> {
  if (keys.length === 0) return new Map();
  const rows = await tx<ShownRow[]>`
    select tools.server, tools.name, title, tools.digest, tools.category, tools.risk, confidence, tools.facets, summary,
      tools.first_seen as "firstSeen", last_seen as "lastSeen", gone_since as "goneSince",
      case when ${words.length > 0} then definitions.search else '' end as said
    from unnest(${keys.map(({ server }) => server)}::text[], ${keys.map(({ name }) => name)}::text[]) as key (server, name)
    join tools on tools.server = key.server collate "C" and tools.name = key.name collate "C"
    join definitions on definitions.digest = tools.digest
    join verdicts on verdicts.digest = tools.digest and verdicts.rules = tools.rules`;
  return new Map(
    rows.map((row) => [idOf(row), { ...toToolRow(dated(row)), excerpt: excerptOf(row, words) }]),
  );
}

function dated(row: ShownRow): StoredToolRow {
  const goneSince = row.goneSince === null ? null : new Date(row.goneSince);
  return { ...row, firstSeen: new Date(row.firstSeen), lastSeen: new Date(row.lastSeen), goneSince };
}

function placeOf(cursor: string): SearchKey {
  const [tier, rank, server, name] = decodeCursor(LIST, cursor, cursorKeys);
  return { tier, rank, server: storable(server), name: storable(name) };
}

function wasGivenUp(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === QUERY_CANCELED;
}
