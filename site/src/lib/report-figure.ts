/** What a figure of the report is made of: bars, bins and shares. Pure. */
import { count } from "./words.ts";

export interface BarLine {
  label: string;
  url?: string;
  count: number;
  /** 0 to 100, of the longest bar. */
  width: number;
  /** Its part of the whole, in words; absent where parts overlap or there is no whole. */
  share?: string;
}

/** Counts as bars, in a table that has the same numbers. */
export interface Figure {
  id: string;
  title: string;
  /** What is to be seen, a sentence each. */
  lead: string[];
  /** What the rows are, and what is counted. */
  columns: [string, string];
  rows: BarLine[];
  /** Said in the place of a figure that has no data. */
  empty: string;
}

export type Counted = { label: string; count: number; url?: string };

const TOO_LONG = "Counting this took too long just now, so it is left out. Try again later.";
const NOTHING = "There is nothing to count yet.";

/** "all 12 tools", or "1,000 of 60,000 tools, drawn evenly". */
export function drawnWords(drawn: number, all: number, noun: string): string {
  if (drawn >= all) return `all ${count(all, noun)}`;
  return `${drawn.toLocaleString("en-GB")} of ${count(all, noun)}, drawn evenly`;
}

/** @param data what it is drawn from; undefined: that took too long to count */
export function figure(data: unknown, rest: Omit<Figure, "empty">): Figure {
  return { ...rest, empty: data === undefined ? TOO_LONG : NOTHING };
}

/** For sorting: the largest count first, and by label where counts are the same. */
export const mostFirst = (a: Counted, b: Counted): number =>
  b.count - a.count || (a.label < b.label ? -1 : 1);

/** @param isWhole whether the counts are parts of one whole */
export function lines(rows: Counted[], isWhole: boolean): BarLine[] {
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  if (total === 0) return [];
  const most = Math.max(1, ...rows.map((row) => row.count));
  return rows.map((row) => ({
    ...row,
    width: row.count === 0 ? 0 : Math.max(0.5, Math.round((row.count / most) * 1000) / 10),
    share: isWhole ? shareWords(row.count / total) : undefined,
  }));
}

/** A share from 0 to 1 in words: "12 %". */
export function shareWords(share: number): string {
  return share > 0 && share < 0.005 ? "< 1 %" : `${Math.round(share * 100)} %`;
}

/**
 * Values counted in bins; empty ones at the end are left out.
 * @param starts the least value of each bin, ascending
 */
export function binsOf(starts: readonly number[], values: { value: number; count: number }[]): Counted[] {
  const bins = starts.map((start, index) => ({ label: binLabel(start, starts[index + 1]), count: 0 }));
  for (const { value, count } of values) {
    const bin = bins[starts.findLastIndex((start) => value >= start)];
    if (bin) bin.count += count;
  }
  const last = bins.findLastIndex((bin) => bin.count > 0);
  return bins.slice(0, last + 1);
}

function binLabel(start: number, next: number | undefined): string {
  const figure = (value: number) => value.toLocaleString("en-GB");
  if (next === undefined) return `${figure(start)} or more`;
  return next - start === 1 ? figure(start) : `${figure(start)} to ${figure(next - 1)}`;
}
