import { and, asc, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { isShown } from "./_shown.ts";
import { storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { servers, tools, toolVersions } from "./schema.ts";
import type { KeyRange, ToolKey } from "./types.ts";

/** Rows of one query: enough that asking costs little, and few enough to hold. */
const BATCH = 2_000;

/**
 * The names of the tools served now, by server and name, a batch at a time. Memory does not grow with the catalog.
 * @yields at most 2,000 keys at once, until `range.count` were given
 */
export async function* toolKeys({ db }: Database, range: KeyRange): AsyncGenerator<ToolKey[]> {
  const changed = db
    .select({ at: toolVersions.firstSeen })
    .from(toolVersions)
    .where(and(eq(toolVersions.server, tools.server), eq(toolVersions.name, tools.name)))
    .orderBy(desc(toolVersions.id))
    .limit(1);
  const shown = [isShown(tools.server), isNull(tools.goneSince)];
  const order = [asc(tools.server), asc(tools.name)];
  // What is left out is passed over by itself, for with an offset each row would be made whole first.
  const [start] =
    range.skip === 0
      ? []
      : await db
          .select({ server: tools.server, name: tools.name })
          .from(tools)
          .where(and(...shown))
          .orderBy(...order)
          .offset(range.skip - 1)
          .limit(1);
  if (range.skip > 0 && !start) return;
  let last: ToolKey | undefined = start;
  for (let left = range.count; left > 0; ) {
    const limit = Math.min(BATCH, left);
    const behind =
      last &&
      sql`(${tools.server}, ${tools.name}) > (${storable(last.server)}::text collate "C", ${storable(last.name)}::text collate "C")`;
    const rows = await db
      .select({ server: tools.server, name: tools.name, changed: sql<Date | null>`(${changed})` })
      .from(tools)
      .where(and(...shown, behind))
      .orderBy(...order)
      .limit(limit);
    const keys = rows.map(({ server, name, changed }) => ({
      server,
      name,
      ...(changed ? { changed: new Date(changed).toISOString() } : {}),
    }));
    if (keys.length > 0) yield keys;
    if (rows.length < limit) return;
    left -= limit;
    last = keys.at(-1);
  }
}

/** The same for the ids of servers that were asked at least once. */
export async function* serverKeys({ db }: Database, range: KeyRange): AsyncGenerator<string[]> {
  let last: string | undefined;
  for (let left = range.count; left > 0; ) {
    const limit = Math.min(BATCH, left);
    const rows = await db
      .select({ id: servers.id })
      .from(servers)
      .where(and(isNull(servers.withdrawn), last === undefined ? undefined : gt(servers.id, last)))
      .orderBy(asc(servers.id))
      .limit(limit)
      .offset(last === undefined ? range.skip : 0);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) yield ids;
    if (rows.length < limit) return;
    left -= limit;
    last = ids.at(-1);
  }
}
