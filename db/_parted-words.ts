/** Words that were typed with a space within: `del ete file` is "delete" and "file". */
import type postgres from "postgres";
import { searchQuery } from "./_search-query.ts";
import type { ToolFilter } from "./types.ts";

/** Longer words than two of a name together. */
const LONGEST_JOINED = 24;
/** More ways that all have tools are words of few letters, of which any two make one. */
const MOST = 3;

/**
 * In: the words of a search that finds nothing. Out: the same with two neighbours put together, each way that some tool
 * passes, from the first words on; at most three. In a transaction; what it sets for its question it sets back.
 */
export async function joinNeighbours(
  tx: postgres.TransactionSql,
  filter: ToolFilter,
  words: string[],
): Promise<string[][]> {
  const ways = words
    .slice(1)
    .map((word, at) => [...words.slice(0, at), `${words[at]}${word}`, ...words.slice(at + 2)])
    .filter((way, at) => (way[at]?.length ?? 0) <= LONGEST_JOINED);
  if (ways.length === 0) return [];
  const queries = ways.map((way) => wholeQuery(filter, way));
  // What is nowhere must not be looked for in all rows.
  const [, rows] = await Promise.all([
    tx`set local enable_seqscan = off`,
    tx<{ place: number }[]>`
      select place::int from unnest(${queries}::text[]) with ordinality as asked (query, place)
      where exists (select from tool_search where terms @@ query::tsquery) order by place limit ${MOST}`,
    tx`set local enable_seqscan = on`,
  ]);
  return rows.flatMap(({ place }) => [ways[place - 1] ?? []]);
}

/** What all tools have that pass at all. */
function wholeQuery(filter: ToolFilter, words: string[]): string {
  const query = searchQuery(
    filter,
    words.map((word) => [word]),
    true,
  );
  return query?.tiers.at(-1) ?? "";
}
