/** A made-up catalog into a database, fast: rows by COPY, what triggers would do for each of them in one statement. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type postgres from "postgres";
import type { Database } from "../db/index.ts";
import { verdictRow } from "../db/verdicts.ts";
import { type MadeServer, makeServers } from "./_generate.ts";

export interface Load {
  servers: number;
  tools: number;
  /** Milliseconds, and how many of them went into what is searched. */
  ms: number;
  searchMs: number;
  /** Of the whole database, with its indexes. */
  bytes: number;
}

const COLUMNS = {
  servers: "id, source, status, tool_count, first_seen, last_seen, last_crawl, last_good_crawl",
  crawls: "id, server, source, status, tool_count, problems, pages, started_at, duration_ms",
  definitions: "digest, name, title, body, search, first_seen",
  verdicts: "digest, rules, category, risk, rank, confidence, facets, summary, body, classified_at",
  tools: "server, name, position, digest, rules, category, risk, rank, facets, first_seen, last_seen, crawl",
  tool_versions: "server, name, digest, first_seen, last_seen",
} as const;
type Table = keyof typeof COLUMNS;
type Rows = Record<Table, unknown[][]>;
const TABLES = Object.keys(COLUMNS) as Table[];
const AT = "2026-01-01T00:00:00.000Z";
/** Tools that are copied at once. */
const BATCH = 5_000;

/** Fills an empty catalog with made-up tools. The database must be one's own: its triggers are passed by. */
export async function loadCatalog(database: Database, count: number, seed = 1): Promise<Load> {
  const sql = database.db.$client;
  const from = performance.now();
  let servers = 0;
  await sql.begin(async (tx) => {
    // Neither triggers nor foreign keys are looked at: each would be, a million times.
    await tx`set local session_replication_role = replica`;
    let waiting = noRows();
    for (const server of makeServers(count, seed)) {
      servers += 1;
      addRows(waiting, server, servers);
      if (waiting.tools.length < BATCH) continue;
      await copyAll(tx, waiting);
      waiting = noRows();
    }
    await copyAll(tx, waiting);
  });
  const loaded = performance.now();
  await sql`analyze`;
  await sql`drop index tool_search_by_terms`;
  const [middle = { server: "" }] =
    await sql`select percentile_disc(0.5) within group (order by server) as server from tools`;
  await Promise.all([
    sql`insert into tool_search select server, name, rank, terms from tool_search_rows where server < ${middle.server}`,
    sql`insert into tool_search select server, name, rank, terms from tool_search_rows where server >= ${middle.server}`,
  ]);
  await sql`insert into search_words select distinct word from tools, unnest(search_tokens(name, true)) as word where length(word) > 3`;
  await sql`insert into search_server_words select distinct word from servers, unnest(search_tokens(id, true)) as word where length(word) > 3`;
  await sql.begin(async (tx) => {
    await tx`set local maintenance_work_mem = '512MB'`;
    await tx`create index tool_search_by_terms on tool_search using gin (terms) with (fastupdate = false)`;
  });
  await sql`select setval('crawls_id_seq', ${servers})`;
  await sql`vacuum analyze`;
  const [size] = await sql`select pg_database_size(current_database())::float8 as bytes`;
  const now = performance.now();
  return { servers, tools: count, ms: now - from, searchMs: now - loaded, bytes: Number(size?.bytes) };
}

async function copyAll(tx: postgres.TransactionSql, rows: Rows): Promise<void> {
  for (const table of TABLES) {
    const lines = rows[table].map((row) => `${row.map(fieldOf).join("\t")}\n`);
    const copy = await tx.unsafe(`copy ${table} (${COLUMNS[table]}) from stdin`).writable();
    await pipeline(Readable.from([Buffer.from(lines.join(""))]), copy);
  }
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** In the text format of COPY. */
function fieldOf(value: unknown): string {
  if (value === null || value === undefined) return "\\N";
  if (Array.isArray(value)) return `{${value.join(",")}}`;
  const text = value instanceof Date ? value.toISOString() : String(value);
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

function noRows(): Rows {
  return { servers: [], crawls: [], definitions: [], verdicts: [], tools: [], tool_versions: [] };
}

function addRows(rows: Rows, { id, tools }: MadeServer, crawl: number): void {
  const source = `file:${id}.json`;
  rows.servers.push([id, source, "ok", tools.length, AT, AT, crawl, crawl]);
  rows.crawls.push([crawl, id, source, "ok", tools.length, "[]", [], AT, 100]);
  for (const [position, { definition, verdict }] of tools.entries()) {
    const { name, title, description } = definition;
    const { digest, rules, category, risk, rank, confidence, facets, summary, body } = verdictRow(verdict);
    const search = [name, title, description].filter((text) => text !== undefined).join("\n");
    rows.definitions.push([digest, name, title, JSON.stringify(definition), search, AT]);
    rows.verdicts.push([digest, rules, category, risk, rank, confidence, facets, summary, body, AT]);
    rows.tools.push([id, name, position, digest, rules, category, risk, rank, facets, AT, AT, crawl]);
    rows.tool_versions.push([id, name, digest, AT, AT]);
  }
}
