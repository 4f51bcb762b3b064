/** The catalog as pages ask it, for one server: read in a few queries, where the live site makes some for each page. */
import { changesOfServer, type Database, toolDetails } from "../db/index.ts";
import { type Catalog, catalogOf } from "../site/src/lib/catalog.ts";

/** Changes of a server that are kept at hand; of one with more, each tool's are asked for. */
const CHANGES_AT_HAND = 2_000;

/**
 * The whole catalog at a moment when nothing is being crawled: a page that stands still shows no progress. Nor does it
 * show what is like a tool elsewhere: every server that changes would change pages of many others.
 */
export function catalogAtRest(database: Database): Catalog {
  return {
    ...catalogOf({ database }),
    progress: async () => ({ jobs: [], done: 0, failed: 0, total: 0 }),
    similar: async () => undefined,
  };
}

/** A catalog with everything about one server at hand. */
export interface ServerCatalog {
  catalog: Catalog;
  /** Of all its tools, those that are gone included. */
  names: string[];
}

/** Reads what pages of a server ask for. */
export async function catalogOfServer(database: Database, id: string): Promise<ServerCatalog> {
  const whole = catalogAtRest(database);
  const [server, details, changes] = await Promise.all([
    whole.server(id),
    toolDetails(database, id),
    changesOfServer(database, id, CHANGES_AT_HAND),
  ]);
  const byName = new Map(details.map((tool) => [tool.name, tool]));
  const served = details.filter((tool) => tool.goneSince === undefined);
  const none = { items: [], nextCursor: null };
  const catalog: Catalog = {
    ...whole,
    server: async (asked) => (asked === id ? server : whole.server(asked)),
    serverTools: async (asked) => (asked === id ? served : whole.serverTools(asked)),
    tool: async (asked, name) => (asked === id ? byName.get(name) : whole.tool(asked, name)),
    tools: async (filter = {}) =>
      filter.server === id && filter.gone === "only" && served.length === details.length
        ? none
        : whole.tools(filter),
    changes: async (filter = {}) => {
      const { server: asked, tool, limit = 50, ...more } = filter;
      if (asked !== id || Object.values(more).some((value) => value !== undefined))
        return whole.changes(filter);
      const found = changes.filter(
        (change) => tool === undefined || change.tool === tool || wasCalled(change, tool),
      );
      // Only a list that is whole here can be answered from here.
      const all = changes.length < CHANGES_AT_HAND && found.length <= limit;
      return all ? { items: found, nextCursor: null } : whole.changes(filter);
    },
  };
  return { catalog, names: details.map((tool) => tool.name) };
}

function wasCalled({ kind, before }: { kind: string; before?: { name: string } }, tool: string): boolean {
  return kind === "tool-renamed" && before?.name === tool;
}
