/**
 * Names as parts of a path, and back.
 *
 * A tool's name may hold anything, and it is the last segment of its address. Percent-encoding carries all of it but
 * two cases: URL parsers swallow `.` and `..` even when encoded (WHATWG URL, "double-dot URL path segment"), and the
 * router's patterns stop at line ends. Those names are written as `~=` and the base64url of their UTF-8; so are names
 * that end in `.md` where they end a page's address, for `.md` behind an address asks for the page as Markdown. No name
 * that is percent-encoded has a bare `=`, so that none reads as such an address, whoever builds it.
 */

/** Hosts that do not tell capitals apart would take these for one. */
const MARKDOWN_ENDING = /\.md$/i;

export interface ToolAddress {
  server: string;
  tool: string;
}

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

/** The path of a tool, without a slash in front. */
export function toolPath(server: string, tool: string): string {
  return `${serverPath(server, false)}/${encodeSegment(tool, true)}`;
}

/**
 * The path of a server, or of another id with slashes. One with empty parts (`local//x`) is one segment, for `//` in an
 * address would be collapsed.
 * @param last whether it ends the address
 */
export function serverPath(id: string, last = true): string {
  if (before.id !== id) before = { id, paths: [undefined, undefined] };
  const path = before.paths[Number(last)] ?? pathOf(id, last);
  before.paths[Number(last)] = path;
  return path;
}

/** The one that was asked for last: a page has some fifty addresses of one server. */
let before: { id?: string; paths: [string | undefined, string | undefined] } = {
  paths: [undefined, undefined],
};

function pathOf(id: string, last: boolean): string {
  const parts = id.split("/");
  if (parts.includes("")) return encodeSegment(id, last);
  return parts.map((part, index) => encodeSegment(part, last && index === parts.length - 1)).join("/");
}

/** What every rule below leaves as it is; most segments are. */
const PLAIN = /^[\w@:-]+$/;

const ESCAPED = "~=";

/**
 * A name as one segment of a path.
 * @param last whether it ends the address
 */
export function encodeSegment(text: string, last = false): string {
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
