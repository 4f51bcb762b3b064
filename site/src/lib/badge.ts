/** Badges to embed elsewhere: flat SVG, 20 pixels high, in words of ours only and painted without a style. */
import type { Category, Risk } from "../../../classifier/index.ts";
import type { ServerRow } from "../../../db/index.ts";
import { markShapes, RISK_COLOUR } from "./mark.ts";
import { count, RISK_LABEL, RISKS_WORST_FIRST } from "./words.ts";

export interface BadgeView {
  /** "Execute, high risk", "2 of 12 tools critical risk". */
  words: string;
  risk: Risk;
}

const LABEL = "placard";
const GROUND = "#45403a";
const MARK = 14;
const PAD = 6;

/** In: a tool's verdict. Out: what its badge says. */
export function toolBadge({ category, risk }: { category: Category; risk: Risk }): BadgeView {
  const words = category === "Unknown" ? "Unknown" : `${category}, ${RISK_LABEL[risk].toLowerCase()}`;
  return { words, risk };
}

/** In: a server with its counts. Out: how many of its tools have the worst risk that any has. */
export function serverBadge({ byRisk, toolCount }: Pick<ServerRow, "byRisk" | "toolCount">): BadgeView {
  const risk = RISKS_WORST_FIRST.find((level) => byRisk[level] > 0);
  if (!risk) return { words: "no tools known", risk: "unknown" };
  const of = byRisk[risk] === toolCount ? "" : ` of ${toolCount.toLocaleString("en-GB")}`;
  const tools = of ? `${of} tools` : count(toolCount, "tool").replace(/^\S+/, "");
  return {
    words: `${byRisk[risk].toLocaleString("en-GB")}${tools}: ${RISK_LABEL[risk].toLowerCase()}`,
    risk,
  };
}

/** What it says, for those who do not see it. */
export function badgeLabel({ words }: BadgeView): string {
  return `Placard: ${words}`;
}

/** The badge as SVG markup. It holds no stranger's text. */
export function badgeSvg(view: BadgeView): string {
  const { words, risk } = view;
  const label = badgeLabel(view);
  const from = PAD + MARK + 4;
  const left = from + widthOf(LABEL) + PAD;
  const right = widthOf(words) + 2 * PAD;
  const scale = MARK / 64;
  const text = (x: number, what: string) =>
    `<text x="${x}" y="14" textLength="${widthOf(what)}" lengthAdjust="spacingAndGlyphs">${what}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" viewBox="0 0 ${left + right} 20" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    `<rect width="${left + right}" height="20" rx="3" fill="${GROUND}"/>`,
    `<path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${right - 3}z" fill="${RISK_COLOUR[risk]}"/>`,
    `<g transform="translate(${PAD} 3) scale(${scale})">${markShapes(risk, undefined, "#fff")}</g>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`,
    `${text(from, LABEL)}${text(left + PAD, words)}</g></svg>`,
  ].join("");
}

/** Widths of Verdana at 11 pixels, near enough: `textLength` makes every font keep to them. */
const NARROW = 4;
const USUAL = 6.8;
const WIDE = 9.5;

function widthOf(text: string): number {
  const widths = [...text].map((letter) =>
    /[ijl.,:' ftrI]/.test(letter) ? NARROW : /[mwMW]/.test(letter) ? WIDE : USUAL,
  );
  return Math.round(widths.reduce((sum, width) => sum + width, 0));
}
