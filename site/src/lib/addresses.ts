/**
 * The addresses of the site: one function builds each, one reads each back; nobody else concatenates.
 *
 * A tool's name may hold anything, and it is the last segment of its address. Percent-encoding carries all of it but
 * two cases: URL parsers swallow `.` and `..` even when encoded (WHATWG URL, "double-dot URL path segment"), and the
 * router's patterns stop at line ends. Those names are written as `~` and the base64url of their UTF-8. So are names
 * that look like such an address, so that reading back is exact.
 */
import type { Category, Facet, Risk } from "../../../classifier/index.ts";
import type { ChangeKind } from "../../../db/types.ts";

export const API = "/api/v1";

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
  text?: string;
  cursor?: string;
  limit?: number;
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

export const serverUrl = (id: string): string => `/servers/${serverPath(id)}`;
export const toolUrl = (server: string, tool: string): string => `/tools/${toolPath(server, tool)}`;
export const riskUrl = (risk: Risk): string => `/risk/${risk}`;
export const categoryUrl = (category: Category): string => `/categories/${category.toLowerCase()}`;
export const facetUrl = (facet: Facet): string => `/facets/${facet}`;
export const ruleUrl = (id: string): string => `/rules/${serverPath(id)}`;
export const attacksUrl = (): string => "/attacks";
export const attackUrl = (slug: string): string => `/attacks/${encodeSegment(slug)}`;
export const toolsUrl = (query: ToolQuery = {}): string => `/tools${search(query)}`;
export const serversUrl = (query: { cursor?: string } = {}): string => `/servers${search(query)}`;
export const changesUrl = (query: ChangeQuery = {}): string => `/changes${search(query)}`;

export const apiServerUrl = (id: string): string => `${API}/servers/${serverPath(id)}`;
export const apiToolUrl = (server: string, tool: string): string => `${API}/tools/${toolPath(server, tool)}`;
export const apiToolsUrl = (query: ToolQuery = {}): string => `${API}/tools${search(query)}`;
export const apiChangesUrl = (query: ChangeQuery = {}): string => `${API}/changes${search(query)}`;
export const apiPolicyUrl = (server: string, query: { tool?: string; preset?: string } = {}): string =>
  `${API}/policies/${serverPath(server)}${search(query)}`;
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

function toolPath(server: string, tool: string): string {
  return `${serverPath(server)}/${encodeSegment(tool)}`;
}

/** An id with empty parts (`local//x`) is one segment, for `//` in an address would be collapsed. */
function serverPath(id: string): string {
  const parts = id.split("/");
  return parts.includes("") ? encodeSegment(id) : parts.map(encodeSegment).join("/");
}

function encodeSegment(text: string): string {
  if (needsEscape(text)) return `~${Buffer.from(text, "utf8").toString("base64url")}`;
  // `@` and `:` are plain path characters (RFC 3986, pchar); npm scopes read better with them.
  return encodeURIComponent(text.toWellFormed()).replaceAll("%40", "@").replaceAll("%3A", ":");
}

function decodeSegment(segment: string): string | undefined {
  if (segment.startsWith("~")) {
    const text = Buffer.from(segment.slice(1), "base64url").toString("utf8");
    if (encodeSegment(text) === segment) return text;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function needsEscape(text: string): boolean {
  if (text === "." || text === ".." || /[\n\r\u2028\u2029]/.test(text)) return true;
  if (!text.startsWith("~")) return false;
  const inner = Buffer.from(text.slice(1), "base64url").toString("utf8");
  return needsEscape(inner) && `~${Buffer.from(inner, "utf8").toString("base64url")}` === text;
}

function segmentsBehind(pathname: string, prefix: string): string[] | undefined {
  const rest = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length + 1) : "";
  return rest.replace(/\/+$/, "") === "" ? undefined : rest.replace(/\/+$/, "").split("/");
}

function search(query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
