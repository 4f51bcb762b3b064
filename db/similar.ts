import { sql } from "drizzle-orm";
import type { Category, Risk } from "../classifier/index.ts";
import { nearNames } from "./_alike-names.ts";
import { likeness } from "./_likeness.ts";
import { preparedRows } from "./_prepared.ts";
import { isStorable } from "./_text.ts";
import type { Database } from "./client.ts";
import { servers, tools } from "./schema.ts";
import type { AlikeTool, SimilarTools, ToolName } from "./types.ts";

/** Servers with the same definition that are counted, and those that are named. */
const COUNTED = 100;
const SAME = 8;
/** Tools of the same name that are named, for each category and risk there is. */
const OF_A_RANK = 2;
const NAMED = 12;
const NEAR = 6;
/** From here on two names are alike: the share of trigrams they have in common. */
const ALIKE = 0.5;

/**
 * What other servers serve that is like this tool: the same definition; other definitions of the same name, some of each
 * verdict, worst first; and those of nearly the same name. Every step looks a few rows up in an index, so that it takes
 * as long among a million tools as among a thousand.
 */
export async function similarTools(database: Database, tool: ToolName): Promise<SimilarTools> {
  const [found] = await similarToolsOf(database, [tool]);
  return found ?? { same: { items: [], count: 0 }, named: [], near: [] };
}

/** The same for many tools at once, in their order, with as many questions to the database as for one. */
export async function similarToolsOf(
  database: Database,
  asked: readonly ToolName[],
): Promise<SimilarTools[]> {
  const storable = asked.filter(({ server, name }) => isStorable(server) && isStorable(name));
  const names = storable.map(({ name }) => name);
  const [same, named, near] = await Promise.all([
    sameDefinition(database, storable),
    sameName(database, storable),
    nearNames(database, names).then((found) => nearName(database, storable, found)),
  ]);
  return asked.map((tool) => {
    const place = storable.indexOf(tool);
    return assembled(tool, same.get(place) ?? [], named.get(place) ?? [], near.get(place) ?? []);
  });
}

function assembled(tool: ToolName, same: AlikeTool[], named: AlikeTool[], near: AlikeTool[]): SimilarTools {
  const known = new Set([tool.digest, ...named.map(({ digest }) => digest)]);
  return {
    same: { items: same.slice(0, SAME), count: same.length },
    named: named.slice(0, NAMED),
    near: near
      .filter(({ digest, name }) => !known.has(digest) && likeness(name, tool.name) >= ALIKE)
      .sort((a, b) => likeness(b.name, tool.name) - likeness(a.name, tool.name))
      .slice(0, NEAR),
  };
}

type Row = { place: number; server: string; name: string; digest: string; category: Category; risk: Risk };
type Found = Map<number, AlikeTool[]>;

const ROW = sql.raw("server, name, digest, category, risk");
const ANSWER = sql.raw("asked.place, alike.server, alike.name, alike.digest, alike.category, alike.risk");
/** Asked for each row by itself: to join these few with all servers that are withdrawn would read all servers. */
const isShown = sql`(select ${servers.withdrawn} from ${servers} where ${servers.id} = ${tools.server}) is null`;
const isElsewhere = sql`${tools.goneSince} is null and ${tools.server} <> asked.server and ${isShown}`;

/** The tools as a table: their place in the list from 0, and what names them. */
function tableOf(asked: readonly ToolName[]) {
  const column = (values: string[]) => sql`${sql.param(values)}::text[]`;
  return sql`(select ordinality::int - 1 as place, server, name, digest from unnest(
    ${column(asked.map(({ server }) => server))}, ${column(asked.map(({ name }) => name))},
    ${column(asked.map(({ digest }) => digest))}) with ordinality as given (server, name, digest, ordinality))`;
}

async function grouped(answer: PromiseLike<Iterable<Row>>): Promise<Found> {
  const groups: Found = new Map();
  for (const { place, ...tool } of await answer) {
    const group = groups.get(place);
    if (group) group.push(tool);
    else groups.set(place, [tool]);
  }
  return groups;
}

function sameDefinition(database: Database, asked: readonly ToolName[]): Promise<Found> {
  return grouped(
    preparedRows<Row>(
      database,
      sql`select ${ANSWER} from ${tableOf(asked)} as asked cross join lateral (
      select ${ROW} from ${tools} where ${tools.digest} = asked.digest and ${isElsewhere} limit ${COUNTED}
    ) as alike order by asked.place, alike.server, alike.name`,
    ),
  );
}

/** The ranks of a name are stepped through one by one: each has some of its tools shown, however many another has. */
function sameName(database: Database, asked: readonly ToolName[]): Promise<Found> {
  const ofKey = (key: string) =>
    sql`name_key(${tools.name}) = ${sql.raw(key)} and ${tools.goneSince} is null`;
  const side = (sign: "<" | ">") => sql`(select ${ROW}, ${tools.rank} from ${tools}
    where ${ofKey("asked.key")} and ${tools.rank} = asked.rank and ${tools.digest} ${sql.raw(sign)} asked.digest
      and ${isElsewhere} order by ${tools.digest}, ${tools.server} limit ${OF_A_RANK})`;
  return grouped(
    preparedRows<Row>(
      database,
      sql`
    with recursive keyed as materialized (
      select place, server, digest, name_key(name) as key from ${tableOf(asked)} as named
    ), asked as (
      select place, server, digest, key, (select min(${tools.rank}) from ${tools} where ${ofKey("keyed.key")}) as rank
        from keyed where key <> ''
      union all
      select place, server, digest, key, (select min(${tools.rank}) from ${tools}
        where ${ofKey("asked.key")} and ${tools.rank} > asked.rank) from asked where rank is not null
    )
    select ${ANSWER} from asked
    cross join lateral (${side("<")} union all ${side(">")} limit ${OF_A_RANK}) as alike
    order by asked.place, alike.rank, alike.server, alike.name`,
    ),
  );
}

/** @param near for each tool, names like its own, as words between spaces */
function nearName(database: Database, asked: readonly ToolName[], near: string[][]): Promise<Found> {
  const pairs = near.flatMap((names, place) => names.map((words) => ({ place, words })));
  return grouped(
    preparedRows<Row>(
      database,
      sql`with given as materialized (
      select place, server, name_key(name) as key from ${tableOf(asked)} as named
    ), near as materialized (
      select distinct place::int as place, name_key_of(string_to_array(words, ' ')) as key
      from unnest(${sql.param(pairs.map(({ place }) => String(place)))}::text[],
        ${sql.param(pairs.map(({ words }) => words))}::text[]) as pairs (place, words)
    )
    select ${ANSWER} from (
      select given.place, given.server, near.key from near
      join given on given.place = near.place where near.key not in ('', given.key)
    ) as asked cross join lateral (
      select ${ROW} from ${tools} where name_key(${tools.name}) = asked.key and ${isElsewhere}
      order by ${tools.rank}, ${tools.digest}, ${tools.server} limit 1
    ) as alike order by asked.place, alike.server, alike.name`,
    ),
  );
}
