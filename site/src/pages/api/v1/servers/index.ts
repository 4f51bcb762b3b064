import { endpoint } from "../../../../api/endpoint.ts";
import { apiServer } from "../../../../api/map.ts";
import { pick } from "../../../../api/operations/_parameters.ts";
import { listServers } from "../../../../api/operations/servers.ts";

export const ALL = endpoint(listServers, async ({ catalog, query }) => {
  const { fields, updated_since: updatedSince, ...filter } = query;
  const { items, nextCursor } = await catalog.servers({ ...filter, updatedSince });
  return { items: items.map((item) => pick(apiServer(item), fields)), nextCursor };
});
