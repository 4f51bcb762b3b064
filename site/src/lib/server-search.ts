/** Servers to choose from, by words of their ids or of what their tools are called and do. */
import type { Catalog } from "./catalog.ts";
import { toolQuery } from "./filters.ts";

export interface ServerChoice {
  id: string;
  toolCount: number;
  title?: string;
}

export interface ServerChoices {
  servers: ServerChoice[];
  /** There are others, which were not looked at or are not shown. */
  more: boolean;
}

const SHOWN = 20;
const PAGE = 200;
/** Ids are looked through page by page: this many pages, and then what the tools' own search finds. */
const PAGES = 5;

/**
 * Finds servers that list tools.
 * @param text words that must all be part of the id; or that the search for tools finds; all servers when absent
 * @param taken ids to leave out
 */
export async function findServers(
  catalog: Catalog,
  text: string | undefined,
  taken: readonly string[],
): Promise<ServerChoices> {
  const words = (text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, ServerChoice>();
  const add = (server: { id: string; toolCount: number; title?: string } | undefined) => {
    if (!server || taken.includes(server.id) || server.toolCount === 0) return;
    const { id, toolCount, title } = server;
    found.set(id, { id, toolCount, title });
  };
  if (text !== undefined) add(await catalog.server(text));
  const isWhole = await lookThrough(catalog, words, add, () => found.size > SHOWN);
  if (text !== undefined && found.size < SHOWN) {
    for (const id of await serversOfTools(catalog, text)) {
      if (!found.has(id) && found.size <= SHOWN) add(await catalog.server(id));
    }
  }
  return { servers: [...found.values()].slice(0, SHOWN), more: found.size > SHOWN || !isWhole };
}

/** @returns whether all ids were looked at */
async function lookThrough(
  catalog: Catalog,
  words: readonly string[],
  add: (server: ServerChoice) => void,
  isEnough: () => boolean,
): Promise<boolean> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { items, nextCursor } = await catalog.servers({ limit: PAGE, cursor });
    for (const server of items) {
      const id = server.id.toLowerCase();
      if (words.every((word) => id.includes(word))) add(server);
    }
    if (nextCursor === null) return true;
    if (isEnough()) return false;
    cursor = nextCursor;
  }
  return false;
}

async function serversOfTools(catalog: Catalog, text: string): Promise<Set<string>> {
  const read = toolQuery.safeParse({ text, limit: "200" });
  if (!read.success) return new Set();
  try {
    const { items } = await catalog.tools(read.data);
    return new Set(items.map(({ server }) => server));
  } catch (error) {
    // A policy is not kept from its reader because something else took too long to find.
    if (error instanceof Error && error.name === "SlowListError") return new Set();
    throw error;
  }
}
