import type { Category, Risk } from "../../classifier/index.ts";
import type { Paint } from "./text.ts";

const FILLED: Record<Risk, number> = { unknown: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** The placard in one line of text: as many filled diamonds as the risk has quadrants, and the category's letter. */
export function renderMark(category: Category, risk: Risk): string {
  if (category === "Unknown" || risk === "unknown") return "◇◇◇◇ ?";
  return `${"◆".repeat(FILLED[risk])}${"◇".repeat(4 - FILLED[risk])} ${category.charAt(0)}`;
}

/** Colours a text as its risk; the words and the mark already say it. */
export function paintRisk(paint: Paint, risk: Risk, text: string): string {
  if (risk === "critical") return paint(["bold", "red"], text);
  if (risk === "high") return paint("red", text);
  if (risk === "medium") return paint("yellow", text);
  return risk === "low" ? paint("green", text) : paint("magenta", text);
}

/** Worst first; what is not known stands between high and medium, as it may be either. */
export function compareRisk(a: Risk, b: Risk): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b);
}

const ORDER: Risk[] = ["critical", "high", "unknown", "medium", "low"];
