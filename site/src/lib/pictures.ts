/** Numbers for the small pictures: widths in hundredths of the whole, beside the counts they stand for. */
import type { Category, Risk } from "../../../classifier/index.ts";
import { categoryUrl, riskUrl } from "./addresses.ts";
import { CATEGORIES_WORST_FIRST, CATEGORY_LETTER, RISK_LABEL, RISKS_WORST_FIRST } from "./words.ts";

export interface Share {
  risk: Risk;
  count: number;
  /** 0 to 100. */
  from: number;
  width: number;
}

export interface BarRow {
  label: string;
  url: string;
  count: number;
  /** 0 to 100, of the longest bar; a count above 0 is never drawn as nothing. */
  width: number;
  risk: Risk;
  /** For categories. */
  letter?: string;
}

/** Risks of a set of tools side by side, worst first, empty ones left out. */
export function shares(counts: Record<Risk, number>): Share[] {
  const total = RISKS_WORST_FIRST.reduce((sum, risk) => sum + counts[risk], 0);
  let from = 0;
  return RISKS_WORST_FIRST.filter((risk) => counts[risk] > 0).map((risk) => {
    const width = round((counts[risk] / total) * 100);
    const share = { risk, count: counts[risk], from: round(from), width };
    from += width;
    return share;
  });
}

/** Counts by risk as bars, worst first; the longest has the whole width. */
export function riskBars(counts: Record<Risk, number>, urlOf: (risk: Risk) => string = riskUrl): BarRow[] {
  const most = Math.max(1, ...Object.values(counts));
  return RISKS_WORST_FIRST.map((risk) => ({
    label: RISK_LABEL[risk].replace(" risk", ""),
    url: urlOf(risk),
    count: counts[risk],
    width: barWidth(counts[risk], most),
    risk,
  }));
}

/** The same by category. */
export function categoryBars(
  counts: Record<Category, number>,
  urlOf: (category: Category) => string = categoryUrl,
): BarRow[] {
  const most = Math.max(1, ...Object.values(counts));
  return CATEGORIES_WORST_FIRST.map((category) => ({
    label: category,
    url: urlOf(category),
    count: counts[category],
    width: barWidth(counts[category], most),
    risk: "unknown",
    letter: CATEGORY_LETTER[category],
  }));
}

function barWidth(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(1, round((count / most) * 100));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
