/** Servers as a registry lists them: one entry each, with its versions. Servers of somebody's own machine are none. */
import { and, asc, desc, eq, gt, gte, isNull, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import type { LaunchConditions, RegistryEntry } from "../crawler/types.ts";
import { crawlEnd } from "./_crawl-end.ts";
import { decodeCursor, encodeCursor, pageLimit } from "./_cursor.ts";
import { PATIENCE, patiently } from "./_patience.ts";
import { fromJsonTextOrNull, isStorable, likeText, storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { crawls, servers } from "./schema.ts";
import { countTools, packageOf, toServerRow } from "./servers.ts";
import type { PackageRow, Page, PageOptions, ServerRow } from "./types.ts";

/** Filters of `listRegistry`; all that are given must hold. */
export interface RegistryFilter extends PageOptions {
  /** Part of the id, in any case. */
  search?: string;
  /** Only entries that have this version now. */
  version?: string;
  /** Only entries whose last crawl ended at or after this time (ISO 8601); withdrawn ones too. */
  updatedSince?: string;
  /** Also what is withdrawn. */
  withdrawn?: boolean;
}

/** What a crawl that went well was of. */
export interface RegistryVersion {
  version: string;
  /** What the user typed or a list said: `oci:ghcr.io/someone/server:1.0`. */
  source: string;
  package?: PackageRow;
  serverInfo?: Record<string, unknown>;
  launch?: LaunchConditions;
  /** When it was asked last. */
  crawledAt: string;
}

/** A server and what is listed of it. */
export interface RegistryRow extends Omit<ServerRow, "version"> {
  /** The last version of which a list could be read; of an entry that never could be, the one in its own registry. */
  current: RegistryVersion;
  /** Whether a list could ever be read. */
  isRead: boolean;
  /** When its last crawl ended. */
  updatedAt: string;
  withdrawn?: "deleted" | "excluded";
  /** What the registry says that lists it. */
  entry?: RegistryEntry;
}

const LIST = "registry";
/** Kinds of ids that mean the same thing on every machine. */
export const PUBLIC = ["npm", "oci", "pypi", "registry", "remote"];
/** Older ones are left out where the versions of a server are listed. */
const CRAWLS_READ = 500;

const last = alias(crawls, "last_crawl");
const good = alias(crawls, "good_crawl");

/**
 * Entries by id, so that a walk through all pages meets each that was there all the time once.
 * @throws CursorError for a cursor of another list or of nobody.
 * @throws SlowListError when it would take longer than two seconds.
 */
export async function listRegistry(
  database: Database,
  filter: RegistryFilter = {},
): Promise<Page<RegistryRow>> {
  const limit = pageLimit(filter.limit);
  const { cursor, version } = filter;
  const after = cursor === undefined ? undefined : decodeCursor(LIST, cursor, z.tuple([z.string()]))[0];
  const behind = after === undefined ? undefined : gt(servers.id, storable(after));
  const rows = await patiently("the registry's servers", () =>
    database.db.transaction(
      async (tx) => {
        for (const setting of PATIENCE) await tx.execute(setting);
        return entryRows(tx, and(behind, ...conditions(filter)))
          .orderBy(asc(servers.id))
          .limit(limit + 1);
      },
      { accessMode: "read only" },
    ),
  );
  const shown = rows.slice(0, limit);
  const end = rows.length > limit ? shown.at(-1) : undefined;
  const items = await toEntries(database, shown);
  return {
    items: version === undefined ? items : items.filter(({ current }) => current.version === version),
    nextCursor: end === undefined ? null : encodeCursor(LIST, [end.server.id]),
  };
}

/** One entry, also one that is withdrawn; undefined where there is none. */
export async function getRegistryEntry(database: Database, id: string): Promise<RegistryRow | undefined> {
  if (!isStorable(id)) return undefined;
  const rows = await entryRows(database.db, and(isPublic, hasVersion, eq(servers.id, id)));
  const [entry] = await toEntries(database, rows);
  return entry;
}

/** The versions of which lists were read, each as it was asked last; newest first. Of the last 500 crawls. */
export async function registryVersions({ db }: Database, id: string): Promise<RegistryVersion[]> {
  if (!isStorable(id)) return [];
  const rows = await db
    .select()
    .from(crawls)
    .where(and(eq(crawls.server, id), eq(crawls.status, "ok")))
    .orderBy(desc(crawls.startedAt), desc(crawls.id))
    .limit(CRAWLS_READ);
  const versions = new Map<string, RegistryVersion>();
  for (const row of rows) {
    const found = toVersion(row);
    if (found && !versions.has(found.version)) versions.set(found.version, found);
  }
  return [...versions.values()];
}

const isPublic = sql`split_part(${servers.id}, '/', 1) in ${PUBLIC}`;
const ended = crawlEnd(last);
/** Without a version there is nothing that could be asked for. */
const hasVersion = sql`(${servers.version} is not null or ${good.registryEntry} is not null or ${last.registryEntry} is not null)`;

function conditions({ search, version, updatedSince, withdrawn }: RegistryFilter): (SQL | undefined)[] {
  const part = search && likeText(search);
  return [
    isPublic,
    hasVersion,
    withdrawn || updatedSince !== undefined ? undefined : isNull(servers.withdrawn),
    part ? sql`${servers.id} ilike ${part}` : undefined,
    // As numbers: the database's own times do not reach as far as those that can be asked for.
    updatedSince === undefined ? undefined : gte(ended, Date.parse(updatedSince)),
    version === undefined ? undefined : or(eq(servers.version, storable(version)), isInEntry(version)),
  ];
}

/** Whether the stored JSON has it; what is read of that is compared again. */
function isInEntry(version: string): SQL {
  const text = `"version":${JSON.stringify(version)}`;
  return sql`position(${text} in coalesce(${good.registryEntry}, ${last.registryEntry}, '')) > 0`;
}

type EntryRow = {
  server: typeof servers.$inferSelect;
  last: typeof crawls.$inferSelect | null;
  good: typeof crawls.$inferSelect | null;
};

function entryRows(db: Pick<Database["db"], "select">, where: SQL | undefined) {
  return db
    .select({ server: servers, last, good })
    .from(servers)
    .leftJoin(last, eq(last.id, servers.lastCrawl))
    .leftJoin(good, eq(good.id, servers.lastGoodCrawl))
    .where(where)
    .$dynamic();
}

async function toEntries(database: Database, rows: EntryRow[]): Promise<RegistryRow[]> {
  const counts = await countTools(
    database,
    rows.map(({ server }) => server.id),
  );
  return rows.flatMap(({ server, last, good }) => {
    const entry = entryOf(good) ?? entryOf(last);
    const said = good ?? last;
    const current = said === null ? undefined : toVersion(said, entry?.version ?? server.version);
    if (!current) return [];
    const newest = entryOf(last);
    const { withdrawn } = server;
    const { version: _said, ...row } = toServerRow(server, counts.get(server.id));
    return {
      ...row,
      current,
      isRead: good !== null,
      updatedAt: last ? endOf(last) : server.lastSeen.toISOString(),
      ...(withdrawn === null ? {} : { withdrawn }),
      // Its own registry's last word counts, whatever version it is on.
      ...(entry && { entry: { ...(newest ?? entry), name: entry.name, version: entry.version } }),
    };
  });
}

type StoredCrawl = typeof crawls.$inferSelect;

const endOf = ({ startedAt, durationMs }: StoredCrawl): string =>
  new Date(startedAt.getTime() + durationMs).toISOString();

const entryOf = (crawl: StoredCrawl | null): RegistryEntry | undefined =>
  fromJsonTextOrNull<RegistryEntry>(crawl?.registryEntry ?? null);

/** @param known the version, where that is known already; undefined is returned where nobody knows it */
function toVersion(crawl: StoredCrawl, known?: string | null): RegistryVersion | undefined {
  const serverInfo = fromJsonTextOrNull<Record<string, unknown>>(crawl.serverInfo);
  const said = serverInfo?.version;
  const version =
    known ??
    entryOf(crawl)?.version ??
    crawl.packageVersion ??
    (typeof said === "string" && said !== "" ? said : undefined);
  if (version === undefined || version === null) return undefined;
  return {
    version,
    source: crawl.source,
    package: packageOf(crawl),
    serverInfo,
    launch: fromJsonTextOrNull<LaunchConditions>(crawl.launch),
    crawledAt: crawl.startedAt.toISOString(),
  };
}
