/** What the examples of the reference speak of: servers and a tool that the catalog has, those of the starter set first. */

import type { Catalog } from "../lib/catalog.ts";
import { isRegistryVersion, registryName } from "../lib/registry-names.ts";
import type { Subjects } from "./operation.ts";

/** Those that the examples are written with. */
export const STARTER: Subjects = {
  servers: ["npm/@modelcontextprotocol/server-memory", "npm/@modelcontextprotocol/server-everything"],
  tool: "delete_entities",
  entry: "org.placard.npm/_40modelcontextprotocol__server-memory",
};
/** Entries of the registry among which one that has a name is looked for. */
const ENTRIES = 20;

/** In their place, of any catalog: servers with tools, a tool of the first, and an entry of the registry. */
export async function subjectsIn(catalog: Catalog): Promise<Partial<Subjects>> {
  const [wanted, entry] = await Promise.all([Promise.all(STARTER.servers.map(withTools)), entryIn(catalog)]);
  const servers = wanted.flat();
  const others = servers.length > 0 ? [] : await largest(catalog);
  const [first = others[0]] = servers;
  if (first === undefined) return { entry };
  const tool =
    first === STARTER.servers[0] && (await catalog.tool(first, STARTER.tool)) ? STARTER.tool : undefined;
  return {
    servers: [...servers, ...others],
    tool: tool ?? (await catalog.tools({ server: first, limit: 1 })).items[0]?.name,
    entry,
  };

  async function withTools(server: string): Promise<string[]> {
    const { items } = await catalog.tools({ server, limit: 1 });
    return items.length > 0 ? [server] : [];
  }
}

/** At most two. */
async function largest(catalog: Catalog): Promise<string[]> {
  const { items } = await catalog.servers({ status: ["ok"], sort: "-tools", limit: 2 });
  return items.filter(({ toolCount }) => toolCount > 0).map(({ id }) => id);
}

async function entryIn(catalog: Catalog): Promise<string | undefined> {
  const { items } = await catalog.registry({ limit: ENTRIES });
  const names = items
    .filter(({ current }) => isRegistryVersion(current.version))
    .flatMap(({ id }) => registryName(id) ?? []);
  return names.find((name) => name === STARTER.entry) ?? names[0];
}
