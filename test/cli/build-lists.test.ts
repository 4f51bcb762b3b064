/** A static build reads lists some pages at a time: what it gives is what the catalog gives page by page. */
import { expect, test } from "vitest";
import { listsOf } from "../../cli/_build-lists.ts";
import type { ToolFilter, ToolPage, ToolRow } from "../../db/index.ts";

/** A catalog that counts how often it is asked; cursors are places in its list. */
function catalogOf(count: number) {
  const all = Array.from({ length: count }, (_, at) => ({ name: `tool_${at}` }) as ToolRow);
  const asked: ToolFilter[] = [];
  const tools = async (filter: ToolFilter = {}): Promise<ToolPage> => {
    asked.push(filter);
    const from = Number(filter.cursor ?? 0);
    const end = from + (filter.limit ?? 50);
    return { items: all.slice(from, end), nextCursor: end < count ? String(end) : null, count };
  };
  return { tools, asked };
}

async function pagesOf(tools: (filter: ToolFilter) => Promise<ToolPage>, filter: ToolFilter) {
  const pages: Omit<ToolPage, "nextCursor">[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { nextCursor, ...page } = await tools({ ...filter, cursor });
    pages.push(page);
    cursor = nextCursor;
  }
  return pages;
}

test.each([0, 1, 50, 51, 199, 200, 201, 430])("the pages of %i tools are the same", async (count) => {
  const catalog = catalogOf(count);
  const wanted = await pagesOf(catalog.tools, { risk: "high" });
  const before = catalog.asked.length;
  expect(await pagesOf(listsOf(catalog), { risk: "high" })).toEqual(wanted);
  expect(catalog.asked.length - before).toBe(Math.max(1, Math.ceil(count / 200)));
  expect(catalog.asked.every(({ risk }) => risk === "high")).toBe(true);
});

test("whoever says how many gets those, and two lists at once are kept apart", async () => {
  const catalog = catalogOf(430);
  const tools = listsOf(catalog);
  expect((await tools({ limit: 20 })).items).toHaveLength(20);
  expect(catalog.asked.at(-1)).toEqual({ limit: 20 });
  const [one, other] = await Promise.all([pagesOf(tools, { risk: "low" }), pagesOf(tools, { risk: "high" })]);
  expect(one).toEqual(other);
  expect(one.flatMap(({ items }) => items)).toHaveLength(430);
});
