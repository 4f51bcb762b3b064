/**
 * What the bulk dataset holds, as one query for each kind of record, each row a line of JSON: PostgreSQL writes them
 * faster than we could, and what is stored as JSON goes out letter by letter. Fields that are not there are left out.
 *
 * No more goes out than the API publishes: of a crawl what the pages of its server or of its tools say of it, and
 * nothing of servers that are withdrawn.
 */
import { type AnyColumn, Column, is, type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { isShown } from "./_shown.ts";
import { PUBLIC } from "./registry.ts";
import { changes, crawls, definitions, servers, tools, toolVersions, verdicts } from "./schema.ts";

/** The kinds of records, in the order of a dataset: what a record refers to stands before it. */
export const RECORD_KINDS = ["definition", "server", "crawl", "tool", "version", "change"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

type Value = SQL | AnyColumn;
/** Anything as JSON, NULL for NULL. */
const json = (value: Value): SQL =>
  is(value, Column) && value.dataType === "number" ? sql`${value}::text` : sql`to_json(${value})::text`;
/** A moment as ISO 8601 in UTC; `to_char` takes three times as long. */
const date = (value: Value): SQL => sql`left(to_json(${value} at time zone 'UTC')::text, -1) || 'Z"'`;

/** A value that is always there, and may be large: to put texts together costs most. */
interface Large {
  large: Value;
  /** What stands around it. */
  open: string;
  close: string;
}
const large = (value: Value, open = "", close = ""): Large => ({ large: value, open, close });

/** A line, in columns that are read one after the other: the fields whose value is not NULL. `concat` would cost half as much again. */
function line(kind: RecordKind, fields: Record<string, Value | Large>): SQL {
  const columns = [text(`{"kind":"${kind}"`)];
  for (const [name, value] of Object.entries(fields)) {
    if ("large" in value)
      columns.push(text(`,"${name}":${value.open}`), sql`${value.large}`, text(value.close));
    else columns.push(sql`${text(`,"${name}":`)} || ${value}`);
  }
  columns.push(sql`e'}\\n'`);
  return sql.join(columns, sql`, `);
}

/** A text of ours in a query that takes no parameters. */
const text = (literal: string): SQL => sql.raw(`'${literal.replaceAll("'", "''")}'`);

/** What is true of a catalog as a whole, and makes queries simpler where it is not. */
export interface Traits {
  /** There are servers that are not shown, and perhaps definitions that nobody else has. */
  someHidden: boolean;
  /** There are definitions with verdicts of several rules. */
  someRejudged: boolean;
}

/** The verdicts that pages can show of a definition, newest first: the newest, and those its tools have. */
const shownVerdicts = sql`(
  select string_agg(said.body, ',' order by said.classified_at desc, said.rules desc) from ${verdicts} as said
  where said.digest = definitions.digest and (
    not exists (select from ${verdicts} as newer where newer.digest = said.digest
      and (newer.classified_at, newer.rules) > (said.classified_at, said.rules))
    or exists (select from ${tools} as shown where shown.digest = said.digest and shown.rules = said.rules)))`;
const withOnlyVerdict = sql`left join ${verdicts} on ${verdicts.digest} = ${definitions.digest}`;

/** Those that a server has or had which is shown. Only asked where some server is not: it costs a join. */
const definitionsOfShown = sql`where ${definitions.digest} in (
  select digest from tools where ${isShown(tools.server)}
  union select digest from tool_versions where ${isShown(toolVersions.server)})`;

/**
 * Which crawls something speaks of: the page of the server, the pages of its tools, and, where others can have the same
 * server, the list of its versions. What others said is history, and nobody's to hand on.
 */
const crawlParts = sql`
  left join (select distinct on (server) id from ${crawls} order by server, started_at desc, id desc) as newest
    on newest.id = ${crawls.id}
  left join (select last_crawl as id from ${servers}) as latest on latest.id = ${crawls.id}
  left join (select coalesce(last_good_crawl, last_crawl) as id from ${servers}) as spoken on spoken.id = ${crawls.id}
  left join (select distinct crawl as id from ${tools}) as serving on serving.id = ${crawls.id}`;
const kindsInPublic = sql.raw(PUBLIC.map((kind) => `'${kind}'`).join(", "));
const isVersion = sql`(${crawls.status} = 'ok' and split_part(${crawls.server}, '/', 1) in (${kindsInPublic}))`;
const isSpoken = sql`(spoken.id is not null)`;
const isTold = sql`(spoken.id is not null or serving.id is not null or ${isVersion})`;
const isNewest = sql`(newest.id is not null or latest.id is not null)`;
const where = (condition: SQL, value: Value): SQL => sql`case when ${condition} then ${value} end`;

/** PostgreSQL reads no JSON with an escaped NUL or half a character in it. */
const saidVersion = sql`case when ${crawls.serverInfo} !~ '\\\\u(0000|d[89a-f])'
  and json_typeof(${crawls.serverInfo}::json -> 'version') = 'string' then ${crawls.serverInfo}::json ->> 'version' end`;

const toolPackage = sql`concat('{"registry":', ${json(crawls.packageRegistry)}, ',"name":', ${json(crawls.packageName)},
  ',"version":', ${json(crawls.packageVersion)}, '}')`;
const hasPackage = sql`${isTold} and ${crawls.packageRegistry} is not null and ${crawls.packageName} is not null
  and ${crawls.packageVersion} is not null`;

const QUERIES: Record<RecordKind, (traits: Traits) => SQL> = {
  definition: ({ someHidden, someRejudged }) => sql`
    select ${line("definition", {
      digest: json(definitions.digest),
      firstSeen: date(definitions.firstSeen),
      definition: large(definitions.body),
      verdicts: large(someRejudged ? shownVerdicts : verdicts.body, "[", "]"),
    })} from ${definitions} ${someRejudged ? sql`` : withOnlyVerdict} ${someHidden ? definitionsOfShown : sql``}
    order by ${definitions.digest}`,
  server: () => sql`
    select ${line("server", {
      id: json(servers.id),
      source: json(servers.source),
      title: json(servers.title),
      version: json(servers.version),
      status: json(servers.status),
      reason: json(servers.reason),
      toolCount: json(servers.toolCount),
      firstSeen: date(servers.firstSeen),
      lastSeen: date(servers.lastSeen),
      lastCrawl: json(servers.lastCrawl),
      lastGoodCrawl: json(servers.lastGoodCrawl),
    })} from ${servers} where ${servers.withdrawn} is null order by ${servers.id}`,
  crawl: () => sql`
    select ${line("crawl", {
      id: json(crawls.id),
      server: json(crawls.server),
      source: json(crawls.source),
      status: json(crawls.status),
      reason: json(crawls.reason),
      toolCount: json(crawls.toolCount),
      startedAt: date(crawls.startedAt),
      durationMs: json(crawls.durationMs),
      version: json(sql`coalesce(${crawls.packageVersion}, ${saidVersion})`),
      package: where(hasPackage, toolPackage),
      protocolVersion: where(isTold, json(crawls.protocolVersion)),
      launch: where(isTold, crawls.launch),
      ttlMs: where(isTold, json(crawls.ttlMs)),
      serverInfo: where(isTold, crawls.serverInfo),
      instructions: where(isSpoken, json(crawls.instructions)),
      problems: where(isSpoken, crawls.problems),
      authorization: where(isNewest, crawls.authorization),
      registryEntry: where(sql`(${isNewest} or ${isVersion})`, crawls.registryEntry),
    })} from ${crawls} ${crawlParts} where ${isShown(crawls.server)} order by ${crawls.id}`,
  tool: () => sql`
    select ${line("tool", {
      server: json(tools.server),
      name: json(tools.name),
      position: json(tools.position),
      digest: json(tools.digest),
      rules: json(tools.rules),
      firstSeen: date(tools.firstSeen),
      lastSeen: date(tools.lastSeen),
      goneSince: date(tools.goneSince),
      crawl: json(tools.crawl),
    })} from ${tools} where ${isShown(tools.server)} order by ${tools.server}, ${tools.name}`,
  version: () => sql`
    select ${line("version", {
      id: json(toolVersions.id),
      server: json(toolVersions.server),
      name: json(toolVersions.name),
      digest: json(toolVersions.digest),
      firstSeen: date(toolVersions.firstSeen),
      lastSeen: date(toolVersions.lastSeen),
    })} from ${toolVersions} where ${isShown(toolVersions.server)} order by ${toolVersions.id}`,
  change: () => sql`
    select ${line("change", {
      id: json(changes.id),
      server: json(changes.server),
      tool: json(changes.tool),
      type: json(changes.kind),
      worse: json(changes.worse),
      before: changes.before,
      after: changes.after,
      at: date(changes.at),
      crawl: json(changes.crawl),
    })} from ${changes} where ${isShown(changes.server)} order by ${changes.id}`,
};

/**
 * How the planner must not read the rows of a kind. Rows in the order of their keys come at once, and nothing large is
 * sorted; verdicts in the same order beside them are looked up once each, from one to the next. The planner does not know
 * that somebody waits, and that rows are as large.
 */
export function unwantedPlans(
  kind: RecordKind,
  { someHidden, someRejudged }: Traits,
): { sort: boolean; nestedLoop: boolean } {
  const inOrder = kind === "definition" && !someHidden;
  return { sort: inOrder, nestedLoop: inOrder && !someRejudged };
}

/** The query of a kind, without parameters. */
export function lineQuery(kind: RecordKind, traits: Traits): string {
  return plainQuery(QUERIES[kind](traits));
}

/** The text of a query of tables, columns and texts of ours alone: a COPY takes no parameters. */
export function plainQuery(query: SQL): string {
  const { sql: plain, params } = new PgDialect().sqlToQuery(query);
  if (params.length > 0) throw new Error("A query for COPY takes no parameters.");
  return plain;
}
