/** How many tools a query has, by the planner's guess or counted, and which parts of a list have any. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "./_batch.ts";
import { isShown } from "./_shown.ts";
import { toolSearch } from "./schema.ts";

interface Where {
  /** Holds for the rows of the server that was asked for. */
  where: SQL | undefined;
}

/** Rows that are fetched and sorted at once: some milliseconds. */
export const SORTED_AT_ONCE = 2_000;
/** More than these are not counted where they were not fetched. */
const COUNTED = 1_000;

/** Whether the planner expects so few hits that they can be fetched and sorted. */
export async function isRare(tx: Transaction, query: string, asked: Where): Promise<boolean> {
  return (await expectedHits(tx, query, asked)) <= SORTED_AT_ONCE;
}

const plans = z.tuple([z.object({ Plan: z.object({ "Plan Rows": z.number() }) })]);

/** How many hits the planner expects. */
export async function expectedHits(tx: Transaction, query: string, { where }: Where): Promise<number> {
  const [row] = await tx.execute(sql`
    explain (format json) select from ${toolSearch} where ${toolSearch.terms} @@ ${query}::tsquery and ${where ?? sql`true`}`);
  const plan = row?.["QUERY PLAN"];
  const [{ Plan }] = plans.parse(typeof plan === "string" ? JSON.parse(plan) : plan);
  return Plan["Plan Rows"];
}

/** The ranks there are from this one on, one step in the index each. */
export async function ranks(
  tx: Transaction,
  { hasRank }: { hasRank: (rank: number) => boolean },
  from: number,
): Promise<number[]> {
  const rows = await tx.execute<{ rank: number | null }>(sql`
    with recursive found as (
      select min(rank) as rank from ${toolSearch} where rank >= ${from}
      union all
      select (select min(next.rank) from ${toolSearch} as next where next.rank > found.rank) from found where found.rank is not null
    ) select rank from found where rank is not null`);
  return rows.flatMap(({ rank }) => (rank === null || !hasRank(rank) ? [] : [rank]));
}

interface RankPart {
  rank: number;
  query: string;
}

/** Takes the first part that has any hit, and those before it, off the list. Not sorted: that would look at all. */
export async function nextPart(tx: Transaction, parts: RankPart[]): Promise<RankPart | undefined> {
  if (parts.length === 0) return undefined;
  const queries = parts.map(({ query }) => query);
  const [row] = await tx.execute<{ place: number }>(sql`
    select place::int from unnest(${sql.param(queries)}::text[]) with ordinality as part (query, place)
    where exists (select from ${toolSearch} where ${toolSearch.terms} @@ part.query::tsquery offset 0)
    limit 1`);
  return parts.splice(0, row?.place ?? parts.length)[(row?.place ?? 0) - 1];
}

/** The number of hits; undefined when they are more than are worth counting. */
export async function countSome(
  tx: Transaction,
  query: string,
  { where }: Where,
): Promise<number | undefined> {
  const { server, terms } = toolSearch;
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select from ${toolSearch} where ${terms} @@ ${query}::tsquery and ${where ?? sql`true`} and ${isShown(server)}
      limit ${COUNTED + 1}) as counted`);
  return row && row.count <= COUNTED ? row.count : undefined;
}
