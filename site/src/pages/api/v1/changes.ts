import { endpoint } from "../../../api/endpoint.ts";
import { apiChange } from "../../../api/map.ts";
import { problem } from "../../../api/problem.ts";
import { changeQuery, readStrictQuery } from "../../../lib/filters.ts";

export const ALL = endpoint(async ({ catalog, params }) => {
  const read = readStrictQuery(params, changeQuery);
  if (!read.ok) return problem(400, read.problem.detail, read.problem.parameter);
  const { items, nextCursor } = await catalog.changes(read.value);
  return { items: items.map(apiChange), nextCursor };
});
