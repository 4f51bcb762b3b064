import { sql } from "drizzle-orm";
import type { Category, Risk } from "../classifier/index.ts";
import { likeNames } from "./_alike-names.ts";
import { likeness } from "./_likeness.ts";
import { prepared } from "./_prepared.ts";
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
  const given = asked.flatMap(({ server, name, digest }, place) =>
    isStorable(server) && isStorable(name) ? { place, server, name, digest } : [],
  );
  const rows = await sameOrNamed(database, { asked: JSON.stringify(given) });
  const words = rows.filter((row) => row.kind === "words");
  const names = await likeNames(
    database,
    words.map(({ tokens }) => tokens),
  );
  const others = words.flatMap(({ place, server, key }, index) =>
    (names[index] ?? []).map((name) => ({ place, server, own: key, words: name })),
  );
  const near = others.length === 0 ? [] : await nearlyNamed(database, { asked: JSON.stringify(others) });
  const same = byPlace(rows.filter((row) => row.kind === "same"));
  const named = byPlace(rows.filter((row) => row.kind === "named"));
  const nearly = byPlace(near);
  return asked.map((tool, place) =>
    assembled(tool, same.get(place) ?? [], named.get(place) ?? [], nearly.get(place) ?? []),
  );
}

function assembled(tool: ToolName, same: AlikeTool[], named: AlikeTool[], near: AlikeTool[]): SimilarTools {
  const known = new Set([tool.digest, ...named.map(({ digest }) => digest)]);
  return {
    same: { items: same.slice(0, SAME), count: same.length },
    named: named.slice(0, NAMED),
    near: near
      .filter(({ digest }) => !known.has(digest))
      .map((other) => ({ other, share: likeness(other.name, tool.name) }))
      .filter(({ share }) => share >= ALIKE)
      .sort((a, b) => b.share - a.share)
      .slice(0, NEAR)
      .map(({ other }) => other),
  };
}

type AlikeRow = {
  place: number;
  server: string;
  name: string;
  digest: string;
  category: Category;
  risk: Risk;
};

function byPlace(rows: readonly AlikeRow[]): Map<number, AlikeTool[]> {
  const groups = new Map<number, AlikeTool[]>();
  for (const { place, server, name, digest, category, risk } of rows) {
    const group = groups.get(place) ?? [];
    groups.set(place, group);
    group.push({ server, name, digest, category, risk });
  }
  return groups;
}

const ROW = sql.raw("server, name, digest, category, risk");
const ANSWER = sql.raw("asked.place, alike.server, alike.name, alike.digest, alike.category, alike.risk");
/** Asked for each row by itself: to join these few with all servers that are withdrawn would read all servers. */
const isShown = sql`(select ${servers.withdrawn} is null from ${servers} where ${servers.id} = ${tools.server})`;
const isElsewhere = sql`${tools.goneSince} is null and ${tools.server} <> asked.server and ${isShown}`;
/** What is asked, as JSON. The planner takes it for one row, always, so that it plans once (`_prepared.ts`). */
const asked = (columns: string) =>
  sql`(select * from json_to_recordset(${sql.placeholder("asked")}::text::json)
    as t (place int, ${sql.raw(columns)}) where place between 0 and 1000000)`;

const ofKey = (key: string) => sql`name_key(${tools.name}) = ${sql.raw(key)} and ${tools.goneSince} is null`;
const side = (sign: "<" | ">") => sql`(select ${ROW}, ${tools.rank} from ${tools}
  where ${ofKey("asked.key")} and ${tools.rank} = asked.rank and ${tools.digest} ${sql.raw(sign)} asked.digest
    and ${isElsewhere} order by ${tools.digest}, ${tools.server} limit ${sql.raw(String(OF_A_RANK))})`;

/** Of a tool like one that is asked about, or of the words that the name of that one is made of. */
type Found =
  | (AlikeRow & { kind: "same" })
  | (AlikeRow & { kind: "named" })
  | { kind: "words"; place: number; server: string; key: string; tokens: string[] };

/**
 * Tools with the same definition, those of the same name, and the words of the name. The ranks of a name are stepped
 * through one by one: each has some of its tools shown, however many another has.
 */
const sameOrNamed = prepared<{ asked: string }, Found>(sql`
  with recursive given as materialized (
    select place, server, digest, search_tokens(name, true) as tokens
      from ${asked("server text, name text, digest text")} as tool
  ), keyed as materialized (
    select place, server, digest, name_key_of(tokens) as key from given
  ), ranked as (
    select place, server, digest, key, (select min(${tools.rank}) from ${tools} where ${ofKey("keyed.key")}) as rank
      from keyed where key <> ''
    union all
    select place, server, digest, key, (select min(${tools.rank}) from ${tools}
      where ${ofKey("ranked.key")} and ${tools.rank} > ranked.rank) from ranked where rank is not null
  )
  select 'words' as kind, place, given.server collate "C" as server, null as name, null as digest, null as category,
    null as risk, key, tokens, null::int as rank from given join keyed using (place)
  union all
  select 'same', ${ANSWER}, null, null, null from given as asked cross join lateral (
    select ${ROW} from ${tools} where ${tools.digest} = asked.digest and ${isElsewhere} limit ${sql.raw(String(COUNTED))}
  ) as alike
  union all
  select 'named', ${ANSWER}, null, null, alike.rank from ranked as asked
    cross join lateral (${side("<")} union all ${side(">")} limit ${sql.raw(String(OF_A_RANK))}) as alike
  order by place, rank, server, name`);

/** One tool of each name that is nearly that of a tool asked about. */
const nearlyNamed = prepared<{ asked: string }, AlikeRow>(sql`
  with keyed as materialized (
    select place, server, own, name_key_of(string_to_array(words, ' ')) as key
      from ${asked("server text, own text, words text")} as other
  )
  select ${ANSWER} from (
    select distinct place, server, key from keyed where key not in ('', own)
  ) as asked cross join lateral (
    select ${ROW} from ${tools} where name_key(${tools.name}) = asked.key and ${isElsewhere}
    order by ${tools.rank}, ${tools.digest}, ${tools.server} limit 1
  ) as alike order by asked.place, alike.server, alike.name`);
