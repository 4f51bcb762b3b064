import { and, eq, gte, ilike, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { crawlEnd } from "./_crawl-end.ts";
import { decodeCursor, encodeCursor, pageLimit, toPage } from "./_cursor.ts";
import { checkMark, listMark } from "./_list-mark.ts";
import { PATIENCE, patiently } from "./_patience.ts";
import { valuesOf } from "./_rank.ts";
import { likeText, storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { crawls, servers } from "./schema.ts";
import { countTools, toServerRow } from "./servers.ts";
import type { Page, ServerFilter, ServerRow, ServerSort } from "./types.ts";

const LIST = "servers";
/** More words than anyone types. */
const MAX_WORDS = 12;

const ended = crawlEnd(crawls);
const byId = sql`0`;

/** What is sorted by before the id. */
const ORDERS: Record<ServerSort, { value: SQL; descending: boolean }> = {
  id: { value: byId, descending: false },
  "-id": { value: byId, descending: true },
  "-updated": { value: ended, descending: true },
  updated: { value: ended, descending: false },
  "-tools": { value: sql`${servers.toolCount}::bigint`, descending: true },
  tools: { value: sql`${servers.toolCount}::bigint`, descending: false },
};

/** The list's mark, the value that is sorted by, the id. */
const place = z.tuple([z.string(), z.number(), z.string()]);

/**
 * Servers that were asked at least once and pass the filter, by id unless told.
 * @throws CursorError for a cursor of nobody, of another list, or of a list with other filters or in another order.
 * @throws SlowListError when it would take longer than two seconds.
 */
export async function listServers(database: Database, filter: ServerFilter = {}): Promise<Page<ServerRow>> {
  const limit = pageLimit(filter.limit);
  const asked = { order: ORDERS[filter.sort ?? "id"], conditions: conditionsOf(filter), limit: limit + 1 };
  const rows = await (isQuick(filter) ? find(database.db, asked) : findPatiently(database, asked));
  const counts = await countTools(
    database,
    rows.map(({ server }) => server.id),
  );
  return toPage(
    rows,
    limit,
    ({ server }) => toServerRow(server, counts.get(server.id)),
    ({ server, value }) => encodeCursor(LIST, [listMark(made(filter)), Number(value), server.id]),
  );
}

/** Without filters and by id the index leads to each page. */
function isQuick({ cursor: _, limit: __, sort = "id", ...filters }: ServerFilter): boolean {
  return ORDERS[sort].value === byId && Object.values(filters).every((value) => value === undefined);
}

interface Asked {
  order: { value: SQL; descending: boolean };
  conditions: (SQL | undefined)[];
  limit: number;
}

function findPatiently(database: Database, asked: Asked) {
  return patiently(LIST, () =>
    database.db.transaction(
      async (tx) => {
        for (const setting of PATIENCE) await tx.execute(setting);
        return find(tx, asked);
      },
      { accessMode: "read only" },
    ),
  );
}

function find(tx: Pick<Database["db"], "select">, { order, conditions, limit }: Asked) {
  const { value, descending } = order;
  const by = value === byId ? [servers.id] : [value, servers.id];
  return tx
    .select({ server: servers, value: sql<string>`${value}` })
    .from(servers)
    .leftJoin(crawls, eq(crawls.id, servers.lastCrawl))
    .where(and(isNull(servers.withdrawn), ...conditions))
    .orderBy(...by.map((column) => (descending ? sql`${column} desc` : sql`${column} asc`)))
    .limit(limit);
}

function conditionsOf(filter: ServerFilter): (SQL | undefined)[] {
  const { status, source, text = "", updatedSince } = filter;
  const words = wordsOf(text);
  return [
    status === undefined ? undefined : sql`${servers.status} = any(${sql.param([...valuesOf(status)])})`,
    source === undefined ? undefined : or(...valuesOf(source).map(isFrom)),
    updatedSince === undefined ? undefined : gte(ended, Date.parse(updatedSince)),
    ...words.map((word) => or(ilike(servers.id, likeText(word)), ilike(servers.title, likeText(word)))),
    filter.cursor === undefined ? undefined : isBehind(filter, filter.cursor),
  ];
}

/** Ids are sorted by code point, and `0` is the one behind `/`. */
const isFrom = (source: string) => and(gte(servers.id, `${source}/`), lt(servers.id, `${source}0`));

function isBehind(filter: ServerFilter, cursor: string): SQL {
  const [mark, value, id] = decodeCursor(LIST, cursor, place);
  checkMark(LIST, mark, made(filter));
  const order = ORDERS[filter.sort ?? "id"];
  const sign = sql.raw(order.descending ? "<" : ">");
  const behind = sql`${servers.id} ${sign} ${storable(id)}`;
  return order.value === byId
    ? behind
    : sql`(${order.value}, ${servers.id}) ${sign} (${value}::bigint, ${storable(id)}::text collate "C")`;
}

/** What makes a list what it is. */
function made({ cursor: _, limit: __, text = "", status, source, sort, ...filter }: ServerFilter) {
  return {
    ...filter,
    status: status && valuesOf(status),
    source: source && valuesOf(source),
    sort: sort === "id" ? undefined : sort,
    text: wordsOf(text).join(" "),
  };
}

const wordsOf = (text: string): string[] => storable(text).split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
