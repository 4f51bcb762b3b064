import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "./_batch.ts";
import { decodeCursor, encodeCursor, pageLimit } from "./_cursor.ts";
import { excerptOf } from "./_excerpt.ts";
import { isOfRank } from "./_rank.ts";
import { type Found, findKeys, type SearchKey } from "./_search-keys.ts";
import { isRare } from "./_search-parts.ts";
import { type SearchQuery, searchQuery } from "./_search-query.ts";
import { respell } from "./_spelling.ts";
import { storable } from "./_text.ts";
import { TOOL_COLUMNS, toToolRow } from "./_tool-row.ts";
import type { Database } from "./client.ts";
import { definitions, toolSearch, tools, verdicts } from "./schema.ts";
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
    return await database.db.transaction((tx) => listIn(tx, filter, after, limit), {
      accessMode: "read only",
    });
  } catch (error) {
    if (!wasGivenUp(error)) throw error;
    throw new SlowListError(
      "Looking tools up took longer than two seconds and was given up. Add a word or a filter, or try again later.",
      { cause: error },
    );
  }
}

async function listIn(
  tx: Transaction,
  filter: ToolFilter,
  after: SearchKey | undefined,
  limit: number,
): Promise<ToolPage> {
  // A plan for whatever is asked would look a common word and a rare one up in the same way; and reading all is never wanted.
  await tx.execute(sql`select set_config('statement_timeout', ${String(PATIENCE_MS)}, true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('jit', 'off', true), set_config('work_mem', '32MB', true)`);
  const typed = storable(filter.text ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  const words = await tokensOf(tx, typed.slice(0, MAX_WORDS));
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

type Answer = Found & { query?: SearchQuery };

async function find(
  tx: Transaction,
  filter: ToolFilter,
  words: string[][],
  after: SearchKey | undefined,
  limit: number,
): Promise<Answer> {
  const query = searchQuery(filter, words, true);
  if (!query) return { keys: [], count: 0 };
  const where = filter.server === undefined ? undefined : eq(toolSearch.server, storable(filter.server));
  // A word that is common by itself is not completed: that would be most costly, and find what nobody means.
  const closed = query.words.length > 0 ? searchQuery(filter, words, false) : undefined;
  const isCommon = closed !== undefined && !(await isRare(tx, closed.tiers().at(-1) ?? "", { where }));
  const chosen = isCommon ? closed : query;
  const hasRank = (rank: number) => isOfRank(rank, filter);
  return { query, ...(await findKeys(tx, { ...chosen, where, hasRank, after, limit: limit + 1 })) };
}

async function tokensOf(tx: Transaction, typed: string[]): Promise<string[][]> {
  if (typed.length === 0) return [];
  const rows = await tx.execute<{ tokens: string[] }>(sql`
    select search_tokens(word, true) as tokens from unnest(${sql.param(typed)}::text[]) with ordinality as t(word, place)
    order by place`);
  return rows.map(({ tokens }) => tokens);
}

async function toPage(tx: Transaction, { keys, count, query }: Answer, limit: number): Promise<ToolPage> {
  const shown = keys.slice(0, limit);
  const words = query?.words ?? [];
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

async function rowsOf(tx: Transaction, keys: SearchKey[], words: string[]): Promise<Map<string, ToolRow>> {
  if (keys.length === 0) return new Map();
  const pairs = keys.map(({ server, name }) => sql`(${server}, ${name})`);
  const rows = await tx
    .select({ ...TOOL_COLUMNS, said: words.length > 0 ? definitions.search : sql<string>`''` })
    .from(tools)
    .innerJoin(definitions, eq(definitions.digest, tools.digest))
    .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
    .where(sql`(${tools.server}, ${tools.name}) in (${sql.join(pairs, sql`, `)})`);
  return new Map(rows.map((row) => [idOf(row), { ...toToolRow(row), excerpt: excerptOf(row, words) }]));
}

function placeOf(cursor: string): SearchKey {
  const [tier, rank, server, name] = decodeCursor(LIST, cursor, cursorKeys);
  return { tier, rank, server: storable(server), name: storable(name) };
}

function wasGivenUp(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && (cause as { code?: unknown }).code === QUERY_CANCELED;
}
