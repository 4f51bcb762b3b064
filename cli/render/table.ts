import type { Category, Finding, Risk } from "../../classifier/index.ts";
import { alarmWords } from "../../site/src/lib/alarm.ts";
import { compareRisk, paintRisk, renderMark } from "./mark.ts";
import { brief, columnsOf, type Paint, padTo, wrap } from "./text.ts";

/** A verdict as a line of a table. */
export interface TableRow {
  server?: string;
  name: string;
  category: Category;
  risk: Risk;
  summary: string;
  findings: readonly Pick<Finding, "severity">[];
}

/**
 * Verdicts, worst first and by name, a line each: mark, category, risk, name, summary as far as it fits. A name whose text
 * looks like an attack has a sign in front, which a last line explains: a mild verdict must not hide it.
 */
export function renderTable(rows: TableRow[], width: number, paint: Paint): string {
  const sorted = rows.toSorted(
    (a, b) =>
      compareRisk(a.risk, b.risk) ||
      compareText(a.server ?? "", b.server ?? "") ||
      compareText(a.name, b.name),
  );
  const alarming = new Set(sorted.filter((row) => alarmWords(row) !== undefined));
  const labels = sorted.map((row) => {
    const { server, name } = row;
    const label = brief(server === undefined ? name : `${server} ${name}`, 60);
    return alarming.has(row) ? `▲ ${label}` : label;
  });
  const nameWidth = labels.reduce((widest, label) => Math.max(widest, columnsOf(label)), 0);
  const lines = sorted.map(({ category, risk, summary }, index) => {
    const verdict = paintRisk(paint, risk, `${renderMark(category, risk)}  ${verdictWords(category, risk)}`);
    const room = width - 8 - 22 - nameWidth - 4;
    const tail = room >= 24 ? `  ${brief(summary, room)}` : "";
    return `${verdict}  ${padTo(labels[index] ?? "", tail ? nameWidth : 0)}${tail}`.trimEnd();
  });
  if (alarming.size > 0) lines.push(paint(["bold", "red"], wrap(alarmLine(alarming.size), width)));
  return lines.join("\n");
}

function alarmLine(tools: number): string {
  const whose = tools === 1 ? "1 tool has a text that looks" : `${tools} tools have texts that look`;
  return `▲ ${whose} like an attack, whatever the verdict says: placard explain shows where.`;
}

function verdictWords(category: Category, risk: Risk): string {
  return category === "Unknown" ? padTo("Unknown", 21) : padTo(`${category} ${risk}`, 21);
}

/** `2 critical, 1 high, 6 low` — worst first, without the zeros. */
export function renderRiskCounts(risks: Risk[]): string {
  const counts = Map.groupBy(risks, (risk) => risk);
  return [...counts]
    .toSorted(([a], [b]) => compareRisk(a, b))
    .map(([risk, list]) => `${list.length} ${risk}`)
    .join(", ");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
