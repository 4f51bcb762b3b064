/** Finding a page of tools in `tool_search`: which, and in which order. */
import type postgres from "postgres";
import { z } from "zod";
import { RANKS } from "./_rank.ts";
import type { SearchQuery } from "./_search-query.ts";

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

interface Asked {
  /** For the words as they are. */
  closed: SearchQuery;
  /** For words of which the last may be a beginning; asked for unless that word is common by itself. */
  open?: SearchQuery;
  server?: string;
  /** Whether tools of this rank can pass at all. */
  hasRank: (rank: number) => boolean;
  after?: SearchKey;
  limit: number;
}

const pageSchema = z.object({
  count: z.number().nullable(),
  keys: z.array(z.tuple([z.number(), z.number(), z.string(), z.string()])),
});

/** The next tools of a list, at most `limit`, in one question: `migrations/0008_search-pages.sql` has the answer. */
export async function findKeys(tx: postgres.TransactionSql, asked: Asked): Promise<Found> {
  const { closed, open, server = null, after, limit } = asked;
  const ranks = RANKS.filter(asked.hasRank);
  const [parts, openParts] = [partsOf(closed, ranks), open ? partsOf(open, ranks) : null];
  const place = after ? JSON.stringify([after.tier, after.rank, after.server, after.name]) : null;
  const [row] = await tx`select search_page(${closed.tiers}::text[], ${parts}::text[],
    ${open?.tiers ?? null}::text[], ${openParts}::text[], ${ranks.map(String)}::text[]::smallint[], ${server},
    ${place}::text::json, ${limit}::int, ${closed.terms > 1}) as page`;
  const { count, keys } = pageSchema.parse(row?.page);
  return {
    keys: keys.map(([tier, rank, server, name]) => ({ tier, rank, server, name })),
    count: count ?? undefined,
  };
}

/** For each tier what holds for its tools, then what holds for those of each rank. */
function partsOf(query: SearchQuery, ranks: number[]): string[] {
  const ofRanks = ranks.map((rank) => query.parts(rank));
  return query.parts().flatMap((part, tier) => [part, ...ofRanks.map((parts) => parts[tier] ?? "")]);
}
