import { endpoint } from "../../../api/endpoint.ts";
import { apiChange } from "../../../api/map.ts";
import { listChanges } from "../../../api/operations/changes.ts";

export const ALL = endpoint(listChanges, async ({ catalog, query }) => {
  const { items, nextCursor } = await catalog.changes(query);
  return { items: items.map(apiChange), nextCursor };
});
