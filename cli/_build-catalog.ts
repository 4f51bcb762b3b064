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
  const catalog = catalogOf({ database });
  // Every page of a list says how many there are: they are counted once.
  let counted: ReturnType<Catalog["stats"]> | undefined;
  return {
    ...catalog,
    stats: () => {
      counted ??= catalog.stats();
      return counted;
    },
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

/**
 * Reads what pages of a server ask for.
 * @param whole the catalog of the same database
 */
export async function catalogOfServer(
  database: Database,
  whole: Catalog,
  id: string,
): Promise<ServerCatalog> {
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
    tools: async (filter = {}) => {
      const { server: asked, gone, sort, limit = 0, ...more } = filter;
      const isOwn = asked === id && Object.values(more).every((value) => value === undefined);
      if (isOwn && gone === "only" && served.length === details.length) return none;
      if (isOwn && gone === false && sort === "server" && served.length <= limit)
        return { items: served.toSorted(byBytes), nextCursor: null };
      return whole.tools(filter);
    },
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

/** As the database sorts names: by their bytes. */
function byBytes(a: { name: string }, b: { name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

function wasCalled({ kind, before }: { kind: string; before?: { name: string } }, tool: string): boolean {
  return kind === "tool-renamed" && before?.name === tool;
}
