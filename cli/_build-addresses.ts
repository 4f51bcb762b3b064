/**
 * Where the pages of the live site stand in a static one. In: an address as pages link to it. Out: the file, and the
 * address that any static host finds it at.
 *
 * Pages are `<path>/index.html`: that is the one form that every host serves under the address the live site has
 * (`/tools/x/y`, by a redirect to `/tools/x/y/`), without rules of its own. Answers of the API are `<path>.json`, so
 * that hosts know what they are.
 */
import { createHash } from "node:crypto";
import { EXPORT_FORMATS } from "../policy/export/index.ts";
import { API, apiPolicyUrl, readServerPath, readSubject, readToolPath } from "../site/src/lib/addresses.ts";

export interface Place {
  /** The address in the static site, from its root, without the base. It may have a fragment. */
  address: string;
  /** Path of the file in the output folder, with `/`; absent where the address leads to another place's file. */
  file?: string;
  /** What the live site is asked for. */
  live: string;
  /** The server it speaks of; it is made anew when that one changes. */
  server?: string;
}

/** Names as a static host can carry them. */
export interface Names {
  /** Addresses that differ from another's only in case (`namesAlike` of the catalog). */
  alike: ReadonlySet<string>;
}

/** An address on the site with what it is asked for. */
interface Asked {
  live: string;
  path: string;
  query: URLSearchParams;
  /** With the `#`; empty when there is none. */
  part: string;
}

/** What ends the address of a page's Markdown. */
const TWIN = ".md";

/** The place of a live address; undefined when a static site cannot have it. */
export function placeOf(live: string, names: Names): Place | undefined {
  if (!live.startsWith("/") || live.startsWith("//")) return undefined;
  const [before = "", ...parts] = live.split("#");
  const [path = "", ...queries] = before.split("?");
  const part = parts.length > 0 ? `#${parts.join("#")}` : "";
  const asked = { live: before, path, query: new URLSearchParams(queries.join("?")), part };
  if (path.endsWith(TWIN)) return twin(asked, names);
  const kind = KINDS.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  return kind ? kind.place(asked, names) : fixed(asked);
}

/** The place of page `page` (from 1) of a list; the first has the list's own address. */
export function placeOfPage(list: Place, page: number, live: string): Place {
  if (page === 1) return list;
  const folder = list.address.replace(/\.json$/, "/").replace(/\/?$/, "/");
  if (list.address.endsWith(".json")) return { ...file(`${folder.slice(1)}page/${page}.json`), live };
  return { ...pageAt(`${folder}page/${page}`), live };
}

/** A page's Markdown stands beside the folder of the page. Of a list there is the first page. */
function twin({ path, query, live }: Asked, names: Names): Place | undefined {
  const page = path.slice(0, -TWIN.length).replace(/^\/index$/, "/");
  const of = placeOf(query.size === 0 ? page : `${page}?${query}`, names);
  const at = of?.file?.replace(/(^|\/)index\.html$/, "");
  if (of === undefined || at === undefined || at === of.file) return undefined;
  return { ...file(`${at === "" ? "index" : at}${TWIN}`), live, server: of.server };
}

function picture({ path, live }: Asked, names: Names): Place | undefined {
  const [, prefix = "", ending = ""] = /^(\/\w+)\/.*(\.\w+)$/.exec(path) ?? [];
  const { server: id, tool: name } = readSubject(path, prefix, ending);
  if (id === undefined) return { ...file(path.slice(1)), live };
  const of =
    name === undefined
      ? `servers/${serverPath(id, names)}`
      : `tools/${toolPath({ server: id, tool: name }, names)}`;
  return { ...file(`${prefix.slice(1)}/${of}${ending}`), live, server: id };
}

function feed({ path, live }: Asked, names: Names): Place | undefined {
  const [, of = "", ending = ""] = /^(.*)(\.\w+)$/.exec(path) ?? [];
  const id = readServerPath(of, "/feeds");
  if (id === undefined) return undefined;
  return { ...file(`feeds/${serverPath(id, names)}${ending}`), live, server: id };
}

const KINDS: { prefix: string; place: (asked: Asked, names: Names) => Place | undefined }[] = [
  { prefix: `${API}/tools`, place: apiTool },
  { prefix: `${API}/servers`, place: apiServer },
  { prefix: `${API}/policies`, place: apiPolicy },
  { prefix: `${API}/annotations`, place: apiAnnotations },
  { prefix: "/badges", place: picture },
  { prefix: "/images", place: picture },
  { prefix: "/feeds", place: feed },
  { prefix: "/tools", place: tool },
  { prefix: "/servers", place: server },
  { prefix: "/changes", place: changes },
  { prefix: "/policies", place: policies },
];

function tool(asked: Asked, names: Names): Place | undefined {
  const { path, query, part } = asked;
  const address = readToolPath(path, "/tools");
  if (address) {
    const at = `/tools/${toolPath(address, names)}`;
    return { ...pageAt(at, part), live: path, server: address.server };
  }
  const id = query.get("server");
  if (id !== null) return server({ ...asked, path: "", live: "", part: part || "#tools" }, names, id);
  const [name, ...more] = query.keys();
  if (name === undefined) return fixed(asked);
  const list = LISTS[name];
  const value = query.get(name) ?? "";
  if (!list || more.length > 0 || !/^\w[\w-]*$/.test(value)) return undefined;
  return { ...pageAt(`${list}/${value.toLowerCase()}`, part), live: `${list}/${value.toLowerCase()}` };
}

/** Filters of the tool list that have a page of their own. */
const LISTS: Record<string, string> = { risk: "/risk", category: "/categories", facet: "/facets" };

function server(asked: Asked, names: Names, id = readServerPath(asked.path, "/servers")): Place | undefined {
  if (id === undefined) return asked.query.size === 0 ? fixed(asked) : undefined;
  return { ...pageAt(`/servers/${serverPath(id, names)}`, asked.part), live: asked.path, server: id };
}

function changes(asked: Asked, names: Names): Place | undefined {
  const { query, live, part } = asked;
  const { server: id, tool: name, kind, worse, ...more } = Object.fromEntries(query);
  if (asked.path !== "/changes" || Object.keys(more).length > 0) return undefined;
  if (id !== undefined) {
    if (kind !== undefined || worse !== undefined) return undefined;
    const of = name === undefined ? "" : `/~/${toolName(id, name, names)}`;
    return { ...pageAt(`/changes/servers/${serverPath(id, names)}${of}`, part), live, server: id };
  }
  if (kind !== undefined && worse === undefined && /^[a-z-]+$/.test(kind))
    return { ...pageAt(`/changes/kind/${kind}`, part), live };
  if (worse === "true" && kind === undefined) return { ...pageAt("/changes/raised", part), live };
  return query.size === 0 ? fixed(asked) : undefined;
}

/** The builder needs somebody who computes: a link for one server leads to what is there as a file. */
function policies(asked: Asked, names: Names): Place | undefined {
  const ids = asked.query.getAll("server");
  const [id] = ids;
  if (id === undefined) return fixed({ ...asked, live: asked.path, query: new URLSearchParams() });
  if (ids.length > 1) return undefined;
  const format = asked.query.get("format");
  const preset = asked.query.get("preset") ?? "recommended";
  if (format === null || preset !== "recommended" || asked.query.has("alias"))
    return server({ ...asked, path: "", live: "", part: "#policy" }, names, id);
  return policyFile(id, format, names);
}

function apiTool({ path, query, live }: Asked, names: Names): Place | undefined {
  const address = readToolPath(path, `${API}/tools`);
  if (address && query.size === 0)
    return {
      ...file(`${API.slice(1)}/tools/${toolPath(address, names)}.json`),
      live,
      server: address.server,
    };
  const { server: id, limit: _, ...more } = Object.fromEntries(query);
  if (address || path !== `${API}/tools` || Object.keys(more).length > 0) return undefined;
  if (id === undefined) return { ...file(`${path.slice(1)}.json`), live: path };
  return { ...file(`${path.slice(1)}/${serverPath(id, names)}.json`), live, server: id };
}

function apiServer({ path, query }: Asked, names: Names): Place | undefined {
  const id = readServerPath(path, `${API}/servers`);
  if ([...query.keys()].some((name) => name !== "limit")) return undefined;
  if (id === undefined) return { ...file(`${API.slice(1)}/servers.json`), live: path };
  return { ...file(`${API.slice(1)}/servers/${serverPath(id, names)}.json`), live: path, server: id };
}

function apiPolicy(asked: Asked, names: Names): Place | undefined {
  const { path, query } = asked;
  if (path === `${API}/policies/formats`) return fixed(asked);
  const id = readServerPath(path, `${API}/policies`) ?? query.getAll("server").join("\n");
  if (id === "" || id.includes("\n") || query.has("alias") || query.has("envelope")) return undefined;
  if ((query.get("preset") ?? "recommended") !== "recommended") return undefined;
  const format = query.get("format") ?? POLICY_JSON;
  const name = query.get("tool");
  if (name === null) return policyFile(id, format, names);
  if (format !== POLICY_JSON) return undefined;
  const at = `${API.slice(1)}/policies/${serverPath(id, names)}/~/${toolName(id, name, names)}.json`;
  return { ...file(at), live: liveOf(asked, ["tool"]), server: id };
}

const POLICY_JSON = "policy-json";

/** A server's policy in a format, as a file with the ending that the format's own files have. */
function policyFile(id: string, format: string, names: Names): Place | undefined {
  const known = EXPORT_FORMATS.find((item) => item.id === format);
  if (!known) return undefined;
  const ending = /\.\w+$/.exec(known.file)?.[0] ?? ".txt";
  const own = format === POLICY_JSON ? ".json" : `~${format}${ending}`;
  const live = format === POLICY_JSON ? apiPolicyUrl(id) : `${apiPolicyUrl(id)}?format=${format}`;
  return { ...file(`${API.slice(1)}/policies/${serverPath(id, names)}${own}`), live, server: id };
}

/** One file for all tools of a server: it says of each what it says alone. */
function apiAnnotations({ path }: Asked, names: Names): Place | undefined {
  const id = readServerPath(path, `${API}/annotations`);
  if (id === undefined) return undefined;
  return { ...file(`${API.slice(1)}/annotations/${serverPath(id, names)}.json`), live: path, server: id };
}

/** A page that is not of a server: its address stays; one with an ending is a file as it is. */
function fixed({ path, query, part }: Asked): Place | undefined {
  if (query.size > 0) return undefined;
  if (/\.\w+$/.test(path)) return { ...file(path.slice(1)), live: path };
  if (path.startsWith(`${API}/`)) return { ...file(`${path.slice(1)}.json`), live: path };
  return { ...pageAt(path.replace(/\/+$/, ""), part), live: path };
}

function pageAt(path: string, part = ""): Pick<Place, "address" | "file"> {
  return { address: `${path}/${part}`, file: `${path.slice(1)}/index.html`.replace(/^\//, "") };
}

function file(path: string): Pick<Place, "address" | "file"> {
  return { address: `/${path}`, file: path };
}

/** The address again with only some of its parameters: others change how it is handed out, not what it is. */
function liveOf({ path, query }: Asked, keep: string[]): string {
  const kept = new URLSearchParams([...query].filter(([name]) => keep.includes(name)));
  return kept.size === 0 ? path : `${path}?${kept}`;
}

function toolPath({ server: id, tool: name }: { server: string; tool: string }, names: Names): string {
  return `${serverPath(id, names)}/${toolName(id, name, names)}`;
}

function toolName(id: string, name: string, names: Names): string {
  return isAlike(`tools/${id}/${name}`, names) ? unlike(name, `${id}/${name}`) : segment(name);
}

function serverPath(id: string, names: Names): string {
  const parts = id.split("/");
  if (parts.includes("")) return unlike(id);
  const last = parts.pop() ?? "";
  const end = isAlike(`servers/${id}`, names) ? unlike(last, id) : segment(last);
  return [...parts.map((part) => segment(part)), end].join("/");
}

/** Of two that differ only in case, one that is all small keeps its name. */
function isAlike(name: string, { alike }: Names): boolean {
  return /[A-Z]/.test(name) && alike.has(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
}

/** What stands for itself in addresses and in file names of every system, and is no name of ours. */
const PLAIN = /^[\w@-](?:[\w@.+-]{0,98}[\w@+-])?$/;
/** Names that Windows keeps for itself, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** Endings of the files that stand beside folders. */
const ENDING = /\.(?:html?|md|png|json|toml|ya?ml|rego|cedar|txt|xml|svg|atom|gz|br)$/i;

/** One part of a path: itself where that is safe, else what is plain of it with a digest. */
function segment(text: string): string {
  return PLAIN.test(text) && !DEVICE.test(text) && !ENDING.test(text) ? text : unlike(text);
}

/** A name that no other has: `~` is in none that stands for itself. 80 bits, for names are chosen by strangers. */
function unlike(text: string, whole = text): string {
  const readable = text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
  const digest = createHash("sha256").update(whole.toWellFormed()).digest("hex").slice(0, 20);
  return `${readable.slice(0, 40)}~${digest}`;
}
