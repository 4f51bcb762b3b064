/**
 * The addresses of the site: one function builds each, one reads each back; nobody else concatenates.
 *
 * A tool's name may hold anything, and it is the last segment of its address. Percent-encoding carries all of it but
 * two cases: URL parsers swallow `.` and `..` even when encoded (WHATWG URL, "double-dot URL path segment"), and the
 * router's patterns stop at line ends. Those names are written as `~=` and the base64url of their UTF-8; so are names
 * that end in `.md` where they end a page's address, for `.md` behind an address asks for the page as Markdown. No name
 * that is percent-encoded has a bare `=`, so that none reads as such an address, whoever builds it.
 */
import type { Category, Facet, Risk } from "../../../classifier/index.ts";
import type { ChangeKind, Confidence } from "../../../db/types.ts";

export const API = "/api/v1";
/** Hosts that do not tell capitals apart would take these for one. */
const MARKDOWN_ENDING = /\.md$/i;

export interface ToolAddress {
  server: string;
  tool: string;
}

/** Filters of the tool lists, as they stand in an address. */
export interface ToolQuery {
  server?: string;
  category?: Category;
  risk?: Risk;
  facet?: Facet;
  /** Id of a kind of finding. */
  finding?: string;
  /** Id of a rule that the evidence is by. */
  rule?: string;
  /** Only tools whose annotations contradict their definition. */
  conflict?: true;
  /** The least confidence. */
  confidence?: Confidence;
  text?: string;
  cursor?: string;
  limit?: number;
}

/** How the table of a server's tools is sorted and filtered, as it stands in its page's address. */
export interface ServerToolsQuery {
  sort?: string;
  risk?: Risk;
  category?: Category;
  text?: string;
}

/** Filters of the list of changes, as they stand in an address. */
export interface ChangeQuery {
  server?: string;
  /** Only with `server`. */
  tool?: string;
  kind?: ChangeKind;
  /** Only verdicts that were raised. */
  worse?: boolean;
  cursor?: string;
  limit?: number;
}

/** What a policy is made of, as it stands in an address. Several servers make one document. */
export interface PoliciesQuery {
  servers: readonly string[];
  /** Only with one server. */
  tool?: string;
  /** Id of an export format. */
  format?: string;
  preset?: string;
  /** The names servers have in the reader's client, by server id. */
  aliases?: ReadonlyMap<string, string>;
}

/** Two servers, or two versions of one, as they stand in an address. */
export interface CompareQuery {
  a: string;
  b: string;
  /** A version, or the time of a crawl; what the server lists now when absent. */
  aVersion?: string;
  bVersion?: string;
}

/** What the API takes besides. */
export interface ApiPolicyQuery {
  tool?: string;
  format?: string;
  preset?: string;
  download?: true;
  envelope?: true;
}

export const serverUrl = (id: string): string => `/servers/${serverPath(id)}`;
export const toolUrl = (server: string, tool: string): string => `/tools/${toolPath(server, tool)}`;
/** The table of a server's tools on its page. */
export const serverToolsUrl = (id: string, query: ServerToolsQuery = {}): string =>
  `${serverUrl(id)}${search(query)}#tools`;
export const riskUrl = (risk: Risk): string => `/risk/${risk}`;
export const categoryUrl = (category: Category): string => `/categories/${category.toLowerCase()}`;
export const facetUrl = (facet: Facet): string => `/facets/${facet}`;
export const ruleUrl = (id: string): string => `/rules/${serverPath(id)}`;
export const attacksUrl = (): string => "/attacks";
export const attackUrl = (slug: string): string => `/attacks/${encodeSegment(slug)}`;
export const toolsUrl = (query: ToolQuery = {}): string => `/tools${search(query)}`;
export const serversUrl = (query: { cursor?: string } = {}): string => `/servers${search(query)}`;
export const changesUrl = (query: ChangeQuery = {}): string => `/changes${search(query)}`;
/** The policy builder; `find` is what was looked for among the servers, `part` a place on the page. */
export const policiesUrl = (
  { find, ...query }: Partial<PoliciesQuery> & { find?: string } = {},
  part?: "policy" | "servers",
): string => `/policies${policySearch(query, { find })}${part ? `#${part}` : ""}`;
export const policyFormatsUrl = (format?: string): string =>
  `/docs/policy-formats${format === undefined ? "" : `#${encodeURIComponent(format)}`}`;

export const homeUrl = (): string => "/";
export const rulesUrl = (): string => "/rules";
export const methodUrl = (): string => "/method";
export const docsUrl = (): string => "/docs";
export const apiDocsUrl = (): string => "/docs/api";
export const mcpDocsUrl = (): string => "/docs/mcp";
export const registryDocsUrl = (): string => "/docs/registry";
/** The catalog as an MCP server; a static site has none. */
export const mcpUrl = (): string => "/mcp";
/** The operations of a group, or one of them. */
export const apiGroupUrl = (group: string, operation?: string): string =>
  `/docs/api/${group.toLowerCase()}${operation === undefined ? "" : `#${operation}`}`;
export const tryUrl = (): string => "/try";
export const reportUrl = (): string => "/report";
/** @param term id of one entry */
export const glossaryUrl = (term?: string): string => `/glossary${term === undefined ? "" : `#${term}`}`;
export const compareUrl = ({ a, b, aVersion, bVersion }: Partial<CompareQuery> = {}): string =>
  `/compare${search({ a, "a.version": aVersion, b, "b.version": bVersion })}`;

/** The same page as Markdown: `.md` behind its path. The home page's is `/index.md`. */
export function markdownUrl(address: string): string {
  const [path = "", query] = address.split("?", 2);
  return `${path.endsWith("/") ? `${path}index` : path}.md${query === undefined ? "" : `?${query}`}`;
}

export type FeedFormat = "atom" | "json";
export const feedUrl = (format: FeedFormat, query: ChangeQuery = {}): string =>
  `/changes.${format}${search(query)}`;
/** The changes of one server, at an address without a query, which a static host can have too. */
export const serverFeedUrl = (id: string, format: FeedFormat): string => `/feeds/${serverPath(id)}.${format}`;
export const badgeUrl = (server: string, tool?: string): string => `/badges${subjectPath(server, tool)}.svg`;
/** The picture that a link to the page is shown with, 1200 by 630. */
export const imageUrl = (server: string, tool?: string): string => `/images${subjectPath(server, tool)}.png`;
/** The picture of a verdict without a name, for places that cannot draw one for each tool. */
export const verdictImageUrl = (category: Category, risk: Risk): string =>
  `/images/verdicts/${category.toLowerCase()}-${risk}.png`;
export const siteImageUrl = (): string => "/images/placard.png";
export const sitemapUrl = (): string => "/sitemap.xml";
export const sitemapPartUrl = (of: "pages" | "servers" | "tools", number: number): string =>
  `/sitemaps/${of}-${number}.xml`;
export const llmsUrl = (): string => "/llms.txt";

export const apiRulesUrl = (): string => `${API}/rules`;
export const apiRuleUrl = (id: string): string => `${API}/rules/${serverPath(id)}`;
export const apiAttacksUrl = (): string => `${API}/attacks`;
export const apiAttackUrl = (slug: string): string => `${API}/attacks/${encodeSegment(slug)}`;
/** The description of the API for programs (OpenAPI). */
export const openApiUrl = (): string => `${API}/openapi.json`;
/** A file of the bulk dataset, or its manifest. @param revision that and no other. */
export const apiExportUrl = (name: string, revision?: string): string =>
  `${API}/${name}${revision === undefined ? "" : `?revision=${revision}`}`;
export const datasetDocsUrl = (): string => "/docs/dataset";
/** The JSON Schema of that name. */
export const schemaUrl = (name: string): string => `${API}/schemas/${encodeSegment(name)}.json`;
export const apiServerUrl = (id: string): string => `${API}/servers/${serverPath(id)}`;
export const apiToolUrl = (server: string, tool: string): string => `${API}/tools/${toolPath(server, tool)}`;
export const apiToolsUrl = (query: ToolQuery = {}): string => `${API}/tools${search(query)}`;
export const apiChangesUrl = (query: ChangeQuery = {}): string => `${API}/changes${search(query)}`;
export const apiPolicyUrl = (server: string, query: ApiPolicyQuery = {}): string =>
  `${API}/policies/${serverPath(server)}${search(query)}`;
export const apiPoliciesUrl = (query: PoliciesQuery & ApiPolicyQuery): string =>
  `${API}/policies${policySearch(query)}`;
export const apiPolicyFormatsUrl = (): string => `${API}/policies/formats`;
export const apiAnnotationsUrl = (server: string, query: { tool?: string } = {}): string =>
  `${API}/annotations/${serverPath(server)}${search(query)}`;

/**
 * Reads what stands behind `prefix` in a raw (still encoded) path as a server id.
 * In: `/servers/npm/%40scope/name`, `/servers/`. Out: `npm/@scope/name`, or undefined when it is none.
 */
export function readServerPath(pathname: string, prefix: string): string | undefined {
  const segments = segmentsBehind(pathname, prefix)?.map(decodeSegment);
  if (!segments?.length || segments.some((segment) => !segment)) return undefined;
  return segments.join("/");
}

/** The same for a tool: all segments but the last are the server's. */
export function readToolPath(pathname: string, prefix: string): ToolAddress | undefined {
  const segments = segmentsBehind(pathname, prefix)?.map(decodeSegment);
  const tool = segments?.pop();
  if (!tool || !segments?.length || segments.some((segment) => !segment)) return undefined;
  return { server: segments.join("/"), tool };
}

/** `/servers/npm/%40scope%2Fname/x.svg` → what the address without its ending is of; undefined for other endings. */
export function readSubject(pathname: string, prefix: string, ending: string): Partial<ToolAddress> {
  if (!pathname.endsWith(ending)) return {};
  const path = pathname.slice(0, -ending.length);
  const tool = readToolPath(path, `${prefix}/tools`);
  return tool ?? { server: readServerPath(path, `${prefix}/servers`) };
}

function subjectPath(server: string, tool?: string): string {
  return tool === undefined ? `/servers/${serverPath(server)}` : `/tools/${toolPath(server, tool)}`;
}

function toolPath(server: string, tool: string): string {
  return `${serverPath(server, false)}/${encodeSegment(tool, true)}`;
}

/** An id with empty parts (`local//x`) is one segment, for `//` in an address would be collapsed. */
function serverPath(id: string, last = true): string {
  const parts = id.split("/");
  if (parts.includes("")) return encodeSegment(id, last);
  return parts.map((part, index) => encodeSegment(part, last && index === parts.length - 1)).join("/");
}

/** What every rule below leaves as it is; most segments are. */
const PLAIN = /^[\w@:-]+$/;

const ESCAPED = "~=";

/** @param last whether it ends the address */
function encodeSegment(text: string, last = false): string {
  if (PLAIN.test(text)) return text;
  if (needsEscape(text) || (last && MARKDOWN_ENDING.test(text)))
    return ESCAPED + Buffer.from(text, "utf8").toString("base64url");
  // `@` and `:` are plain path characters (RFC 3986, pchar); npm scopes read better with them.
  return encodeURIComponent(text.toWellFormed()).replaceAll("%40", "@").replaceAll("%3A", ":");
}

/** Undefined for what is the address of nothing: only the one spelling that we give out is read back. */
function decodeSegment(segment: string): string | undefined {
  if (segment.startsWith(ESCAPED)) {
    const text = Buffer.from(segment.slice(ESCAPED.length), "base64url").toString("utf8");
    return encodeSegment(text, true) === segment ? text : undefined;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Line breaks, and those that a name spells percent-encoded: the router decodes until nothing is left to decode. */
const LINE_BREAK = /[\n\r\u2028\u2029]|%(25)*(0[ad]|e2%(25)*80%(25)*a[89])/i;

function needsEscape(text: string): boolean {
  return text === "." || text === ".." || LINE_BREAK.test(text);
}

function segmentsBehind(pathname: string, prefix: string): string[] | undefined {
  const rest = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length + 1) : "";
  return rest.replace(/\/+$/, "") === "" ? undefined : rest.replace(/\/+$/, "").split("/");
}

/** Servers in their order, then the names of those that are among them, then the rest. */
function policySearch(
  { servers = [], aliases, ...rest }: Partial<PoliciesQuery>,
  more: { find?: string } = {},
): string {
  const params = new URLSearchParams(servers.map((id) => ["server", id]));
  for (const id of servers) {
    const alias = aliases?.get(id);
    if (alias) params.append("alias", `${id}=${alias}`);
  }
  return search({ ...rest, ...more }, params);
}

function search(query: object, params = new URLSearchParams()): string {
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
