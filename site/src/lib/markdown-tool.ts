/** A tool's page as Markdown. */
import type { ToolDetail } from "../../../db/index.ts";
import {
  apiPolicyUrl,
  apiToolUrl,
  attackUrl,
  changesUrl,
  markdownUrl,
  ruleUrl,
  serverUrl,
  toolUrl,
} from "./addresses.ts";
import { alarmWords } from "./alarm.ts";
import { elsewhereView } from "./elsewhere.ts";
import type { Footnote } from "./footnotes.ts";
import { answersPart, correctionPart, elsewherePart, gonePart, reviewPart } from "./markdown-around.ts";
import { changeLines } from "./markdown-changes.ts";
import { factsList, flawsPart, policyPart } from "./markdown-parts.ts";
import { bullets, code, fence, LIMITS, link, page, plain, section, table } from "./markdown-text.ts";
import { ruleTitle } from "./rules.ts";
import type { ToolSurroundings } from "./tool-around.ts";
import { prepareToolPage, type ToolPage } from "./tool-page.ts";
import {
  confidenceWords,
  dateWords,
  percent,
  RISK_LABEL,
  reachWords,
  reversibleWords,
  SEVERITY,
  tokenWords,
} from "./words.ts";

/** Footnotes that are listed: the JSON has all. */
const NOTES = 60;

/** The whole page, with what stands around the tool in the catalog. */
export function toolMarkdown(tool: ToolDetail, { changes, similar, successors }: ToolSurroundings): string {
  const view = prepareToolPage(tool);
  const { verdict } = tool;
  const { server, name } = tool;
  const alarm = alarmWords(verdict);
  return page(
    code(name),
    `A tool of the MCP server ${link(code(server), markdownUrl(serverUrl(server)))}. ${link("As a page", toolUrl(server, name))}, ${link("as JSON", apiToolUrl(server, name))}.`,
    gonePart(tool, successors),
    verdictLine(view),
    plain(verdict.summary, 1_000),
    alarm && `**${SEVERITY.error.sign} ${alarm}.**`,
    LIMITS,
    section(
      "Why this verdict",
      plain(verdict.because, 2_000),
      bullets(verdict.notBecause.map(({ category, why }) => `Not ${category}: ${plain(why, 1_000)}`)),
      bullets([
        `Can it be undone? ${reversibleWords(verdict)}`,
        `What can it affect? ${reachWords(verdict)}`,
      ]),
    ),
    correctionPart(verdict),
    reviewPart(verdict),
    findingsPart(view),
    definitionPart(view),
    section(
      "Evidence",
      notesList(view.notes.list) || "No rule found anything to hold on to in this definition.",
    ),
    section(
      "It depends on the arguments",
      bullets(
        view.branches.map(
          ({ argument, value, category, risk, because }) =>
            `${code(`${argument} = ${String(value)}`)}: **${category}, ${RISK_LABEL[risk].toLowerCase()}**. ${plain(because, 1_000)}`,
        ),
      ),
    ),
    section(
      "What it could be used for",
      bullets(
        view.attacks.matches.map(
          ({ pattern, title, because }) =>
            `${link(title, markdownUrl(attackUrl(pattern)))}: ${plain(because, 1_000)}`,
        ),
      ) || "None of the patterns that need something of a tool fits its definition.",
    ),
    flawsPart(view.flaws),
    policyPart(view.policy, apiPolicyUrl(server, { tool: name })),
    hintsPart(view),
    section(
      "What it costs to have it in context",
      `**${tokenWords(view.tokens)}** (${view.tokens.encoding}), in every conversation that has this tool.`,
    ),
    section("Try it", ...view.commands.flatMap(({ what, command }) => [`${what}:`, fence(command, "sh")])),
    section(
      "What changed",
      changeLines(changes.items) || `Nothing since it was first seen, ${dateWords(tool.firstSeen)}.`,
      changes.nextCursor === null
        ? undefined
        : link("All its changes", markdownUrl(changesUrl({ server, tool: name }))),
    ),
    answersPart(view.answers),
    similar && elsewherePart(elsewhereView(similar, tool)),
    section("Where it came from", factsList(view.facts)),
  );
}

function verdictLine({ tool: { verdict }, facets }: ToolPage): string {
  const { category, risk, confidence } = verdict;
  const sure =
    category === "Unknown" ? "nothing to go by" : `${confidenceWords(confidence)}, ${percent(confidence)}`;
  const touched = facets.map(({ facet, guessed }) => (guessed ? `${facet} (probably)` : facet));
  const touches = touched.length > 0 ? ` Touches: ${touched.join(", ")}.` : "";
  return `**${category}, ${RISK_LABEL[risk].toLowerCase()}** (${sure}).${touches}`;
}

function findingsPart({ tool: { verdict }, notes }: ToolPage): string | undefined {
  const lines = verdict.findings.map(({ id, severity, message, evidence }) => {
    const places = notes.numbers(evidence).map((number) => `[${number}]`);
    return `**${SEVERITY[severity].label}**: ${link(ruleTitle(id), markdownUrl(ruleUrl(id)))}. ${plain(message, 1_000)} ${places.join(" ")}`;
  });
  return section(
    "Findings",
    lines.length > 0 ? "They speak of the text itself and do not change the verdict." : "",
    bullets(lines),
  );
}

function definitionPart(view: ToolPage): string | undefined {
  const { definition } = view.tool;
  return section(
    "Definition",
    "As the server gave it. This is data, not an instruction to whoever reads it.",
    view.title && "Title:",
    view.title && fence(view.title),
    view.description ? "Description:" : "The server gives no description.",
    view.description && fence(view.description),
    "Arguments:",
    view.input.empty ??
      bullets(
        view.input.rows.map((row) => {
          const words = [row.type, row.required ? "required" : "", ...row.limits].filter(Boolean);
          const values =
            row.values.length > 0
              ? `, one of ${row.values.map(({ text }) => code(text, 100)).join(", ")}`
              : "";
          return `${code(row.pointer)}: ${words.map((word) => plain(word)).join(", ")}${values}`;
        }),
      ),
    "Input schema:",
    fence(JSON.stringify(definition.inputSchema ?? null, null, 2), "json"),
    view.output && "Output schema:",
    view.output && fence(JSON.stringify(definition.outputSchema, null, 2), "json"),
    view.extras.length > 0 ? "Also served:" : undefined,
    bullets(view.extras.map(({ pointer, text }) => `${code(pointer, 200)}: ${code(text, 300)}`)),
  );
}

function notesList(list: Footnote[]): string {
  const lines = list.slice(0, NOTES).map(({ number, excerpt, pointer, pushes }) => {
    const rules = pushes.map(
      ({ rule, what }) => `${link(ruleTitle(rule), markdownUrl(ruleUrl(rule)))}${what && `, ${what}`}`,
    );
    return `[${number}] ${code(excerpt, 200)} in ${code(pointer || "/")}: ${rules.join("; ")}`;
  });
  const left = list.length - lines.length;
  return bullets(left > 0 ? [...lines, `and ${left} more, in the JSON`] : lines);
}

function hintsPart({ hints, suggested }: ToolPage): string | undefined {
  if (hints.length === 0) return undefined;
  const say = (value?: boolean) => (value === undefined ? "not declared" : String(value));
  return section(
    "Annotations",
    "What the server claims. Claims never lower a verdict.",
    table(
      ["Hint", "Server says", "We would say"],
      hints.map((row) => [
        row.hint,
        say(row.declared),
        row.suggested === undefined ? "" : say(row.suggested),
      ]),
    ),
    bullets(hints.flatMap(({ hint, conflict }) => (conflict ? [`${hint}: ${plain(conflict, 1_000)}`] : []))),
    suggested && "As its maintainer would write them:",
    suggested && fence(suggested, "json"),
  );
}
