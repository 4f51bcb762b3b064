/** How many tools the catalog had on each day, as a line to draw. Pure. */
import type { CatalogReport } from "../../../db/index.ts";
import { dayWords } from "./words.ts";

export interface Growth {
  /** At most so many that they can be read as a table; the last day of each stretch. */
  points: { day: string; words: string; tools: number }[];
  /** The same as the points of an SVG polyline, in a field of WIDTH by HEIGHT. */
  line: string;
  most: number;
}

export const WIDTH = 600;
export const HEIGHT = 160;
const MOST_POINTS = 24;

/** @returns undefined when there is no history: fewer than two days on which something changed */
export function growthOf(days: NonNullable<CatalogReport["growth"]>): Growth | undefined {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last || first === last) return undefined;
  let tools = 0;
  const totals = days.map(({ day, more }) => {
    tools += more;
    return { day, words: dayWords(day), tools };
  });
  const step = Math.max(1, Math.ceil((totals.length - 1) / (MOST_POINTS - 1)));
  const points = totals.filter((_, index) => (totals.length - 1 - index) % step === 0 || index === 0);
  const most = Math.max(1, ...points.map((point) => point.tools));
  const [from, to] = [Date.parse(first.day), Date.parse(last.day)];
  const at = ({ day, tools }: { day: string; tools: number }) => {
    const x = ((Date.parse(day) - from) / (to - from)) * WIDTH;
    return `${Math.round(x * 10) / 10},${Math.round((1 - tools / most) * HEIGHT * 10) / 10}`;
  };
  return { points, line: points.map(at).join(" "), most };
}
