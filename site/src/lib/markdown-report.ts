/** The report on the catalog as Markdown: the numbers of its plots, in tables. */
import { RISKS } from "../../../classifier/index.ts";
import { reportUrl } from "./addresses.ts";
import { code, link, page, plain, section, table } from "./markdown-text.ts";
import { conflictWords, hintLines, reportFigures, riskByCategory } from "./report.ts";
import type { ReportData } from "./report-data.ts";
import { drawnWords, type Figure } from "./report-figure.ts";
import { count, dateWords } from "./words.ts";

const TOO_LONG = "Counting this took too long just now, so it is left out. Try again later.";
const NOTHING = "There is nothing to count yet.";

/** @param published whether the page stands still: then it says nothing of the hour. */
export function reportMarkdown(data: ReportData, published: boolean): string {
  const counted = published ? "" : `, counted ${dateWords(data.takenAt)}`;
  return page(
    "State of the catalog",
    `${count(data.tools, "tool")} of ${count(data.servers, "server")}${counted}.`,
    section("Risk by category", riskTable(data)),
    section("Annotations declared", ...annotations(data)),
    ...reportFigures(data).map(figurePart),
    link("As a page, with plots", reportUrl()),
  );
}

function riskTable(data: ReportData): string {
  const lines = riskByCategory(data);
  if (!lines) return TOO_LONG;
  if (lines.length === 0) return NOTHING;
  const rows = lines.map(({ category, total, risks }) => [
    category,
    number(total),
    ...RISKS.map((risk) => number(risks[risk])),
  ]);
  return table(["Category", "Tools", ...RISKS], rows);
}

function annotations(data: ReportData): string[] {
  const { drawn, declaring } = data.sample;
  if (drawn === 0) return [NOTHING];
  const declare = declaring === 1 ? "declares" : "declare";
  const rows = hintLines(data).map(({ hint, yes, no, none }) => [
    code(hint),
    number(yes),
    number(no),
    number(none),
  ]);
  return [
    `Of ${drawnWords(drawn, data.tools, "tool")}, ${number(declaring)} ${declare} any hint. ${conflictWords(data)} Hints are claims: they never lower a verdict.`,
    table(["Hint", "true", "false", "not declared"], rows),
  ];
}

function figurePart({ title, lead, columns, rows, empty }: Figure): string | undefined {
  if (rows.length === 0) return section(title, lead.join(" ") || empty);
  const shares = rows.some(({ share }) => share !== undefined);
  const cells = rows.map(({ label, url, count: counted, share }) => [
    url ? link(plain(label), url) : plain(label),
    number(counted),
    ...(shares ? [share ?? ""] : []),
  ]);
  return section(title, lead.join(" "), table([...columns, ...(shares ? ["Share"] : [])], cells));
}

const number = (value: number): string => value.toLocaleString("en-GB");
