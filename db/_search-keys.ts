/** Finding a page of tools in `tool_search`: which, and in which order. */
import { type SQL, sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import { countSome, expectedHits, nextPart, ranks, SORTED_AT_ONCE } from "./_search-parts.ts";
import type { SearchQuery } from "./_search-query.ts";
import { isShown } from "./_shown.ts";
import { toolSearch } from "./schema.ts";

/** The place of a tool in a list: how well it fits, how bad it is, and its id. */
export interface SearchKey {
  tier: number;
  rank: number;
  server: string;
  name: string;
}

export interface Found {
  keys: SearchKey[];
  /** How many tools fit, those before the page included; undefined when they are more than were counted. */
  count?: number;
}

interface Asked extends SearchQuery {
  /** Holds for the rows of the server that was asked for. */
  where: SQL | undefined;
  /** Whether tools of this rank can pass at all. */
  hasRank: (rank: number) => boolean;
  after?: SearchKey;
  limit: number;
}

/** Where the planner expects so many, there are more than `countSome` counts. */
const SURELY_MANY = 50_000;
/** Rows looked at in the list's own order, where most of them should fit. */
const LOOKED_AT = 3_000;

/**
 * The next tools of a list, at most `limit`. Few hits are fetched through the index of terms, sorted and counted. Where
 * the planner expects many, the list is taken apart, by how well tools fit and by rank, until a part has few hits or so
 * many that going through it in order soon fills the page. Both ways give the same order.
 */
export async function findKeys(tx: Transaction, asked: Asked): Promise<Found> {
  const tiers = asked.tiers();
  const all = tiers.at(-1) ?? "";
  const expected = await expectedHits(tx, all, asked);
  if (expected <= SORTED_AT_ONCE) {
    const found = await sortHits(tx, all, asked, { most: SORTED_AT_ONCE });
    if (found) return found;
  }
  const keys: SearchKey[] = [];
  for (const tier of tiers.keys()) {
    if (tier < (asked.after?.tier ?? 0) || keys.length >= asked.limit) continue;
    keys.push(...(await findInTier(tx, tier, { ...asked, limit: asked.limit - keys.length })));
  }
  return { keys, count: expected > SURELY_MANY ? undefined : await countSome(tx, all, asked) };
}

/** Those of a tier that are not in a better one. */
function onlyIn(tier: number, tiers: string[]): string {
  const better = tiers[tier - 1];
  return better === undefined ? (tiers[tier] ?? "") : `${tiers[tier]} & !(${better})`;
}

async function findInTier(tx: Transaction, tier: number, asked: Asked): Promise<SearchKey[]> {
  const few = await findFew(tx, tier, onlyIn(tier, asked.tiers()), asked);
  if (few) return few;
  const after = asked.after?.tier === tier ? asked.after : undefined;
  const keys: SearchKey[] = [];
  const parts = (await ranks(tx, asked, after?.rank ?? 0)).map((rank) => ({
    rank,
    query: onlyIn(tier, asked.tiers(rank)),
  }));
  while (keys.length < asked.limit) {
    const part = await nextPart(tx, parts);
    if (!part) break;
    const { rank, query } = part;
    const rest = {
      ...asked,
      after: after?.rank === rank ? after : undefined,
      limit: asked.limit - keys.length,
    };
    keys.push(...(await findInRank(tx, { tier, rank }, query, rest)));
  }
  return keys;
}

type Part = Pick<SearchKey, "tier" | "rank">;

async function findInRank(tx: Transaction, part: Part, query: string, asked: Asked): Promise<SearchKey[]> {
  const few = await findFew(tx, part.tier, query, asked);
  if (few) return few;
  const { server, name, rank } = toolSearch;
  const { where, after, limit } = asked;
  const behind = after && sql`and (${server}, ${name}) > (${after.server}, ${after.name})`;
  const rows = await tx.execute<{ server: string; name: string }>(sql`
    select server, name from (
      select ${server}, ${name}, ${toolSearch.terms} from ${toolSearch}
      where ${rank} = ${part.rank} and ${where ?? sql`true`} and ${isShown(server)} ${behind ?? sql``}
      order by ${server}, ${name} limit ${LOOKED_AT}
    ) as next where terms @@ ${query}::tsquery order by server, name limit ${limit}`);
  const keys = rows.map((row) => ({ ...part, server: row.server, name: row.name }));
  if (keys.length >= limit) return keys;
  // The planner was wrong: few fit after all, or they stand together far behind.
  return (await sortHits(tx, query, asked, { tier: part.tier }))?.keys ?? [];
}

async function findFew(
  tx: Transaction,
  tier: number,
  query: string,
  asked: Asked,
): Promise<SearchKey[] | undefined> {
  if ((await expectedHits(tx, query, asked)) > SORTED_AT_ONCE) return undefined;
  return (await sortHits(tx, query, asked, { most: SORTED_AT_ONCE, tier }))?.keys;
}

/** Fetches all hits and sorts them; undefined when they are more than `most`. */
async function sortHits(
  tx: Transaction,
  query: string,
  { tiers, where, after, limit }: Asked,
  { most, tier: known }: { most?: number; tier?: number } = {},
): Promise<Found | undefined> {
  const { server, name, rank, terms } = toolSearch;
  const all = tiers();
  const better = all
    .slice(0, -1)
    .map((tier, index) => sql`when ${terms} @@ ${tier}::tsquery then ${index}::int`);
  const last = sql`${known ?? all.length - 1}::int`;
  const tier = better.length === 0 ? last : sql`case ${sql.join(better, sql` `)} else ${last} end`;
  const behind =
    after &&
    sql`where (tier, rank, server, name) > (${after.tier}::int, ${after.rank}::smallint, ${after.server}, ${after.name})`;
  const rows = await tx.execute<{ [Key in keyof SearchKey]: SearchKey[Key] | null } & { count: number }>(sql`
    with hits as materialized (
      select ${tier} as tier, ${rank} as rank, ${server} as server, ${name} as name from ${toolSearch}
      where ${terms} @@ ${query}::tsquery and ${where ?? sql`true`} and ${isShown(server)}
      ${most === undefined ? sql`` : sql`limit ${most + 1}`}
    )
    select counted.count, page.* from (select count(*)::int as count from hits) as counted left join (
      select * from hits ${behind ?? sql``} order by tier, rank, server, name limit ${limit}
    ) as page on true order by page.tier, page.rank, page.server, page.name`);
  const count = rows[0]?.count ?? 0;
  if (most !== undefined && count > most) return undefined;
  const keys = rows.flatMap(({ tier, rank, server, name }) =>
    tier === null || rank === null || server === null || name === null ? [] : [{ tier, rank, server, name }],
  );
  return { keys, count };
}
