import { endpoint } from "../../../../api/endpoint.ts";
import { apiServerDetail } from "../../../../api/map.ts";
import { getServer } from "../../../../api/operations/servers.ts";
import { problem } from "../../../../api/problem.ts";
import { API, readServerPath } from "../../../../lib/addresses.ts";
import { serverTokens } from "../../../../lib/tokens.ts";

export const ALL = endpoint(getServer, async ({ catalog, pathname }) => {
  const id = readServerPath(pathname, `${API}/servers`);
  const server = id === undefined ? undefined : await catalog.server(id);
  if (server) {
    const tools = await catalog.serverTools(server.id);
    return apiServerDetail(server, tools, await serverTokens(tools));
  }
  return problem(
    404,
    `The catalog has no server ${JSON.stringify(id ?? "")}. ${API}/servers lists those it has.`,
  );
});
