/** What endpoints that speak of a server's tools have in common: find them, or say what was not found. */
import type { ServerTool } from "../../../db/types.ts";
import { API, apiToolsUrl, readServerPath } from "../lib/addresses.ts";
import type { Catalog } from "../lib/catalog.ts";
import { problem } from "./problem.ts";

/**
 * In: the raw path of a request, what stands in front of the server id in it, and the one tool that is wanted, if it
 * is one. Out: the tools that the server serves now, or the problem to answer with.
 */
export async function servedTools(
  catalog: Catalog,
  pathname: string,
  prefix: string,
  tool?: string,
): Promise<{ server: string; tools: ServerTool[] } | Response> {
  const id = readServerPath(pathname, prefix);
  const server = id === undefined ? undefined : await catalog.server(id);
  if (!server) {
    const detail = `The catalog has no server ${JSON.stringify(id ?? "")}.`;
    return problem(404, `${detail} ${API}/servers lists those it has.`);
  }
  const served = (await catalog.serverTools(server.id)).filter((item) => !item.goneSince);
  const tools = tool === undefined ? served : served.filter((item) => item.name === tool);
  if (tool !== undefined && tools.length === 0) {
    const detail = `The server ${JSON.stringify(server.id)} has no tool ${JSON.stringify(tool)}.`;
    return problem(404, `${detail} ${apiToolsUrl({ server: server.id })} lists those it has.`, "tool");
  }
  return { server: server.id, tools };
}
