import type { Evaluation, Judged, Share } from "../../classifier/evaluate.ts";
import { safe } from "./text.ts";

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const withInterval = ({ value, low, high, of }: Share): string =>
  `${percent(value).padStart(7)}   (${percent(low)} to ${percent(high)}, of ${of})`;

/** An evaluation for people: figures with their 95 % intervals, then the first errors. */
export function renderEvaluation(evaluation: Evaluation, errors: number): string {
  const { macroF1, risk, classes, confusion, calibration } = evaluation;
  const columns = ["Read", "Write", "Execute", "Destructive", "Financial", "Unknown"];
  const lines = [
    `${evaluation.tools} tools of ${evaluation.servers} servers`,
    "",
    `category as labelled         ${withInterval(evaluation.strict)}`,
    `  or a defensible other one  ${withInterval(evaluation.lenient)}`,
    `  mean over servers          ${percent(evaluation.strictByServer).padStart(7)}`,
    `macro-F1                     ${macroF1.value.toFixed(3).padStart(7)}   (${macroF1.low.toFixed(3)} to ${macroF1.high.toFixed(3)})`,
    `risk as labelled             ${withInterval(risk.exact)}`,
    `  within one level           ${withInterval(risk.withinOne)}`,
    `  two levels too low         ${withInterval(risk.twoTooLow)}`,
    `danger called Read           ${withInterval(evaluation.dangerAsRead)}`,
    `Unknown                      ${withInterval(evaluation.unknown)}`,
    "",
    "category      precision  recall     F1",
    ...classes.map(
      ({ category, precision, recall, f1 }) =>
        `${category.padEnd(12)} ${precision.toFixed(2).padStart(10)} ${recall.toFixed(2).padStart(7)} ${f1.toFixed(2).padStart(6)}`,
    ),
    "",
    `label ↓ verdict →${columns.map((column) => column.padStart(12)).join("")}`,
    ...Object.entries(confusion).map(
      ([label, row]) =>
        `${label.padEnd(17)}${columns.map((column) => String(row[column] ?? 0).padStart(12)).join("")}`,
    ),
    "",
    "confidence       tools   right   right or defensible",
    ...calibration
      .filter((bin) => bin.tools > 0)
      .map(
        (bin) =>
          `${bin.from.toFixed(1)} to ${bin.to.toFixed(1)}   ${String(bin.tools).padStart(8)} ${percent(bin.right / bin.tools).padStart(7)}   ${percent(bin.rightOrAlternative / bin.tools).padStart(7)}`,
      ),
  ];
  if (errors > 0 && evaluation.errors.length > 0) {
    lines.push(
      "",
      `${evaluation.errors.length} errors`,
      ...evaluation.errors.slice(0, errors).map(errorLine),
    );
  }
  return `${lines.join("\n")}\n`;
}

function errorLine({ server, name, label, verdict }: Judged): string {
  const defensible = label.alternatives.includes(verdict.category) ? "  (defensible)" : "";
  return `${safe(server)} ${safe(name)}: ${label.category}, ${label.risk} by reading; ${verdict.category}, ${verdict.risk} by us${defensible}`;
}
