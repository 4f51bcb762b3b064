/** The servers a policy is to be made for, from the catalog. */
import type { ServerTool } from "../../../db/index.ts";
import type { Catalog } from "./catalog.ts";
import type { PolicyQuery } from "./policy-query.ts";

/** Tools in one document: more take a second and longer to write, and no engine loads them with ease. */
export const MOST_TOOLS = 5_000;

export interface FoundServers {
  /** Those that list tools, in the order they were asked for. */
  servers: { server: string; tools: ServerTool[] }[];
  /** Ids the catalog does not have. */
  unknown: string[];
  /** Ids of servers that list no tool. */
  empty: string[];
  /** The one tool that was asked for is not there. */
  lacksTool: boolean;
  /** Tools of all servers together. */
  toolCount: number;
}

/** Finds the servers of a query with the tools they serve now; only the tool it names, if it names one. */
export async function findChosen(
  catalog: Catalog,
  { servers: ids, tool }: Pick<PolicyQuery, "servers" | "tool">,
): Promise<FoundServers> {
  const looked = await Promise.all(
    ids.map(async (server) => {
      const tools = (await catalog.serverTools(server)).filter(({ goneSince }) => !goneSince);
      const isKnown = tools.length > 0 || (await catalog.server(server)) !== undefined;
      return { server, tools, isKnown };
    }),
  );
  const listing = looked.filter(({ tools }) => tools.length > 0);
  const servers = listing
    .map(({ server, tools }) => ({
      server,
      tools: tool === undefined ? tools : tools.filter(({ name }) => name === tool),
    }))
    .filter(({ tools }) => tools.length > 0);
  return {
    servers,
    unknown: looked.filter(({ isKnown }) => !isKnown).map(({ server }) => server),
    empty: looked.filter(({ isKnown, tools }) => isKnown && tools.length === 0).map(({ server }) => server),
    lacksTool: tool !== undefined && listing.length > 0 && servers.length === 0,
    toolCount: servers.reduce((sum, { tools }) => sum + tools.length, 0),
  };
}
