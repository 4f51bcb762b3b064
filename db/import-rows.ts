/** How records of a dataset become rows. */
import type { PgTable } from "drizzle-orm/pg-core";
import type { Transaction } from "./_batch.ts";
import { definitionRow } from "./_crawl-rows.ts";
import { checkCrawls, checkNames, checkServersOf, namesOf, verdictsOf } from "./_import-checks.ts";
import { insertRows } from "./_insert-rows.ts";
import { rankOf } from "./_rank.ts";
import { jsonText, jsonTextOrNull, storable } from "./_text.ts";
import type { RecordKind } from "./export-lines.ts";
import type { Numbered } from "./import.ts";
import { ImportError } from "./import-error.ts";
import type { RecordOf } from "./import-types.ts";
import { changes, crawls, definitions, servers, tools, toolVersions, verdicts } from "./schema.ts";
import { verdictRow } from "./verdicts.ts";

type Batch<Kind extends RecordKind> = Numbered<RecordOf<Kind>>[];

/** Where records of a kind go. */
export const TABLES: Record<RecordKind, PgTable[]> = {
  definition: [definitions, verdicts],
  server: [servers],
  crawl: [crawls],
  tool: [tools],
  version: [toolVersions],
  change: [changes],
};

/** Writes records of one kind. */
export const INSERTS: { [Kind in RecordKind]: (tx: Transaction, batch: Batch<Kind>) => Promise<void> } = {
  async definition(tx, batch) {
    const now = Date.now();
    await insertRows(
      tx,
      definitions,
      batch.map(({ record: { digest, definition, firstSeen } }) => {
        const name = storable(definition.name);
        return definitionRow({ digest, definition, name }, new Date(firstSeen));
      }),
    );
    const said = batch.flatMap(({ record }) =>
      record.verdicts.map((verdict, place) => ({
        ...verdictRow(verdict),
        // Nobody is told when a verdict was made, only which is the newest.
        classifiedAt: new Date(now - place),
      })),
    );
    await insertRows(tx, verdicts, said);
  },
  async server(tx, batch) {
    await insertRows(
      tx,
      servers,
      batch.map(({ record: { kind: _, firstSeen, lastSeen, ...row } }) => ({
        ...row,
        firstSeen: new Date(firstSeen),
        lastSeen: new Date(lastSeen),
      })),
    );
  },
  async crawl(tx, batch) {
    await checkServersOf(tx, batch);
    await insertRows(tx, crawls, batch.map(crawlRow));
  },
  async tool(tx, batch) {
    checkNames(await namesOf(tx, batch), batch);
    const judged = await verdictsOf(tx, batch);
    await checkCrawls(tx, batch);
    await insertRows(
      tx,
      tools,
      batch.map(({ record, line }) => {
        const { kind: _, firstSeen, lastSeen, goneSince, ...row } = record;
        const verdict = judged.get(`${row.digest} ${row.rules}`);
        if (!verdict)
          throw new ImportError("data", line, `its definition has no verdict by the rules ${row.rules}`);
        const { category, risk, facets } = verdict;
        return {
          ...row,
          ...{ category, risk, facets, rank: rankOf(risk, category) },
          firstSeen: new Date(firstSeen),
          lastSeen: new Date(lastSeen),
          goneSince: goneSince === undefined ? null : new Date(goneSince),
        };
      }),
    );
  },
  async version(tx, batch) {
    await checkServersOf(tx, batch);
    checkNames(await namesOf(tx, batch), batch);
    await insertRows(
      tx,
      toolVersions,
      batch.map(({ record: { kind: _, firstSeen, lastSeen, ...row } }) => ({
        ...row,
        firstSeen: new Date(firstSeen),
        lastSeen: new Date(lastSeen),
      })),
    );
  },
  async change(tx, batch) {
    await checkCrawls(tx, batch);
    await insertRows(
      tx,
      changes,
      batch.map(({ record: { kind: _, type, at, before, after, ...row } }) => ({
        ...row,
        kind: type,
        at: new Date(at),
        before: jsonTextOrNull(before),
        after: jsonTextOrNull(after),
      })),
    );
  },
};

function crawlRow({ record }: Batch<"crawl">[number]) {
  const { kind: _, package: found, version, startedAt, problems, ...row } = record;
  const { launch, serverInfo, authorization, registryEntry } = record;
  return {
    ...row,
    packageRegistry: found?.registry,
    packageName: found?.name,
    // Where the server's own word for it is there, the version is read from that.
    packageVersion: found?.version ?? (serverInfo === undefined ? version : undefined),
    startedAt: new Date(startedAt),
    problems: jsonText(problems ?? []),
    pages: [],
    launch: jsonTextOrNull(launch),
    serverInfo: jsonTextOrNull(serverInfo),
    authorization: jsonTextOrNull(authorization),
    registryEntry: jsonTextOrNull(registryEntry),
  };
}
