import { endpoint } from "../../../../api/endpoint.ts";
import { apiToolDetail } from "../../../../api/map.ts";
import { getTool } from "../../../../api/operations/tools.ts";
import { problem } from "../../../../api/problem.ts";
import { API, apiToolsUrl, readToolPath } from "../../../../lib/addresses.ts";

export const ALL = endpoint(getTool, async ({ catalog, pathname }) => {
  const address = readToolPath(pathname, `${API}/tools`);
  if (!address)
    return problem(
      404,
      `This address names no tool: it is ${API}/tools/<server id>/<tool>, percent-encoded.`,
    );
  const { server, tool: name } = address;
  const tool = await catalog.tool(server, name);
  if (tool) return apiToolDetail(tool, (await catalog.changes({ server, tool: name })).items);
  const detail = `The catalog has no tool ${JSON.stringify(name)} of the server ${JSON.stringify(server)}.`;
  return problem(404, `${detail} ${apiToolsUrl({ server })} lists those it has.`);
});
