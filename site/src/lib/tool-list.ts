/** A filtered page of the tool list, for the four kinds of list pages. */
import type { Page, ToolRow } from "../../../db/index.ts";
import type { ToolQuery } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { readQuery, toolQuery, unknownParameters } from "./filters.ts";

export interface ToolListPage {
  query: ToolQuery;
  page: Page<ToolRow>;
  /** What of the address could not be taken; the list is then unfiltered. One sentence. */
  problem?: string;
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
  const ignored = unknownParameters(params, toolQuery).map(({ detail }) => `${detail} It was ignored.`);
  const query: ToolQuery = { ...(read.ok ? read.value : {}), ...fixed };
  const own = Object.fromEntries(Object.entries(query).filter(([key]) => !(key in fixed)));
  const first = query.cursor ? urlOf({ ...own, cursor: undefined }) : undefined;
  const asked = await askTools(catalog, query);
  if (!asked.ok)
    return { query, page: { items: [], nextCursor: null }, problem: asked.problem, ignored, first };
  const { page } = asked;
  const next = page.nextCursor ? urlOf({ ...own, cursor: page.nextCursor }) : undefined;
  return { query, page, problem: read.ok ? undefined : read.problem.detail, ignored, next, first };
}

async function askTools(
  catalog: Catalog,
  query: ToolQuery,
): Promise<{ ok: true; page: Page<ToolRow> } | { ok: false; problem: string }> {
  try {
    return { ok: true, page: await catalog.tools(query) };
  } catch (error) {
    if (isCursorError(error)) return { ok: false, problem: error.message };
    throw error;
  }
}

/** A cursor that the catalog did not give out: the reader's mistake, or an old link. */
export function isCursorError(error: unknown): error is Error {
  return error instanceof Error && error.name === "CursorError";
}
