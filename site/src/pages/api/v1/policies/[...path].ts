import { z } from "zod";
import { PRESETS } from "../../../../../../policy/index.ts";
import { endpoint } from "../../../../api/endpoint.ts";
import { problem } from "../../../../api/problem.ts";
import { API, apiToolsUrl, readServerPath } from "../../../../lib/addresses.ts";
import { readStrictQuery } from "../../../../lib/filters.ts";
import { policyView } from "../../../../lib/policy.ts";

const query = z.object({
  tool: z.string().optional(),
  preset: z.enum(PRESETS, { error: `must be one of ${PRESETS.join(", ")}` }).optional(),
});

/** The document itself, as a gateway loads it; why each rule is there stands with the tool. */
export const ALL = endpoint(async ({ catalog, pathname, params }) => {
  const read = readStrictQuery(params, query);
  if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
  const { tool, preset } = read.value;
  const id = readServerPath(pathname, `${API}/policies`);
  const server = id === undefined ? undefined : await catalog.server(id);
  if (!server)
    return problem(
      404,
      `The catalog has no server ${JSON.stringify(id ?? "")}. ${API}/servers lists those it has.`,
    );

  const served = (await catalog.serverTools(server.id)).filter((item) => !item.goneSince);
  const tools = tool === undefined ? served : served.filter((item) => item.name === tool);
  if (tool !== undefined && tools.length === 0) {
    const detail = `The server ${JSON.stringify(server.id)} has no tool ${JSON.stringify(tool)}.`;
    return problem(404, `${detail} ${apiToolsUrl({ server: server.id })} lists those it has.`, "tool");
  }
  return new Response(policyView(tools, preset).text, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'inline; filename="policy.json"',
    },
  });
});
