/** Which requests may be answered from what is kept, and all that their answers depend on. */
import { CATEGORIES, FACETS, listFindingKinds, RISKS } from "../classifier/index.ts";
import { CHANGE_KINDS, CONFIDENCES } from "../db/types.ts";
import { EXPORT_FORMATS } from "../policy/export/index.ts";
import { PRESETS } from "../policy/index.ts";
import { prefersMarkdown } from "../site/src/lib/prefers-markdown.ts";
import type { Asked } from "./_ask-site.ts";

/** A request as the site is asked for its answer: nothing that is not in the key reaches it. */
export interface Keyed extends Asked {
  key: string;
}

export interface Request {
  /** As it came: path and query. */
  url: string;
  host?: string;
  accept?: string;
  /** Whether pages of other origins may read the answer. */
  crossOrigin: boolean;
}

/** How we are at this moment, and what is sent while it is read. */
const MOMENT = /^\/(api\/v1\/(health|ready|progress|export[^/]*)|sitemaps\/.*)$/;

/**
 * Parameters with few values. An address with another, with another value, or with many of them is answered but not
 * kept: there are as many of those as anybody likes to make up.
 */
const FEW: Record<string, ReadonlySet<string>> = {
  risk: new Set(RISKS),
  category: new Set(CATEGORIES.flatMap((category) => [category, category.toLowerCase()])),
  facet: new Set(FACETS),
  finding: new Set(listFindingKinds().map(({ id }) => id)),
  conflict: new Set(["true"]),
  confidence: new Set(CONFIDENCES.map(String)),
  kind: new Set(CHANGE_KINDS),
  worse: new Set(["true", "false"]),
  preset: new Set(PRESETS),
  format: new Set(EXPORT_FORMATS.map(({ id }) => id)),
};
const MOST_PARAMETERS = 2;
const HOST = /^([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/**
 * What an answer is kept under; undefined when it must not be.
 * @param publicUrl the site's own address; answers then depend on no host
 */
export function keyOf(request: Request, publicUrl?: string | null): Keyed | undefined {
  const [path = "", query, ...rest] = request.url.split("?");
  if (rest.length > 0 || isOfTheMoment(path) || !isPlainPath(path)) return undefined;
  const search = query === undefined ? "" : plainQuery(query);
  if (search === undefined) return undefined;
  const host = publicUrl ? new URL(publicUrl).host : request.host?.toLowerCase();
  if (host === undefined || !HOST.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  const accept = prefersMarkdown(request.accept ?? null) ? "text/markdown" : undefined;
  const address = path + search;
  const key = [request.crossOrigin ? "all" : "own", host, accept ?? "", address].join(" ");
  return { key, address, origin: new URL(`http://${host}`), accept };
}

/** Whether the answer at a path may be another one the next moment, without anything that is told of. */
export function isOfTheMoment(path: string): boolean {
  return MOMENT.test(path);
}

/** One path, one key: whoever writes letters as percent signs or slashes twice is not kept. */
function isPlainPath(path: string): boolean {
  if (path === "/") return true;
  const [first, ...segments] = path.split("/");
  return first === "" && segments.every(isPlainSegment);
}

function isPlainSegment(segment: string): boolean {
  if (segment === "" || segment === "." || segment === "..") return false;
  try {
    const plain = encodeURIComponent(decodeURIComponent(segment));
    return plain.replaceAll("%40", "@").replaceAll("%3A", ":") === segment;
  } catch {
    return false;
  }
}

/** The parameters in order, with `?` in front. */
function plainQuery(query: string): string | undefined {
  const params = new URLSearchParams(query);
  params.sort();
  const names = [...params.keys()];
  const isFew = [...params].every(([name, value]) => Object.hasOwn(FEW, name) && FEW[name]?.has(value));
  if (!isFew || names.length === 0 || names.length > MOST_PARAMETERS || new Set(names).size < names.length)
    return undefined;
  return `?${params}`;
}
