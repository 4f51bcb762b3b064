import { endpoint } from "../../../../../api/endpoint.ts";
import { getRegistryVersion } from "../../../../../api/operations/registry.ts";
import { registryItem } from "../../../../../api/registry.ts";
import { entryOf, noEntry } from "../../../../../api/registry-entry.ts";

export const ALL = endpoint(getRegistryVersion, async (call) => {
  const { catalog } = call;
  const found = await entryOf(call);
  if (!found) return noEntry(call);
  const { row, absolute, version: wanted } = found;
  if (wanted === "latest" || wanted === row.current.version) {
    const tools = await catalog.serverTools(row.id);
    return registryItem(row, absolute, { tools }) ?? noEntry(call);
  }
  const version = (await catalog.registryVersions(row.id)).find((one) => one.version === wanted);
  if (!version) return noEntry(call);
  const tools = await catalog.serverToolsAt(row.id, version.crawledAt);
  return registryItem(row, absolute, { version, tools }) ?? noEntry(call);
});
