import type { Evidence, ToolDefinition, Verdict } from "../../classifier/index.ts";
import type { CorrectedVerdict, Recommendation } from "../../policy/index.ts";
import type { ReviewedVerdict } from "../../review/index.ts";
import { alarmWords } from "../../site/src/lib/alarm.ts";
import { renderBeforeCorrection } from "./correction.ts";
import { renderEvidence } from "./evidence.ts";
import { paintRisk, renderMark } from "./mark.ts";
import { renderReasons } from "./policy.ts";
import { renderStages } from "./review.ts";
import { brief, type Paint, safe, safeJson, wrap } from "./text.ts";

/** Everything `placard explain` shows of a tool. */
export interface Explained extends Recommendation {
  server?: string;
  definition: ToolDefinition;
  verdict: CorrectedVerdict & ReviewedVerdict;
  /** What the definition costs a model; see classifier/tokens.ts. */
  tokens: { encoding: string; count: number; complete: boolean };
}

const LIMIT_OF_METHOD =
  "This is read from the definition alone: what the server says of the tool. What its code does can differ.";

/** A verdict for people: what, how bad, why, why not something else, the words that prove it, what to allow. */
export function renderExplanation(explained: Explained, width: number, paint: Paint): string {
  const sections = [
    head(explained, width, paint),
    why(explained.verdict, width),
    beforeCorrection(explained.verdict, width, paint),
    stages(explained.verdict, width, paint),
    evidence(explained, width, paint),
    branches(explained.verdict, width, paint),
    annotations(explained.verdict, width, paint),
    findings(explained.verdict, width, paint),
    policy(explained, width, paint),
    tokens(explained, width, paint),
    footer(explained.verdict, width, paint),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function head({ server, definition, verdict }: Explained, width: number, paint: Paint): string {
  const { category, risk, confidence, facets, reversible, reach, summary } = verdict;
  const alarm = alarmWords(verdict);
  const name = paint("bold", brief(definition.name, 200));
  const known =
    category === "Unknown" ? "Unknown: the definition does not say enough" : `${category}, ${risk} risk`;
  const facts = [
    `confidence ${confidence.toFixed(2)}`,
    `can be undone: ${reversible}`,
    `reaches: ${reach}`,
    facets.length > 0 ? `touches: ${facets.join(", ")}` : "",
  ];
  return [
    server === undefined ? name : `${name}  ${safe(server)}`,
    paintRisk(paint, risk, `${renderMark(category, risk)}  ${known}`),
    wrap(safe(summary), width),
    ...(alarm === undefined ? [] : [paint(["bold", "red"], `▲ ${alarm}`)]),
    paint("dim", wrap(facts.filter((fact) => fact !== "").join(" · "), width)),
  ].join("\n");
}

function why({ because, notBecause }: Verdict, width: number): string {
  const not = notBecause.map((entry) => wrap(`Not ${entry.category}: ${safe(entry.why)}`, width));
  return [wrap(safe(because), width), ...not].join("\n");
}

function beforeCorrection(verdict: CorrectedVerdict, width: number, paint: Paint): string {
  const said = renderBeforeCorrection(verdict, width);
  return said === "" ? "" : `${paint("bold", "Before the correction")}\n${said}`;
}

function stages(verdict: ReviewedVerdict, width: number, paint: Paint): string {
  const said = renderStages(verdict, width);
  return said === "" ? "" : `${paint("bold", "Which stage said what")}\n${said}`;
}

function evidence({ definition, verdict }: Explained, width: number, paint: Paint): string {
  if (verdict.evidence.length === 0) return "No word of the definition speaks for anything.";
  return `${paint("bold", "Evidence")}\n${renderEvidence(definition, verdict.evidence, width, paint)}`;
}

function branches({ branches: list }: Verdict, width: number, paint: Paint): string {
  if (list.length === 0) return "";
  const lines = list.map(({ argument, value, category, risk, because }) => {
    const call = `${brief(argument, 40)} = ${brief(JSON.stringify(value), 40)}`;
    return wrap(
      `${renderMark(category, risk)}  ${call}: ${category}, ${risk}. ${safe(because)}`,
      width,
      "  ",
    );
  });
  return [paint("bold", "By argument"), ...lines].join("\n");
}

function annotations({ annotations: { declared, conflicts } }: Verdict, width: number, paint: Paint): string {
  const said = Object.entries(declared).map(([hint, value]) => `${hint}: ${value}`);
  if (said.length === 0 && conflicts.length === 0) return "";
  const lines = conflicts.map(({ hint, suggested, why: reason }) =>
    wrap(`${hint} should be ${suggested}: ${safe(reason)}`, width, "  "),
  );
  const claims = said.length > 0 ? said.join(", ") : "none";
  return [paint("bold", "Annotations"), `  The server declares ${claims}.`, ...lines].join("\n");
}

function findings({ findings: list }: Verdict, width: number, paint: Paint): string {
  if (list.length === 0) return "";
  const lines = list.map(({ id, severity, message, evidence: proof }) => {
    const first = wrap(`${severity}: ${safe(message)} [${id}]`, width, "  ");
    return [first, ...proof.slice(0, 3).map((entry) => `    ${place(entry)}`)].join("\n");
  });
  return [paint("bold", "Findings"), ...lines].join("\n");
}

function place({ pointer, start, end, excerpt }: Evidence): string {
  return `${safe(pointer)} ${start}–${end}: “${brief(excerpt, 60)}”`;
}

function policy({ policy: document, reasons }: Explained, width: number, paint: Paint): string {
  const ours = reasons
    .filter(({ pointer }) => pointer !== "/default")
    .map((reason) => ({ ...reason, evidence: [] }));
  return [paint("bold", "Policy"), safeJson(document), renderReasons(ours, width, paint)].join("\n");
}

function tokens({ tokens: { encoding, count, complete } }: Explained, width: number, paint: Paint): string {
  const cost = `${complete ? "" : "at least "}${count.toLocaleString("en-GB")} tokens (${encoding})`;
  const what = "name, description and input schema, in every conversation that has the tool";
  return `${paint("bold", "In a model's context")}\n${wrap(`${cost}: ${what}.`, width, "  ")}`;
}

function footer({ digest, rules }: Verdict, width: number, paint: Paint): string {
  return paint("dim", `${wrap(LIMIT_OF_METHOD, width)}\n${digest}, rules ${rules}`);
}
