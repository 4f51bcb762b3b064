/** What a tool's page needs besides the tool itself. */
import type { ChangeRow, Page, SimilarTools, ToolDetail } from "../../../db/index.ts";
import type { PageHead } from "../html/head.ts";
import type { Catalog } from "./catalog.ts";
import { toolHead } from "./head.ts";
import { type Successors, successorsOf } from "./lost-tool.ts";
import { RISK_LABEL } from "./words.ts";

const LAST_CHANGES = 20;

export interface ToolSurroundings {
  /** The last of this tool, newest first. */
  changes: Page<ChangeRow>;
  /** What is like it on other servers; absent where nobody would keep that up to date. */
  similar?: SimilarTools;
  /** For a tool that is gone. */
  successors?: Successors;
}

/** Asks the catalog for what stands around a tool. */
export async function aroundTool(catalog: Catalog, tool: ToolDetail): Promise<ToolSurroundings> {
  const [changes, similar] = await Promise.all([
    catalog.changes({ server: tool.server, tool: tool.name, limit: LAST_CHANGES }),
    catalog.similar(tool),
  ]);
  return {
    changes,
    similar,
    successors: tool.goneSince ? await successorsOf(catalog, tool, changes.items) : undefined,
  };
}

/** @param shared whether pictures stand for verdicts, because there is none for each tool */
export function toolPageHead(tool: ToolDetail, shared?: boolean): PageHead {
  const { server, name, verdict } = tool;
  return {
    title: `${name} · ${server} · Placard`,
    description: `${verdict.category}, ${RISK_LABEL[verdict.risk].toLowerCase()}. ${verdict.summary}`,
    head: toolHead(tool, shared),
  };
}
