import { endpoint } from "../../../../../api/endpoint.ts";
import { listRegistryVersions } from "../../../../../api/operations/registry.ts";
import { registryItem } from "../../../../../api/registry.ts";
import { entryOf, noEntry } from "../../../../../api/registry-entry.ts";

export const ALL = endpoint(listRegistryVersions, async (call) => {
  const found = await entryOf(call);
  if (!found) return noEntry(call);
  const { row, absolute } = found;
  const known = row.withdrawn === undefined ? await call.catalog.registryVersions(row.id) : [];
  const servers = (known.length > 0 ? known : [row.current]).flatMap(
    (version) => registryItem(row, absolute, { version }) ?? [],
  );
  return { servers, metadata: { count: servers.length } };
});
