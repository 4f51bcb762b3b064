import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import { fromJsonText } from "./_text.ts";
import { plainQuery } from "./export-lines.ts";
import { crawls, definitions, servers, tools, verdicts } from "./schema.ts";

/** A tool with all that a table of tools can say of it. Definition and verdict also as they are stored. */
export interface DatasetTool {
  server: string;
  serverTitle: string | null;
  source: string;
  packageRegistry: string | null;
  packageName: string | null;
  packageVersion: string | null;
  protocolVersion: string | null;
  name: string;
  title: string | null;
  position: number;
  digest: string;
  /** Milliseconds since 1970, as the other two. */
  firstSeen: number;
  lastSeen: number;
  goneSince: number | null;
  definition: ToolDefinition;
  definitionText: string;
  verdict: Verdict;
  verdictText: string;
}

const milliseconds = (column: AnyColumn): SQL => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** All tools of servers that are shown, those that are gone included. */
export const TOOLS_QUERY = plainQuery(sql`
  select ${tools.server} as server, ${servers.title} as "serverTitle", ${crawls.source} as source,
    ${crawls.packageRegistry} as "packageRegistry", ${crawls.packageName} as "packageName",
    ${crawls.packageVersion} as "packageVersion", ${crawls.protocolVersion} as "protocolVersion",
    ${tools.name} as name, ${definitions.title} as title, ${tools.position} as position, ${tools.digest} as digest,
    ${milliseconds(tools.firstSeen)} as "firstSeen", ${milliseconds(tools.lastSeen)} as "lastSeen",
    ${milliseconds(tools.goneSince)} as "goneSince",
    ${definitions.body} as "definitionText", ${verdicts.body} as "verdictText"
  from ${tools}
    join ${servers} on ${servers.id} = ${tools.server}
    join ${definitions} on ${definitions.digest} = ${tools.digest}
    join ${verdicts} on ${verdicts.digest} = ${tools.digest} and ${verdicts.rules} = ${tools.rules}
    join ${crawls} on ${crawls.id} = ${tools.crawl}
  where ${servers.withdrawn} is null order by ${tools.server}, ${tools.name}`);

/** A row of `TOOLS_QUERY`. */
export function toDatasetTool(row: Record<string, unknown>): DatasetTool {
  const { definitionText, verdictText, ...rest } = row as unknown as Omit<
    DatasetTool,
    "definition" | "verdict"
  >;
  return {
    ...rest,
    definitionText,
    definition: fromJsonText<ToolDefinition>(definitionText),
    verdictText,
    verdict: fromJsonText<Verdict>(verdictText),
  };
}
