import { endpoint } from "../../../../api/endpoint.ts";
import { apiTool } from "../../../../api/map.ts";
import { problem } from "../../../../api/problem.ts";
import { readStrictQuery, toolQuery } from "../../../../lib/filters.ts";

export const ALL = endpoint(async ({ catalog, params }) => {
  const read = readStrictQuery(params, toolQuery);
  if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
  const { items, nextCursor } = await catalog.tools(read.value);
  return { items: items.map(apiTool), nextCursor };
});
