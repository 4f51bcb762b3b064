/** Finding a page of tools in an order that an index has, or among those that were updated lately. */
import type postgres from "postgres";
import type { SearchKey } from "./_search-keys.ts";
import type { SearchQuery } from "./_search-query.ts";
import type { ToolSort } from "./types.ts";

/** Sorts by what is in `tool_search`; relevance is that of the query. */
interface Order {
  /** What is sorted by before server and name. */
  column?: "rank" | "updated";
  descending: boolean;
}

/** Ranks count from the worst. */
const ORDERS: Record<Exclude<ToolSort, "relevance">, Order> = {
  server: { descending: false },
  "-server": { descending: true },
  "-risk": { column: "rank", descending: false },
  risk: { column: "rank", descending: true },
  "-updated": { column: "updated", descending: true },
  updated: { column: "updated", descending: false },
};

/** The place of a tool in a list of any order. */
export interface PlainKey extends SearchKey {
  /** Milliseconds. */
  updated: number;
}

export interface PlainList {
  query: SearchQuery;
  sort: ToolSort;
  server?: string;
  /** ISO 8601. */
  since?: string;
  after?: PlainKey;
  limit: number;
}

/** The next tools of a list, at most `limit`. */
export async function findPlain(tx: postgres.TransactionSql, asked: PlainList): Promise<PlainKey[]> {
  const { query, sort, server, since, after, limit } = asked;
  const { column, descending } = sort === "relevance" ? { column: "tier", descending: false } : ORDERS[sort];
  const names = [...(sort === "relevance" ? ["tier", "rank"] : column ? [column] : []), "server", "name"];
  const sign = tx.unsafe(descending ? "<" : ">");
  const direction = descending ? "desc" : "asc";
  const found = tx`select ${tierOf(tx, query)} as tier, rank, updated, server, name from tool_search
    where terms @@ ${query.tiers.at(-1) ?? ""}::text::tsquery
      ${server === undefined ? tx`` : tx`and server = ${server}`}
      ${since === undefined ? tx`` : tx`and updated >= ${since}::text::timestamptz`}
      and not exists (select from servers where servers.id = tool_search.server and servers.withdrawn is not null)`;
  const behind = after
    ? tx`where (${tx.unsafe(names.join(", "))}) ${sign} (${valuesOf(tx, names, after)})`
    : tx``;
  // Not named as the column that is sorted by, which then would be sorted by this.
  const rows = await tx<{ tier: number; rank: number; at: string; server: string; name: string }[]>`
    select tier, rank, extract(epoch from updated)::numeric * 1000 as at, server, name
    from (${found}) as found ${behind}
    order by ${tx.unsafe(names.map((name) => `${name} ${direction}`).join(", "))} limit ${limit}`;
  return rows.map(({ at, ...key }) => ({ ...key, updated: Number(at) }));
}

/** Which of the query's tiers a tool is in, best first, from 0. */
function tierOf(tx: postgres.TransactionSql, { tiers }: SearchQuery) {
  const better = tiers
    .slice(0, -1)
    .map((tier, place) => tx`when terms @@ ${tier}::text::tsquery then ${place}::int`);
  const cases = better.reduce((all, one) => tx`${all} ${one}`, tx``);
  return better.length === 0 ? tx`0` : tx`case ${cases} else ${better.length}::int end`;
}

function valuesOf(tx: postgres.TransactionSql, names: readonly string[], after: PlainKey) {
  const values = names.map((name) => {
    if (name === "tier") return tx`${after.tier}::int`;
    if (name === "rank") return tx`${after.rank}::smallint`;
    if (name === "updated") return tx`${new Date(after.updated).toISOString()}::text::timestamptz`;
    return tx`${name === "server" ? after.server : after.name}::text collate "C"`;
  });
  return values.reduce((all, one) => tx`${all}, ${one}`);
}
