/** Lists of tools page by page, asked for some pages at a time: finding the place where a list goes on takes longer than reading on. */
import type { ToolFilter, ToolPage } from "../db/index.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";

/** Tools on a page of a list, unless its address says how many; and the most that the catalog gives at once. */
const ON_A_PAGE = 50;
const AT_ONCE = 200;

/** The tools of a catalog, for whoever goes through lists from their beginning. */
export function listsOf(catalog: Pick<Catalog, "tools">): Catalog["tools"] {
  /** Pages that were read with the one before, by a cursor of ours. */
  const kept = new Map<string, ToolPage>();
  let given = 0;
  return async (filter: ToolFilter = {}) => {
    const known = filter.cursor === undefined ? undefined : kept.get(filter.cursor);
    if (known) return known;
    // Who says how many wants those and no more.
    if (filter.limit !== undefined) return catalog.tools(filter);
    const { items, nextCursor, ...rest } = await catalog.tools({ ...filter, limit: AT_ONCE });
    const starts = items.map((_, at) => at).filter((at) => at % ON_A_PAGE === 0);
    let next = nextCursor;
    for (const at of starts.slice(1).reverse()) {
      given += 1;
      const cursor = `page-${given}`;
      kept.set(cursor, { ...rest, items: items.slice(at, at + ON_A_PAGE), nextCursor: next });
      next = cursor;
    }
    return { ...rest, items: items.slice(0, ON_A_PAGE), nextCursor: next };
  };
}
