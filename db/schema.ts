/**
 * The tables. What strangers sent is kept as text, JSON included: `jsonb` would reorder it and cannot hold an
 * escaped NUL. Ids and names sort by code point whatever the server's own collation is, so that cursors are stable.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import type { Category, Facet, Risk } from "../classifier/index.ts";
import type { CrawlStatus, PackageRegistry } from "../crawler/types.ts";
import type { ChangeKind, JobState } from "./types.ts";

/** Text that sorts by code point. */
const key = customType<{ data: string }>({ dataType: () => `text collate "C"` });
/** PostgreSQL's sorted list of words. Only SQL looks inside, so here it is text. */
const terms = customType<{ data: string }>({ dataType: () => "tsvector" });
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const id = () => bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity();

/** One row a server, with how its last crawl ended. */
export const servers = pgTable("servers", {
  id: key().primaryKey(),
  source: text().notNull(),
  title: text(),
  version: text(),
  status: text().$type<CrawlStatus>().notNull(),
  reason: text(),
  /** Tools served now. */
  toolCount: integer("tool_count").notNull(),
  firstSeen: moment("first_seen").notNull(),
  lastSeen: moment("last_seen").notNull(),
  /** The crawl that was started last. */
  lastCrawl: bigint("last_crawl", { mode: "number" }),
  /** The last crawl that went well. */
  lastGoodCrawl: bigint("last_good_crawl", { mode: "number" }),
  /** Why the server and its tools are not shown any more. */
  withdrawn: text().$type<"deleted" | "excluded">(),
});

/** Every attempt to list a server. */
export const crawls = pgTable(
  "crawls",
  {
    id: id(),
    server: key()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    source: text().notNull(),
    status: text().$type<CrawlStatus>().notNull(),
    reason: text(),
    toolCount: integer("tool_count").notNull(),
    packageRegistry: text("package_registry").$type<PackageRegistry>(),
    packageName: text("package_name"),
    packageVersion: text("package_version"),
    protocolVersion: text("protocol_version"),
    /** JSON. */
    serverInfo: text("server_info"),
    /** JSON. */
    capabilities: text(),
    instructions: text(),
    /** JSON. */
    launch: text(),
    /** JSON. */
    problems: text().notNull(),
    /** Digests of the raw answers, in order. */
    pages: text().array().notNull(),
    stderr: text(),
    startedAt: moment("started_at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    /** What it takes to be let in. JSON. */
    authorization: text(),
    /** What the registry that lists the server says of it. JSON. */
    registryEntry: text("registry_entry"),
    /** How long the server says its list holds, in milliseconds. */
    ttlMs: bigint("ttl_ms", { mode: "number" }),
    /** The attempt at a job in the queue that this is; no attempt is stored twice. */
    job: text().unique(),
  },
  (table) => [index("crawls_by_server").on(table.server, table.id.desc())],
);

/** Raw answers to `tools/list`, once each: most crawls get the same answer as the one before. */
export const rawPages = pgTable("raw_pages", {
  /** sha256 of the body, hex. */
  digest: text().primaryKey(),
  body: text().notNull(),
});

/** Tool definitions by digest. */
export const definitions = pgTable("definitions", {
  digest: key().primaryKey(),
  name: text().notNull(),
  title: text(),
  /** JSON, as served. */
  body: text().notNull(),
  /** Name, title and description, for looking words up. */
  search: text().notNull(),
  firstSeen: moment("first_seen").notNull(),
});

/** What the rules of one version said of a definition. */
export const verdicts = pgTable(
  "verdicts",
  {
    digest: key()
      .notNull()
      .references(() => definitions.digest, { onDelete: "cascade" }),
    rules: text().notNull(),
    category: text().$type<Category>().notNull(),
    risk: text().$type<Risk>().notNull(),
    rank: smallint().notNull(),
    confidence: real().notNull(),
    facets: text().array().$type<Facet[]>().notNull(),
    summary: text().notNull(),
    /** JSON of the whole verdict. */
    body: text().notNull(),
    /** Whether a finding of it is an error. Within a string of JSON these quotation marks would stand behind a backslash. */
    alarming: boolean().notNull().generatedAlwaysAs(sql`position('"severity":"error"' in body) > 0`),
    /** A reviewer's correction is in it; the body keeps what stood there before. */
    corrected: boolean().notNull().default(false),
    classifiedAt: moment("classified_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.digest, table.rules] }),
    index("verdicts_corrected").on(table.digest).where(sql`${table.corrected}`),
  ],
);

/**
 * The tools of each server as last seen, with what their newest verdict says, repeated here for counting and for
 * `toolSearch`.
 */
export const tools = pgTable(
  "tools",
  {
    server: key()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    name: key().notNull(),
    /** Place in the server's list, from 0. */
    position: integer().notNull(),
    digest: key()
      .notNull()
      .references(() => definitions.digest),
    /** Which verdict on the digest is the newest. */
    rules: text().notNull(),
    category: text().$type<Category>().notNull(),
    risk: text().$type<Risk>().notNull(),
    /** Place of risk and category in a list that starts with the worst, so that lists sort one way only. */
    rank: smallint().notNull(),
    facets: text().array().$type<Facet[]>().notNull(),
    firstSeen: moment("first_seen").notNull(),
    lastSeen: moment("last_seen").notNull(),
    goneSince: moment("gone_since"),
    /** The crawl that served it last. */
    crawl: bigint({ mode: "number" })
      .notNull()
      .references(() => crawls.id),
  },
  (table) => [primaryKey({ columns: [table.server, table.name] }), index("tools_by_digest").on(table.digest)],
);

/**
 * One row a tool, for lists and searches: triggers keep it in step with `tools` and `verdicts`. In `terms` stand the
 * words of name, title, description and server id as they are; with a sign in front those of the name alone, and
 * what lists are filtered by (`migrations/0005_search-terms.sql` makes them, `_search-query.ts` asks for them).
 */
export const toolSearch = pgTable(
  "tool_search",
  {
    server: key().notNull(),
    name: key().notNull(),
    rank: smallint().notNull(),
    terms: terms().notNull(),
    /** When the catalog last stored something about it that lists show or are filtered by. */
    updated: moment("updated").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.server, table.name] }),
    foreignKey({ columns: [table.server, table.name], foreignColumns: [tools.server, tools.name] }).onDelete(
      "cascade",
    ),
    index("tool_search_by_rank").on(table.rank, table.server, table.name),
    index("tool_search_by_update").on(table.updated, table.server, table.name),
    // What waits in a pending list is read one by one by every search.
    index("tool_search_by_terms").using("gin", table.terms).with({ fastupdate: false }),
  ],
);

/** Words of tools' names, for what was misspelt. May name a word twice, and words of tools that are gone. */
export const searchWords = pgTable("search_words", { word: key().notNull() }, (table) => [
  index("search_words_by_word").on(table.word),
]);

/** Words of servers' ids, for the same. */
export const searchServerWords = pgTable("search_server_words", { word: key().notNull() }, (table) => [
  index("search_server_words_by_word").on(table.word),
]);

/** Which definition a tool had from when to when; a definition that comes back gets a new row. */
export const toolVersions = pgTable(
  "tool_versions",
  {
    id: id(),
    server: key()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    name: key().notNull(),
    digest: key()
      .notNull()
      .references(() => definitions.digest),
    firstSeen: moment("first_seen").notNull(),
    lastSeen: moment("last_seen").notNull(),
  },
  (table) => [index("tool_versions_by_tool").on(table.server, table.name, table.id.desc())],
);

/** What one good list has that the good list before it had not. */
export const changes = pgTable(
  "changes",
  {
    id: id(),
    server: key()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    tool: key().notNull(),
    kind: text().$type<ChangeKind>().notNull(),
    /** For verdicts: whether risk or category went up, or a facet was gained. */
    worse: boolean().notNull(),
    /** The tool as it was. JSON; nothing when it was added. */
    before: text(),
    /** The tool as it is. JSON; nothing when it was removed. */
    after: text(),
    at: moment("at").notNull(),
    /** The crawl that showed it. */
    crawl: bigint({ mode: "number" })
      .notNull()
      .references(() => crawls.id, { onDelete: "cascade" }),
  },
  (table) => [
    index("changes_by_server").on(table.server, table.id.desc()),
    index("changes_by_kind").on(table.kind, table.id.desc()),
  ],
);

/** When hosts may be asked again, so that all workers together are polite to each. */
export const hosts = pgTable("hosts", {
  host: key().primaryKey(),
  freeAt: moment("free_at").notNull(),
});

/** Runs of crawls, for showing progress. */
export const runs = pgTable("runs", {
  id: id(),
  startedAt: moment("started_at").notNull(),
  finishedAt: moment("finished_at"),
  /** The last sign of life of the process that crawls. */
  heartbeat: moment("heartbeat").notNull(),
});

export const jobs = pgTable(
  "jobs",
  {
    run: bigint({ mode: "number" })
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    server: key().notNull(),
    position: integer().notNull(),
    source: text().notNull(),
    state: text().$type<JobState>().notNull(),
    stage: text(),
    reason: text(),
    tools: integer(),
    startedAt: moment("started_at"),
    finishedAt: moment("finished_at"),
  },
  (table) => [primaryKey({ columns: [table.run, table.server] })],
);
