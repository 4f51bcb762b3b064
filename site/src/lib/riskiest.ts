/** The few tools that the home page shows: the worst of each kind, not eight of one kind. */
import type { Category } from "../../../classifier/index.ts";
import type { ToolRow } from "../../../db/index.ts";
import type { Catalog } from "./catalog.ts";
import { CATEGORIES_WORST_FIRST, RISKS_WORST_FIRST } from "./words.ts";

const SHOWN = 8;
/** Of a category, so that the others are seen. */
const A_CATEGORY = 2;
/** Rows looked at for each category, to find the surest among those of one risk. */
const LOOKED_AT = 50;

/** How the tools of the home page are chosen and ordered, for readers. */
export const RISKIEST_ORDER = `Worst risk first, then the surest verdicts; ${A_CATEGORY === 2 ? "two" : A_CATEGORY} of each category before any has more.`;

/** The riskiest tools of a catalog, at most eight; `RISKIEST_ORDER` says in which order. */
export async function riskiestTools(catalog: Catalog): Promise<ToolRow[]> {
  const pages = await Promise.all(
    CATEGORIES_WORST_FIRST.map((category) => catalog.tools({ category, limit: LOOKED_AT })),
  );
  return mixed(pages.flatMap((page) => page.items));
}

/** Two of each category first; what is missing to eight comes from the rest. Worst first, in either case. */
export function mixed(tools: ToolRow[]): ToolRow[] {
  const sorted = tools.toSorted(worstFirst);
  const seen = new Map<Category, number>();
  const chosen = sorted.filter(({ category, risk }) => {
    const count = (seen.get(category) ?? 0) + 1;
    seen.set(category, count);
    return count <= A_CATEGORY && (risk === "critical" || risk === "high");
  });
  const rest = sorted.filter((tool) => !chosen.includes(tool));
  return [...chosen, ...rest].slice(0, SHOWN).toSorted(worstFirst);
}

function worstFirst(a: ToolRow, b: ToolRow): number {
  return (
    RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk) ||
    b.confidence - a.confidence ||
    a.server.localeCompare(b.server, "en") ||
    a.name.localeCompare(b.name, "en")
  );
}
