import { definitions, tools, verdicts } from "./schema.ts";
import type { ToolRow } from "./types.ts";

/** The columns of a tool in a list. */
export const TOOL_COLUMNS = {
  server: tools.server,
  name: tools.name,
  title: definitions.title,
  digest: tools.digest,
  category: tools.category,
  risk: tools.risk,
  confidence: verdicts.confidence,
  facets: tools.facets,
  alarming: verdicts.alarming,
  summary: verdicts.summary,
  firstSeen: tools.firstSeen,
  lastSeen: tools.lastSeen,
  goneSince: tools.goneSince,
};

export type StoredToolRow = Omit<ToolRow, "title" | "firstSeen" | "lastSeen" | "goneSince"> & {
  title: string | null;
  firstSeen: Date;
  lastSeen: Date;
  goneSince: Date | null;
};

/** A row as the catalog gives it out. */
export function toToolRow(row: StoredToolRow): ToolRow {
  return {
    server: row.server,
    name: row.name,
    title: row.title ?? undefined,
    digest: row.digest,
    category: row.category,
    risk: row.risk,
    confidence: row.confidence,
    facets: row.facets,
    alarming: row.alarming,
    summary: row.summary,
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
    goneSince: row.goneSince?.toISOString(),
  };
}
