import { endpoint } from "../../../api/endpoint.ts";
import { listRegistryServers } from "../../../api/operations/registry.ts";
import { registryItem } from "../../../api/registry.ts";
import { wholeAddresses } from "../../../api/registry-entry.ts";
import { partOfId } from "../../../lib/registry-names.ts";

const LIMIT = 30;

export const ALL = endpoint(listRegistryServers, async ({ catalog, query, context }) => {
  const { limit = LIMIT, cursor, search, version, updated_since: updatedSince } = query;
  const page = await catalog.registry({
    limit,
    cursor,
    search: search === undefined ? undefined : partOfId(search),
    version: version === "latest" ? undefined : version,
    updatedSince,
    withdrawn: query.include_deleted,
  });
  const absolute = wholeAddresses(context);
  const servers = page.items.flatMap((row) => registryItem(row, absolute) ?? []);
  const next = page.nextCursor === null ? {} : { nextCursor: page.nextCursor };
  return { servers, metadata: { count: servers.length, ...next } };
});
