/** The rows of a list of tools, by their keys. */
import type postgres from "postgres";
import { excerptOf } from "./_excerpt.ts";
import { type StoredToolRow, toToolRow } from "./_tool-row.ts";
import type { ToolRow } from "./types.ts";

interface Key {
  server: string;
  name: string;
}

/** Times as the driver gives them. */
type ShownRow = Omit<StoredToolRow, "firstSeen" | "lastSeen" | "goneSince"> & {
  firstSeen: string;
  lastSeen: string;
  goneSince: string | null;
  said: string;
};

/**
 * In: keys of tools, in the order of a list. Out: the tools, in the same order.
 * @param words what was looked for; where there are some, tools come with the part of their description that has one
 */
export async function listedTools(
  tx: postgres.TransactionSql,
  keys: Key[],
  words: string[],
): Promise<ToolRow[]> {
  if (keys.length === 0) return [];
  const rows = await tx<ShownRow[]>`
    select tools.server, tools.name, title, tools.digest, tools.category, tools.risk, confidence, tools.facets, alarming, summary,
      tools.first_seen as "firstSeen", last_seen as "lastSeen", gone_since as "goneSince",
      case when ${words.length > 0} then definitions.search else '' end as said
    from unnest(${keys.map(({ server }) => server)}::text[], ${keys.map(({ name }) => name)}::text[]) as key (server, name)
    join tools on tools.server = key.server collate "C" and tools.name = key.name collate "C"
    join definitions on definitions.digest = tools.digest
    join verdicts on verdicts.digest = tools.digest and verdicts.rules = tools.rules`;
  const byKey = new Map(
    rows.map((row) => [idOf(row), { ...toToolRow(dated(row)), excerpt: excerptOf(row, words) }]),
  );
  return keys.flatMap((key) => byKey.get(idOf(key)) ?? []);
}

const idOf = ({ server, name }: Key): string => `${server}\n${name}`;

function dated(row: ShownRow): StoredToolRow {
  const goneSince = row.goneSince === null ? null : new Date(row.goneSince);
  return { ...row, firstSeen: new Date(row.firstSeen), lastSeen: new Date(row.lastSeen), goneSince };
}
