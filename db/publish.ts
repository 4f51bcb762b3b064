/** What publishing all of the catalog needs: which servers changed, and everything about the tools of one at once. */
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Category, Facet, Risk } from "../classifier/index.ts";
import { inBatches } from "./_batch.ts";
import { isShown } from "./_shown.ts";
import { toVersion, versionRows } from "./_versions.ts";
import { toChangeRow } from "./changes.ts";
import type { Database } from "./client.ts";
import { changes, crawls, definitions, servers, tools, toolVersions, verdicts } from "./schema.ts";
import { toProvenance, toServerTool, wholeTools } from "./tools.ts";
import type { ChangeRow, Provenance, ToolDetail, ToolVersion } from "./types.ts";

/** A server that is shown. `state` is another text whenever anything its pages say may have changed. */
export interface ServerState {
  id: string;
  state: string;
}

/**
 * All servers that are shown, by id. The state is made of PostgreSQL's own row versions (`xmin`), so a column that is
 * added later is in it; restoring a dump gives every server a new one.
 */
export async function serverStates({ db }: Database): Promise<ServerState[]> {
  const rows = await db.execute<{ id: string; state: string }>(sql`
    with listed as (
      select server, md5(string_agg(concat_ws(' ', name, xmin::text), ',' order by name)) as state
      from ${tools} group by server
    ), judged as (
      select had.server, md5(string_agg(concat_ws(' ', had.id, had.xmin::text, said.rules, said.xmin::text), ','
        order by had.id, said.rules)) as state
      from ${toolVersions} as had join ${verdicts} as said on said.digest = had.digest group by had.server
    ), asked as (select server, max(id) as last, count(*) as times from ${crawls} group by server),
    changed as (select server, max(id) as last from ${changes} group by server)
    select shown.id, md5(concat_ws(' ', shown.xmin::text, listed.state, judged.state, asked.last, asked.times, changed.last))
      as state
    from ${servers} as shown
      left join listed on listed.server = shown.id left join judged on judged.server = shown.id
      left join asked on asked.server = shown.id left join changed on changed.server = shown.id
    where shown.withdrawn is null order by shown.id`);
  return [...rows].map(({ id, state }) => ({ id, state }));
}

/** What only words for a search are made from. */
export interface SearchRow {
  server: string;
  name: string;
  title: string | null;
  description: string;
  category: Category;
  risk: Risk;
  facets: Facet[];
  summary: string;
}

/** Another text whenever `searchRows` may give something else. */
export async function searchState({ db }: Database): Promise<string> {
  const [row] = await db.execute<{ state: string }>(sql`
    select concat_ws(' ', count(*), sum(hashtextextended(line, 1)), sum(hashtextextended(line, 2))) as state from (
      select concat_ws(E'\n', ${tools.server}, ${tools.name}, ${tools.digest}, ${tools.rank}, ${verdicts}.xmin) as line
      from ${tools} join ${verdicts} on ${verdicts.digest} = ${tools.digest} and ${verdicts.rules} = ${tools.rules}
      where ${tools.goneSince} is null and ${isShown(tools.server)}
    ) as lines`);
  return row?.state ?? "";
}

/** The tools served now, worst first, a batch at a time. Descriptions are cut at 1,000 characters. */
export async function* searchRows({ db }: Database, batch = 5_000): AsyncGenerator<SearchRow[]> {
  let after: { rank: number; server: string; name: string } | undefined;
  for (;;) {
    const behind = after
      ? sql`and (${tools.rank}, ${tools.server}, ${tools.name}) > (${after.rank}::smallint, ${after.server}, ${after.name})`
      : sql``;
    const rows = await db
      .select({
        server: tools.server,
        name: tools.name,
        rank: tools.rank,
        title: definitions.title,
        description: sql<string>`left(${definitions.search}, 1000)`,
        category: tools.category,
        risk: tools.risk,
        facets: tools.facets,
        summary: verdicts.summary,
      })
      .from(tools)
      .innerJoin(definitions, eq(definitions.digest, tools.digest))
      .innerJoin(verdicts, and(eq(verdicts.digest, tools.digest), eq(verdicts.rules, tools.rules)))
      .where(sql`${tools.goneSince} is null and ${isShown(tools.server)} ${behind}`)
      .orderBy(tools.rank, tools.server, tools.name)
      .limit(batch);
    if (rows.length > 0) yield rows;
    if (rows.length < batch) return;
    after = rows.at(-1);
  }
}

/** Addresses that differ from another's only in case, in small letters: `servers/<id>` and `tools/<id>/<name>`. */
export async function namesAlike({ db }: Database): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select name from (
      select lower('tools/' || ${tools.server} || '/' || ${tools.name}) as name from ${tools}
      union all select lower('servers/' || ${servers.id}) from ${servers}
    ) as names group by name having count(*) > 1`);
  return [...rows].map(({ name }) => name);
}

/**
 * All tools of a server with their histories, those that are gone included, in the server's order: what `getTool` gives
 * for each, in four queries.
 */
export async function toolDetails(database: Database, server: string): Promise<ToolDetail[]> {
  const rows = await wholeTools(database, eq(tools.server, server));
  const [served, had] = await Promise.all([
    provenances(
      database,
      rows.map((row) => row.crawl),
    ),
    versions(database, server),
  ]);
  return rows.map((row) => {
    const provenance = served.get(row.crawl);
    if (!provenance) throw new Error(`Reading the tools of ${server}: crawl ${row.crawl} is missing.`);
    return { ...toServerTool(row), provenance, versions: had.get(row.name) ?? [] };
  });
}

async function provenances({ db }: Database, ids: number[]): Promise<Map<number, Provenance>> {
  const found = new Map<number, Provenance>();
  for (const batch of inBatches([...new Set(ids)])) {
    const rows = await db.select().from(crawls).where(inArray(crawls.id, batch));
    for (const row of rows) found.set(row.id, toProvenance(row));
  }
  return found;
}

/** By the tool's name, newest first. */
async function versions(database: Database, server: string): Promise<Map<string, ToolVersion[]>> {
  const byName = new Map<string, ToolVersion[]>();
  for (const row of await versionRows(database, eq(toolVersions.server, server))) {
    byName.set(row.name, [...(byName.get(row.name) ?? []), toVersion(row)]);
  }
  return byName;
}

/** The newest changes of a server, newest first, at most `limit`. */
export async function changesOfServer({ db }: Database, server: string, limit: number): Promise<ChangeRow[]> {
  const rows = await db
    .select()
    .from(changes)
    .where(eq(changes.server, server))
    .orderBy(desc(changes.id))
    .limit(limit);
  return rows.map(toChangeRow);
}
