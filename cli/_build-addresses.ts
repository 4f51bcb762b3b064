/**
 * Where the pages of the live site stand in a static one. In: an address as pages link to it. Out: the file, and the
 * address that any static host finds it at.
 *
 * Pages are `<path>/index.html`: that is the one form that every host serves under the address the live site has
 * (`/tools/x/y`, by a redirect to `/tools/x/y/`), without rules of its own. Answers of the API are `<path>.json`, so
 * that hosts know what they are.
 */
import { API, readServerPath, readSubject, readToolPath } from "../site/src/lib/addresses.ts";
import { apiAnnotations, apiPolicy, apiServer, apiTool, policyFile } from "./_build-api-addresses.ts";
import { type Names, serverPath, toolName, toolPath } from "./_build-names.ts";
import { type Asked, fileAt, fixed, type Place, pageAt } from "./_build-places.ts";

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

/** A page's Markdown stands beside the folder of the page. Of a list there is the first page. */
function twin({ path, query, live }: Asked, names: Names): Place | undefined {
  const page = path.slice(0, -TWIN.length).replace(/^\/index$/, "/");
  const of = placeOf(query.size === 0 ? page : `${page}?${query}`, names);
  const at = of?.file?.replace(/(^|\/)index\.html$/, "");
  if (of === undefined || at === undefined || at === of.file) return undefined;
  return { ...fileAt(`${at === "" ? "index" : at}${TWIN}`), live, server: of.server };
}

function picture({ path, live }: Asked, names: Names): Place | undefined {
  const [, prefix = "", ending = ""] = /^(\/\w+)\/.*(\.\w+)$/.exec(path) ?? [];
  const { server: id, tool: name } = readSubject(path, prefix, ending);
  if (id === undefined) return { ...fileAt(path.slice(1)), live };
  const of =
    name === undefined
      ? `servers/${serverPath(id, names)}`
      : `tools/${toolPath({ server: id, tool: name }, names)}`;
  return { ...fileAt(`${prefix.slice(1)}/${of}${ending}`), live, server: id };
}

function feed({ path, live }: Asked, names: Names): Place | undefined {
  const [, of = "", ending = ""] = /^(.*)(\.\w+)$/.exec(path) ?? [];
  const id = readServerPath(of, "/feeds");
  if (id === undefined) return undefined;
  return { ...fileAt(`feeds/${serverPath(id, names)}${ending}`), live, server: id };
}

/** Of all servers, and made by itself (`_build-dataset.ts`): no page that links to it may have it made. */
function dataset({ path, query, live }: Asked): Place | undefined {
  return query.size > 0 ? undefined : { ...fileAt(path.slice(1)), live, server: "" };
}

const KINDS: { prefix: string; place: (asked: Asked, names: Names) => Place | undefined }[] = [
  { prefix: `${API}/tools`, place: apiTool },
  { prefix: `${API}/servers`, place: apiServer },
  { prefix: `${API}/policies`, place: apiPolicy },
  { prefix: `${API}/annotations`, place: apiAnnotations },
  ...["json", "jsonl.gz", "parquet"].map((ending) => ({ prefix: `${API}/export.${ending}`, place: dataset })),
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
