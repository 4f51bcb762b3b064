/** The table of a server's tools as its address asks for it: sorted and filtered without scripts. */
import { z } from "zod";
import type { Category, Risk } from "../../../classifier/index.ts";
import type { ServerTool } from "../../../db/index.ts";
import { type ServerToolsQuery, serverToolsUrl } from "./addresses.ts";
import { ignoredParameters, oneOf, readQuery, TOOL_FILTERS } from "./filters.ts";
import { CATEGORIES_WORST_FIRST, RISKS_WORST_FIRST } from "./words.ts";

const SORTS = ["risk", "name", "category", "tokens"] as const;
export type ToolSort = (typeof SORTS)[number];

const query = z.object({
  sort: oneOf(SORTS).optional(),
  risk: TOOL_FILTERS.risk.optional(),
  category: TOOL_FILTERS.category.optional(),
  text: z.string().max(200, "must be at most 200 characters").optional(),
});

export interface ServerToolsView {
  /** What the table shows, in its order. */
  rows: ServerTool[];
  /** Tokens of each row; absent where they were not counted. */
  tokens: ReadonlyMap<string, number>;
  sort: ToolSort;
  risk?: Risk;
  category?: Category;
  text?: string;
  isFiltered: boolean;
  /** Addresses of the same table sorted otherwise. */
  sorts: Record<ToolSort, string>;
  /** The address without filters. */
  all: string;
  /** What of the address could not be taken, a sentence each. */
  problems: string[];
}

/**
 * @param tools those the server serves, worst first
 * @param tokens by digest
 */
export function serverToolsView(
  server: string,
  tools: readonly ServerTool[],
  tokens: ReadonlyMap<string, number>,
  params: URLSearchParams,
): ServerToolsView {
  const read = readQuery(params, query);
  const { sort = "risk", ...filters } = read.ok ? read.value : {};
  const address = (more: ServerToolsQuery) => serverToolsUrl(server, more);
  return {
    rows: tools.filter((tool) => passes(tool, filters)).sort(orderOf(sort, tokens)),
    tokens,
    sort,
    ...filters,
    isFiltered: Object.values(filters).some((value) => value !== undefined),
    sorts: Object.fromEntries(
      SORTS.map((by) => [by, address({ ...filters, sort: by === "risk" ? undefined : by })]),
    ) as Record<ToolSort, string>,
    all: address({ sort: sort === "risk" ? undefined : sort }),
    problems: [
      ...(read.ok ? [] : [`${read.problem.detail} The table shows all tools.`]),
      ...ignoredParameters(params, query),
    ],
  };
}

function passes(
  { risk, category, name, summary, definition }: ServerTool,
  filters: Pick<ServerToolsView, "risk" | "category" | "text">,
): boolean {
  if (filters.risk !== undefined && risk !== filters.risk) return false;
  if (filters.category !== undefined && category !== filters.category) return false;
  const words = (filters.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const said =
    `${name}\n${String(definition.title ?? "")}\n${String(definition.description ?? "").slice(0, LOOKED_AT)}\n${summary}`.toLowerCase();
  return words.every((word) => said.includes(word));
}

/** Of each description, in characters. */
const LOOKED_AT = 20_000;

/** Equal ones stay as they were: worst first. */
function orderOf(
  sort: ToolSort,
  tokens: ReadonlyMap<string, number>,
): (a: ServerTool, b: ServerTool) => number {
  switch (sort) {
    case "name":
      return (a, b) => a.name.localeCompare(b.name, "en");
    case "category":
      return (a, b) =>
        CATEGORIES_WORST_FIRST.indexOf(a.category) - CATEGORIES_WORST_FIRST.indexOf(b.category);
    case "tokens":
      return (a, b) => (tokens.get(b.digest) ?? -1) - (tokens.get(a.digest) ?? -1);
    case "risk":
      return (a, b) => RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk);
  }
}
