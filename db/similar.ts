import { sql } from "drizzle-orm";
import type { Category, Risk } from "../classifier/index.ts";
import type { Transaction } from "./_batch.ts";
import { likeness } from "./_likeness.ts";
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
  if (!isStorable(tool.server) || !isStorable(tool.name))
    return { same: { items: [], count: 0 }, named: [], near: [] };
  const [same, named, near] = await database.db.transaction(
    async (tx) => {
      // Compiling takes longer than these few rows, and the planner expects far more of them.
      await tx.execute(sql`select set_config('jit', 'off', true)`);
      return Promise.all([sameDefinition(tx, tool), sameName(tx, tool), nearName(tx, tool)]);
    },
    { accessMode: "read only" },
  );
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

type Row = { server: string; name: string; digest: string; category: Category; risk: Risk };

const ROW = sql.raw("server, name, digest, category, risk");
/** Asked for each row by itself: to join these few with all servers that are withdrawn would read all servers. */
const isShown = sql`(select ${servers.withdrawn} from ${servers} where ${servers.id} = ${tools.server}) is null`;
const isElsewhere = ({ server }: ToolName) =>
  sql`${tools.goneSince} is null and ${tools.server} <> ${server} and ${isShown}`;

async function sameDefinition(tx: Transaction, tool: ToolName): Promise<AlikeTool[]> {
  return [
    ...(await tx.execute<Row>(sql`select * from (
      select ${ROW} from ${tools} where ${tools.digest} = ${tool.digest} and ${isElsewhere(tool)} limit ${COUNTED}
    ) as alike order by server, name`)),
  ];
}

/** The ranks of this name are stepped through one by one: each has some of its tools shown, however many another has. */
async function sameName(tx: Transaction, tool: ToolName): Promise<AlikeTool[]> {
  const key = sql`name_key(${tool.name}::text)`;
  const ofKey = sql`name_key(${tools.name}) = asked.key and ${tools.goneSince} is null`;
  const side = (sign: "<" | ">") => sql`(select ${ROW}, ${tools.rank} from ${tools}
    where ${ofKey} and ${tools.rank} = ranks.rank and ${tools.digest} ${sql.raw(sign)} ${tool.digest}
      and ${isElsewhere(tool)} order by ${tools.digest}, ${tools.server} limit ${OF_A_RANK})`;
  return [
    ...(await tx.execute<Row>(sql`
    with recursive asked as materialized (select ${key} as key), ranks as (
      select (select min(${tools.rank}) from ${tools} where ${ofKey}) as rank, key from asked where key <> ''
      union all
      select (select min(${tools.rank}) from ${tools} where name_key(${tools.name}) = ranks.key
        and ${tools.goneSince} is null and ${tools.rank} > ranks.rank), key from ranks where rank is not null
    )
    select ${sql.raw("alike.server, alike.name, alike.digest, alike.category, alike.risk")} from ranks, asked
    cross join lateral (${side("<")} union all ${side(">")} limit ${OF_A_RANK}) as alike
    order by alike.rank, alike.server, alike.name`)),
  ];
}

async function nearName(tx: Transaction, tool: ToolName): Promise<AlikeTool[]> {
  return [
    ...(await tx.execute<Row>(sql`
    select alike.* from name_keys_near(${tool.name}) as near (key) cross join lateral (
      select ${ROW} from ${tools} where name_key(${tools.name}) = near.key
        and ${isElsewhere(tool)} order by ${tools.rank}, ${tools.digest}, ${tools.server} limit 1
    ) as alike order by server, name`)),
  ];
}
