/** The report on the catalog as figures to draw: every number decided here, so that components only draw. Pure. */
import { type Category, HINTS, type Risk } from "../../../classifier/index.ts";
import type { ReportData } from "./report-data.ts";
import { type Figure, shareWords } from "./report-figure.ts";
import {
  flowKindsFigure,
  flowsFigure,
  outcomesFigure,
  revisionsFigure,
  sizesFigure,
  sourcesFigure,
} from "./report-of-servers.ts";
import {
  attacksFigure,
  confidenceFigure,
  facetsFigure,
  findingsFigure,
  pairsFigure,
  tokensFigure,
} from "./report-of-tools.ts";
import { CATEGORIES_WORST_FIRST, count, HINT_MEANING } from "./words.ts";

/** All figures that are bars, in the order of the page. */
export function reportFigures(data: ReportData): Figure[] {
  return [
    sizesFigure(data),
    facetsFigure(data),
    pairsFigure(data),
    findingsFigure(data),
    attacksFigure(data),
    flowsFigure(data),
    flowKindsFigure(data),
    tokensFigure(data),
    confidenceFigure(data),
    revisionsFigure(data),
    sourcesFigure(data),
    outcomesFigure(data),
  ];
}

export interface CategoryLine {
  category: Category;
  total: number;
  risks: Record<Risk, number>;
}

/** Tools by category and risk; undefined when it took too long. */
export function riskByCategory({ judged }: ReportData): CategoryLine[] | undefined {
  return (
    judged &&
    CATEGORIES_WORST_FIRST.map((category) => {
      const risks: Record<Risk, number> = { unknown: 0, low: 0, medium: 0, high: 0, critical: 0 };
      for (const group of judged) if (group.category === category) risks[group.risk] += group.tools;
      return { category, risks, total: Object.values(risks).reduce((sum, tools) => sum + tools, 0) };
    }).filter(({ total }) => total > 0)
  );
}

export interface HintLine {
  hint: string;
  meaning: string;
  yes: number;
  no: number;
  none: number;
}

/** What is declared of the tools that were drawn. */
export function hintLines({ sample }: ReportData): HintLine[] {
  return HINTS.map((hint) => {
    const { yes, no } = sample.declared[hint];
    return { hint, meaning: HINT_MEANING[hint], yes, no, none: sample.drawn - yes - no };
  });
}

/** How many tools have a hint that is contradicted. */
export function conflictWords({ conflicts, tools }: ReportData): string {
  if (conflicts === undefined || tools === 0) return "";
  const have = conflicts === 1 ? "has" : "have";
  return `Of ${count(tools, "tool")}, ${conflicts.toLocaleString("en-GB")} (${shareWords(conflicts / tools)}) ${have} a hint that the rest of the definition contradicts.`;
}
