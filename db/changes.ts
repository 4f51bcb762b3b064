import { and, desc, eq, gte, lt, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "./_batch.ts";
import { decodeCursor, encodeCursor, pageLimit, toPage } from "./_cursor.ts";
import { checkMark, listMark } from "./_list-mark.ts";
import { PATIENCE, patiently } from "./_patience.ts";
import { onceFor } from "./_prepared.ts";
import { isShown } from "./_shown.ts";
import { fromJsonTextOrNull, jsonText, storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { changes } from "./schema.ts";
import type { ChangeFilter, ChangeRow, Page, ToolState } from "./types.ts";

const LIST = "changes";

/**
 * What changed in the lists of servers, newest first.
 * @throws CursorError for a cursor of another list or of nobody.
 * @throws SlowListError when it would take longer than two seconds.
 */
export async function listChanges(database: Database, filter: ChangeFilter = {}): Promise<Page<ChangeRow>> {
  const limit = pageLimit(filter.limit);
  const { server, tool, worse, since, cursor } = filter;
  const isOfTool = server !== undefined && tool !== undefined && Object.keys(filter).every(isOfToolPage);
  if (isOfTool) {
    const [of, name] = [storable(server), storable(tool)];
    const rows = await changesOfTool(database).execute({
      server: of,
      tool: name,
      former: formerName(name),
      limit: limit + 1,
    });
    return toPage(rows, limit, toChangeRow, cursorIn(filter));
  }
  // Only verdicts get worse: said, so that the index by kind leads there.
  const kind = filter.kind ?? (worse ? "verdict-changed" : undefined);
  const conditions = [
    isShown(changes.server),
    server === undefined ? undefined : eq(changes.server, storable(server)),
    tool === undefined ? undefined : concerns(storable(tool)),
    kind && eq(changes.kind, kind),
    worse === undefined ? undefined : eq(changes.worse, worse),
    since === undefined ? undefined : gte(changes.at, new Date(since)),
    cursor === undefined ? undefined : lt(changes.id, placeOf(filter, cursor)),
  ];
  const find = (db: Pick<Database["db"], "select">) =>
    db
      .select()
      .from(changes)
      .where(and(...conditions))
      .orderBy(desc(changes.id))
      .limit(limit + 1);
  const rows = await (server !== undefined
    ? // Of one server they are on each of its pages, and found by its index whatever else is asked.
      find(database.db).prepare("changes").execute()
    : (kind ?? tool ?? worse ?? since) === undefined
      ? find(database.db)
      : findPatiently(database, find));
  return toPage(rows, limit, toChangeRow, cursorIn(filter));
}

const cursorIn = (filter: ChangeFilter) => (row: { id: number }) =>
  encodeCursor(LIST, [listMark(made(filter)), row.id]);

/** All that a tool's page asks for; it asks on every one of them, so the query is put together once. */
const isOfToolPage = (key: string) => ["server", "tool", "limit"].includes(key);

const changesOfTool = onceFor((db) => {
  const tool = sql.placeholder("tool");
  return db
    .select()
    .from(changes)
    .where(
      and(
        isShown(changes.server),
        eq(changes.server, sql.placeholder("server")),
        or(
          eq(changes.tool, tool),
          and(
            eq(changes.kind, "tool-renamed"),
            sql`starts_with(${changes.before}, ${sql.placeholder("former")})`,
          ),
        ),
      ),
    )
    .orderBy(desc(changes.id))
    .limit(sql.placeholder("limit"))
    .prepare("changes of a tool");
});

function findPatiently<Rows>(
  database: Database,
  find: (tx: Transaction) => PromiseLike<Rows>,
): Promise<Rows> {
  return patiently(LIST, () =>
    database.db.transaction(
      async (tx) => {
        for (const setting of PATIENCE) await tx.execute(setting);
        return find(tx);
      },
      { accessMode: "read only" },
    ),
  );
}

const place = z.tuple([z.string(), z.number().int().min(0)]);

function placeOf(filter: ChangeFilter, cursor: string): number {
  const [mark, id] = decodeCursor(LIST, cursor, place);
  checkMark(LIST, mark, made(filter));
  return id;
}

/** What makes a list what it is. */
const made = ({ cursor: _, limit: __, worse, ...filter }: ChangeFilter) => ({
  ...filter,
  worse: worse?.toString(),
});

/** Changes of a tool of this name, and the one that gave it another: `stateOf` writes the former name first. */
function concerns(tool: string): SQL | undefined {
  return or(
    eq(changes.tool, tool),
    and(eq(changes.kind, "tool-renamed"), sql`starts_with(${changes.before}, ${formerName(tool)})`),
  );
}

/** How the state of a tool of this name begins, as it is stored. */
const formerName = (tool: string): string => `{"name":${jsonText(tool)},`;

/** A row as callers get it. */
export function toChangeRow(row: typeof changes.$inferSelect): ChangeRow {
  const { id, server, kind, tool, worse, at } = row;
  const before = fromJsonTextOrNull<ToolState>(row.before);
  const after = fromJsonTextOrNull<ToolState>(row.after);
  return {
    id,
    server,
    kind,
    tool,
    worse,
    ...(before && { before }),
    ...(after && { after }),
    at: at.toISOString(),
  };
}
