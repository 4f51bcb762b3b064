/** The list of changes with the filters of its address. */
import { CHANGE_KINDS, type ChangeRow, type Page } from "../../../db/index.ts";
import { type ChangeQuery, changesUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { changeQuery, ignoredParameters, readQuery } from "./filters.ts";
import { isCursorError, isSlowListError } from "./tool-list.ts";
import { CHANGE_LABEL, RAISED_LABEL } from "./words.ts";

export interface ChangeListPage {
  query: ChangeQuery;
  page: Page<ChangeRow>;
  /** What of the address could not be taken, and the list is then unfiltered; or why there is no list. One sentence. */
  problem?: string;
  /** HTTP status that says the same. */
  status?: 400 | 503;
  /** What of the address was ignored, a sentence each. */
  ignored: string[];
  /** Lists of one kind of change, and of all. */
  kinds: { text: string; url: string }[];
  /** The address among them that this list has. */
  here: string;
  /** Address of the next page and of the first. */
  next?: string;
  first?: string;
}

/** Reads the filters from the address and asks the catalog. */
export async function changeList(catalog: Catalog, params: URLSearchParams): Promise<ChangeListPage> {
  const read = readQuery(params, changeQuery);
  const query: ChangeQuery = read.ok ? read.value : {};
  const { cursor, ...own } = query;
  const { server, tool, kind, worse } = query;
  const shared = { server, tool };
  const list = {
    query,
    ignored: ignoredParameters(params, changeQuery),
    kinds: [
      { text: "All", url: changesUrl(shared) },
      { text: RAISED_LABEL, url: changesUrl({ ...shared, worse: true }) },
      ...CHANGE_KINDS.map((word) => ({
        text: CHANGE_LABEL[word],
        url: changesUrl({ ...shared, kind: word }),
      })),
    ],
    here: changesUrl({ ...shared, kind, worse }),
    first: cursor === undefined ? undefined : changesUrl(own),
  };
  try {
    const page = await catalog.changes(query);
    const next = page.nextCursor === null ? undefined : changesUrl({ ...own, cursor: page.nextCursor });
    const wrong = read.ok ? undefined : ({ problem: read.problem.detail, status: 400 } as const);
    return { ...list, page, ...wrong, next };
  } catch (error) {
    const isSlow = isSlowListError(error);
    if (!isSlow && !isCursorError(error)) throw error;
    const page = { items: [], nextCursor: null };
    return { ...list, page, problem: error.message, status: isSlow ? 503 : 400 };
  }
}
