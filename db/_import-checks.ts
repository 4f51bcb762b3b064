/** What records of a dataset refer to, looked up before they are written: so the line at fault can be named. */
import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Transaction } from "./_batch.ts";
import type { Numbered } from "./import.ts";
import { ImportError } from "./import-error.ts";
import type { RecordOf } from "./import-types.ts";
import { crawls, definitions, servers, verdicts } from "./schema.ts";

/** A server that a record names must be there. */
export async function checkServersOf(
  tx: Transaction,
  batch: Numbered<RecordOf<"crawl" | "version">>[],
): Promise<void> {
  const ids = [...new Set(batch.map(({ record }) => record.server))];
  const rows = await tx.select({ id: servers.id }).from(servers).where(isOneOf(servers.id, ids));
  const known = new Set(rows.map(({ id }) => id));
  for (const { record, line } of batch) {
    if (known.has(record.server)) continue;
    throw new ImportError("data", line, `its server ${JSON.stringify(record.server)} is not in the file`);
  }
}

/** A crawl that a record names must be one of its server. */
export async function checkCrawls(
  tx: Transaction,
  batch: Numbered<RecordOf<"tool" | "change">>[],
): Promise<void> {
  const ids = [...new Set(batch.map(({ record }) => record.crawl))];
  const rows = await tx
    .select({ id: crawls.id, server: crawls.server })
    .from(crawls)
    .where(sql`${crawls.id} = any(${sql.param(ids.map(String))}::text[]::bigint[])`);
  const serverOf = new Map(rows.map(({ id, server }) => [id, server]));
  for (const { record, line } of batch) {
    if (serverOf.get(record.crawl) === record.server) continue;
    throw new ImportError("data", line, `the file has no crawl ${record.crawl} of its server`);
  }
}

/** The names of the definitions that records name, by digest. */
export async function namesOf(
  tx: Transaction,
  batch: Numbered<RecordOf<"tool" | "version">>[],
): Promise<Map<string, string>> {
  const digests = [...new Set(batch.map(({ record }) => record.digest))];
  const rows = await tx
    .select({ digest: definitions.digest, name: definitions.name })
    .from(definitions)
    .where(isOneOf(definitions.digest, digests));
  const names = new Map(rows.map(({ digest, name }) => [digest, name]));
  for (const { record, line } of batch) {
    if (names.has(record.digest)) continue;
    throw new ImportError("data", line, `its definition ${record.digest} is not in the file`);
  }
  return names;
}

/** A tool must be called as its definition is. */
export function checkNames(
  names: Map<string, string>,
  batch: Numbered<RecordOf<"tool" | "version">>[],
): void {
  for (const { record, line } of batch) {
    if (names.get(record.digest) === record.name) continue;
    throw new ImportError("data", line, `the definition ${record.digest} is of a tool with another name`);
  }
}

/** What verdicts say of the definitions that records name, by digest and version of the rules. */
export async function verdictsOf(tx: Transaction, batch: Numbered<RecordOf<"tool">>[]) {
  const { digest, rules, category, risk, facets } = verdicts;
  const digests = [...new Set(batch.map(({ record }) => record.digest))];
  const rows = await tx
    .select({ digest, rules, category, risk, facets })
    .from(verdicts)
    .where(isOneOf(digest, digests));
  return new Map(rows.map((row) => [`${row.digest} ${row.rules}`, row]));
}

/** As one parameter, however many they are. */
function isOneOf(column: PgColumn, values: string[]): SQL {
  return sql`${column} = any(${sql.param(values)})`;
}
