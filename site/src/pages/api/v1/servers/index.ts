import { endpoint } from "../../../../api/endpoint.ts";
import { apiServer } from "../../../../api/map.ts";
import { problem } from "../../../../api/problem.ts";
import { pageQuery, readStrictQuery } from "../../../../lib/filters.ts";

export const ALL = endpoint(async ({ catalog, params }) => {
  const read = readStrictQuery(params, pageQuery);
  if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
  const { items, nextCursor } = await catalog.servers(read.value);
  return { items: items.map(apiServer), nextCursor };
});
