/** A filtered page of the tool list, for the four kinds of list pages. */
import type { ToolPage } from "../../../db/index.ts";
import type { ToolQuery } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { ignoredParameters, readQuery, toolQuery } from "./filters.ts";

export interface ToolListPage {
  query: ToolQuery;
  page: ToolPage;
  /** What of the address could not be taken, and the list is then unfiltered; or why there is no list. One sentence. */
  problem?: string;
  /** HTTP status that says the same. */
  status?: 400 | 503;
  /** What of the address was ignored, a sentence each. */
  ignored: string[];
  /** Address of the next page and of the first. */
  next?: string;
  first?: string;
}

/**
 * Reads the filters from the address, adds those the page stands for, and asks the catalog.
 * @param urlOf builds the address of the same page with another query; the fixed filters are left out of it.
 */
export async function toolList(
  catalog: Catalog,
  params: URLSearchParams,
  fixed: ToolQuery,
  urlOf: (query: ToolQuery) => string,
): Promise<ToolListPage> {
  const read = readQuery(params, toolQuery);
  const ignored = ignoredParameters(params, toolQuery);
  const query: ToolQuery = { ...(read.ok ? read.value : {}), ...fixed };
  const own = Object.fromEntries(Object.entries(query).filter(([key]) => !(key in fixed)));
  const first = query.cursor ? urlOf({ ...own, cursor: undefined }) : undefined;
  const asked = await askTools(catalog, query);
  if (!asked.ok) return { query, page: { items: [], nextCursor: null }, ...asked.refused, ignored, first };
  const { page } = asked;
  const next = page.nextCursor ? urlOf({ ...own, cursor: page.nextCursor }) : undefined;
  const wrong = read.ok ? undefined : ({ problem: read.problem.detail, status: 400 } as const);
  return { query, page, ...wrong, ignored, next, first };
}

async function askTools(
  catalog: Catalog,
  query: ToolQuery,
): Promise<{ ok: true; page: ToolPage } | { ok: false; refused: Pick<ToolListPage, "problem" | "status"> }> {
  try {
    return { ok: true, page: await catalog.tools({ ...query, respell: true }) };
  } catch (error) {
    if (isCursorError(error)) return { ok: false, refused: { problem: error.message, status: 400 } };
    if (isSlowListError(error)) return { ok: false, refused: { problem: error.message, status: 503 } };
    throw error;
  }
}

/** A cursor that the catalog did not give out: the reader's mistake, or an old link. */
export function isCursorError(error: unknown): error is Error {
  return error instanceof Error && error.name === "CursorError";
}

/** A list that takes too long to find. */
export function isSlowListError(error: unknown): error is Error {
  return error instanceof Error && error.name === "SlowListError";
}

/** Beyond this, a number says no more. */
const COUNTED = 1_000;

/** How many tools there are, as a sentence; nothing where there are none. */
export function foundText({ items, count, nextCursor }: ToolPage): string | undefined {
  if (items.length === 0) return undefined;
  if (count === undefined)
    return nextCursor === null ? undefined : `More than ${COUNTED.toLocaleString("en")} tools.`;
  if (count > COUNTED) return `More than ${COUNTED.toLocaleString("en")} tools.`;
  return count === 1 ? "1 tool." : `${count.toLocaleString("en")} tools.`;
}
