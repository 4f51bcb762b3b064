import { endpoint } from "../../../../api/endpoint.ts";
import { apiToolDetail } from "../../../../api/map.ts";
import { problem } from "../../../../api/problem.ts";
import { API, apiToolsUrl, readToolPath } from "../../../../lib/addresses.ts";

export const ALL = endpoint(async ({ catalog, pathname }) => {
  const address = readToolPath(pathname, `${API}/tools`);
  if (!address)
    return problem(
      404,
      `This address names no tool: it is ${API}/tools/<server id>/<tool>, percent-encoded.`,
    );
  const tool = await catalog.tool(address.server, address.tool);
  if (tool) return apiToolDetail(tool);
  const { server } = address;
  const detail = `The catalog has no tool ${JSON.stringify(address.tool)} of the server ${JSON.stringify(server)}.`;
  return problem(404, `${detail} ${apiToolsUrl({ server })} lists those it has.`);
});
