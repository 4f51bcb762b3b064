import { endpoint } from "../../../../api/endpoint.ts";
import { apiTool } from "../../../../api/map.ts";
import { pick } from "../../../../api/operations/_parameters.ts";
import { listTools } from "../../../../api/operations/tools.ts";
import { problem } from "../../../../api/problem.ts";
import { toolFilter } from "../../../../api/tool-filter.ts";

export const ALL = endpoint(listTools, async ({ catalog, query }) => {
  const filter = toolFilter(query);
  if (!filter.ok) return problem(400, filter.problem.detail, filter.problem.parameter);
  const { items, nextCursor } = await catalog.tools(filter.value);
  return { items: items.map((item) => pick(apiTool(item), query.fields)), nextCursor };
});
