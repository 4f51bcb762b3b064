/** What a server's page needs besides the server itself. */
import type { ChangeRow, Page, ServerDetail, ServerTool, ToolRow } from "../../../db/index.ts";
import type { PageHead } from "../html/head.ts";
import type { Catalog } from "./catalog.ts";
import { serverHead } from "./head.ts";
import { type ServerTokens, serverTokens } from "./tokens.ts";
import { count } from "./words.ts";

const LAST_CHANGES = 20;
const GONE_AT_MOST = 100;

export interface ServerSurroundings {
  /** Tools that it serves now, in its order. */
  served: ServerTool[];
  /** Some of those that it served once. */
  gone: Page<ToolRow>;
  /** The last of its changes, newest first. */
  changes: Page<ChangeRow>;
  tokens: ServerTokens<ServerTool>;
}

/** Asks the catalog for what stands around a server. */
export async function aroundServer(catalog: Catalog, server: string): Promise<ServerSurroundings> {
  const [served, gone, changes] = await Promise.all([
    catalog.serverTools(server),
    catalog.tools({ server, gone: "only", limit: GONE_AT_MOST }),
    catalog.changes({ server, limit: LAST_CHANGES }),
  ]);
  return { served, gone, changes, tokens: await serverTokens(served) };
}

/** @param shared whether there is no picture for each server */
export function serverPageHead(server: ServerDetail, tools: number, shared?: boolean): PageHead {
  const { id } = server;
  return {
    title: `${id} · Placard`,
    description: `${count(tools, "tool")} of the MCP server ${id}, with risks, evidence and a policy.`,
    head: serverHead(server, shared),
  };
}
