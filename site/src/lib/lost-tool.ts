/** Where to go from a tool that is gone, or was never there. */
import { type ChangeRow, likeness, type ToolDetail, type ToolRow } from "../../../db/index.ts";
import { serversUrl, serverUrl, type ToolAddress, toolsUrl, toolUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";

export interface Successors {
  /** The name that a crawl saw the same tool under. */
  renamed?: string;
  /** Tools the server lists now under a name like it, the likest first. */
  near: string[];
}

/** Tools of one server that are compared by name. */
const LOOKED_AT = 200;
const NEAR = 3;
const ALIKE = 0.35;
const SERVERS = 4;

/** @param changes those of the tool, newest first */
export async function successorsOf(
  catalog: Catalog,
  { server, name }: ToolDetail,
  changes: ChangeRow[],
): Promise<Successors> {
  const renamed = changes.find(({ kind, before }) => kind === "tool-renamed" && before?.name === name);
  return renamed ? { renamed: renamed.tool, near: [] } : { near: await nearNames(catalog, server, name) };
}

/** Where somebody who asked for a tool that is not there may want to go. */
export async function toolTries(
  catalog: Catalog,
  address: ToolAddress | undefined,
  isServerKnown: boolean,
): Promise<{ text: string; url: string }[]> {
  if (!address) return [{ text: "All tools", url: toolsUrl() }];
  const { server, tool } = address;
  const text = tool.slice(0, 60);
  const near = isServerKnown ? await nearNames(catalog, server, tool) : [];
  return [
    ...near.map((name) => ({
      text: `${name.slice(0, 100)}, which this server has`,
      url: toolUrl(server, name),
    })),
    ...(isServerKnown
      ? [{ text: `All tools of ${server}`, url: serverUrl(server) }]
      : await serverTries(catalog, server)),
    { text: `Tools like “${text}”, of any server`, url: toolsUrl({ text }) },
    { text: "All tools", url: toolsUrl() },
    ...(isServerKnown ? [] : [{ text: "All servers", url: serversUrl() }]),
  ];
}

/** Servers that have the words of this id's last part in theirs, or in a tool. */
export async function serverTries(catalog: Catalog, id: string): Promise<{ text: string; url: string }[]> {
  const text = (id.split("/").at(-1) ?? "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .slice(0, 100);
  if (text === "") return [];
  const items = await foundTools(catalog, text);
  return [...new Set(items.map(({ server }) => server))]
    .slice(0, SERVERS)
    .map((server) => ({ text: server, url: serverUrl(server) }));
}

/** Suggestions are no reason to fail: what takes too long to find is not suggested. */
async function foundTools(catalog: Catalog, text: string): Promise<ToolRow[]> {
  try {
    return (await catalog.tools({ text, limit: LOOKED_AT })).items;
  } catch (error) {
    if (error instanceof Error && error.name === "SlowListError") return [];
    throw error;
  }
}

async function nearNames(catalog: Catalog, server: string, name: string): Promise<string[]> {
  const { items } = await catalog.tools({ server, limit: LOOKED_AT });
  const share = (tool: ToolRow) => likeness(tool.name, name);
  return items
    .filter((tool) => tool.name !== name && share(tool) >= ALIKE)
    .sort((a, b) => share(b) - share(a))
    .slice(0, NEAR)
    .map((tool) => tool.name);
}
