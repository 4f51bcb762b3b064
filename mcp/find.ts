/** Finding what a client names, and saying what there is instead where it is not found. */
import type { ServerTool } from "../db/index.ts";
import { shown, shownName } from "./contain.ts";
import { type Outcome, refused } from "./tool.ts";
import type { McpCatalog } from "./types.ts";

/** Servers that are named instead of one that is not there. */
const MOST_ALIKE = 3;

/** What to do about a catalog with nothing in it. */
const FILL =
  "The catalog is empty. Fill it on its machine: placard crawl npm:<package>, placard crawl --configs, or placard serve --starter.";

/** The sentence for an empty catalog; undefined where it holds something. */
export async function emptyHint(catalog: McpCatalog): Promise<string | undefined> {
  const { items } = await catalog.servers({ limit: 1 });
  return items.length === 0 ? FILL : undefined;
}

/** A name in a sentence of ours. */
export const quoted = (text: string, most = 100): string => `"${shown(text, most).replaceAll('"', "'")}"`;

/** Why a server is not to be had, with ids like it. */
export async function noServer(catalog: McpCatalog, id: string): Promise<string> {
  const empty = await emptyHint(catalog);
  if (empty) return empty;
  const like = await likeIds(catalog, id);
  const instead =
    like.length > 0
      ? `Did you mean ${like.map((other) => quoted(other)).join(" or ")}?`
      : "search_tools finds servers by name.";
  return `The catalog has no server ${quoted(id)}. ${instead}`;
}

/** Servers whose ids hold the last part of an id, or the words that it is likeliest misspelt from; at most three. */
async function likeIds(catalog: McpCatalog, id: string): Promise<string[]> {
  const text = shown(id.slice(id.lastIndexOf("/") + 1), 80);
  if (text === "") return [];
  const named = await catalog.servers({ text, limit: MOST_ALIKE });
  if (named.items.length > 0) return named.items.map(({ id }) => id);
  const { items, words = [], instead } = await catalog.tools({ text, limit: 30, respell: true });
  const looked = (instead?.split(" ") ?? words).filter((word) => word.length > 2);
  // A tool is also found by what its description says, which makes no server's name likelier.
  const alike = items.map(({ server }) => server).filter((server) => holdsOne(server, looked));
  return [...new Set(alike)].slice(0, MOST_ALIKE);
}

const holdsOne = (id: string, words: string[]): boolean =>
  words.some((word) => id.toLowerCase().includes(word));

/** A tool that a server serves now, by its name or by the name as answers show it. */
export async function findTool(
  catalog: McpCatalog,
  server: string,
  name: string,
): Promise<Outcome<ServerTool>> {
  const tools = await catalog.serverTools(server);
  if (tools.length === 0) return refused(await noTools(catalog, server));
  const named = tools.find((tool) => tool.name === name);
  const looking = named ? [named] : tools.filter((tool) => shownName(tool.name) === name);
  const [found, ...others] = looking;
  if (found && others.length === 0) return { ok: true, value: found };
  if (found) {
    return refused(
      `${others.length + 1} tools of the server ${quoted(server)} are shown as ${quoted(name)}. Look at its page.`,
    );
  }
  const some = tools.slice(0, 12).map((tool) => quoted(tool.name, 60));
  const more = tools.length > some.length ? ` and ${tools.length - some.length} more` : "";
  return refused(
    `The server ${quoted(server)} has no tool ${quoted(name)}. It lists ${some.join(", ")}${more}.`,
  );
}

/** Why nothing is known of a server's tools. */
export async function noTools(catalog: McpCatalog, id: string): Promise<string> {
  const known = await catalog.server(id);
  if (!known) return noServer(catalog, id);
  const why = known.status === "ok" ? "it lists none" : `its last crawl ended as ${known.status}`;
  const reason = known.reason === undefined ? "" : ` (${shown(known.reason, 300)})`;
  return `The server ${quoted(id)} has no tools in the catalog: ${why}${reason}.`;
}
