/** The addresses of the site: one function builds each, one reads each back; nobody else concatenates. */
import type { Category, Facet, Risk } from "../../../classifier/index.ts";
import type { ChangeKind, Confidence } from "../../../db/types.ts";
import { encodeSegment, serverPath, toolPath } from "./address-path.ts";

export { readServerPath, readSubject, readToolPath, type ToolAddress } from "./address-path.ts";

export const API = "/api/v1";
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

/** The same page, or part of it, as Markdown: `.md` behind its path. The home page's is `/index.md`. */
export function markdownUrl(address: string): string {
  const path = /^[^?#]*/.exec(address)?.[0] ?? "";
  return `${path.endsWith("/") ? `${path}index` : path}.md${address.slice(path.length)}`;
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

function subjectPath(server: string, tool?: string): string {
  return tool === undefined ? `/servers/${serverPath(server)}` : `/tools/${toolPath(server, tool)}`;
}

/** Servers in their order, then the names of those that are among them, then the rest. */
function policySearch(
  { servers = [], aliases, ...rest }: Partial<PoliciesQuery>,
  more: { find?: string } = {},
): string {
  const named = servers.flatMap((id) => {
    const alias = aliases?.get(id);
    return alias ? [`alias=${encoded(`${id}=${alias}`)}`] : [];
  });
  const before = [...servers.map((id) => `server=${encoded(id)}`), ...named].join("&");
  return search({ ...rest, ...more }, before);
}

/** @param before parameters that stand in front */
function search(query: object, before = ""): string {
  let text = before;
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    text += `${text === "" ? "" : "&"}${name}=${encoded(String(value))}`;
  }
  return text === "" ? "" : `?${text}`;
}

/** Values that were asked for last: a page has a server's in twenty of its addresses. */
const values = new Map<string, string>();
const VALUES_AT_MOST = 1_000;

/** A value as a query has it (WHATWG URL, application/x-www-form-urlencoded). */
function encoded(value: string): string {
  if (/^[\w.*-]*$/.test(value)) return value;
  const known = values.get(value);
  if (known !== undefined) return known;
  const text = new URLSearchParams([["", value]]).toString().slice("=".length);
  if (values.size >= VALUES_AT_MOST) values.clear();
  values.set(value, text);
  return text;
}
