/** What a verdict says and what it rests on. */
import type { AttackEvidence, Category, Finding, Risk, Verdict } from "../../../classifier/index.ts";
import type { CorrectedVerdict } from "../../../policy/index.ts";
import { attacksUrl, attackUrl, categoryUrl, facetUrl, riskUrl, ruleUrl } from "../lib/addresses.ts";
import { alarmWords } from "../lib/alarm.ts";
import type { ToolAttacks } from "../lib/attacks.ts";
import type { FacetRow } from "../lib/facet-view.ts";
import type { Footnote, Footnotes } from "../lib/footnotes.ts";
import { spelled } from "../lib/hidden.ts";
import { markLabel } from "../lib/mark.ts";
import { ruleTitle } from "../lib/rules.ts";
import { confidenceWords, dayWords, percent, RISK_LABEL, SEVERITY } from "../lib/words.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { markHtml, sectionHtml } from "./parts.ts";
import { noteRefsHtml, plainHtml } from "./text.ts";

export function verdictHeadHtml(verdict: Verdict): Markup {
  const { category, risk, confidence, facets, summary } = verdict;
  const sure =
    category === "Unknown" ? "nothing to go by" : `${confidenceWords(confidence)}, ${percent(confidence)}`;
  const tags = facets.map((facet) => html`<li><a href="${facetUrl(facet)}">${facet}</a></li>`);
  return html`<div class="verdict">${markHtml(category, risk, { size: "large" })}<div><p class="verdict-line"><a href="${categoryUrl(category)}">${category}</a><a class="${`risk-text risk-${risk}`}" href="${riskUrl(risk)}">${RISK_LABEL[risk]}</a><span class="quiet">${sure}</span></p><p class="summary" dir="auto">${summary}</p>${alarmHtml(verdict)}${tags.length > 0 && html`<ul class="tags" aria-label="What it touches">${tags}</ul>`}</div></div>`;
}

/** Said beside the mark, in words. */
function alarmHtml(verdict: Verdict): Part {
  const words = alarmWords(verdict);
  return (
    words &&
    html`<p class="alarm"><a href="#findings"><span aria-hidden="true">${SEVERITY.error.sign} </span>${words}</a></p>`
  );
}

export function facetsHtml(rows: readonly FacetRow[]): Markup {
  return html`<dl class="facts facets">${rows.map(({ facet, meaning, guessed, quotes, numbers }) => {
    const words = quotes.map((quote, index) => [
      index > 0 && ", ",
      html`<q><bdi>${plainHtml(quote.slice(0, 80))}</bdi></q>`,
    ]);
    const verb = guessed ? "mostly do" : quotes.length === 1 ? "shows" : "show";
    const shown =
      quotes.length > 0
        ? [guessed ? ": tools with words such as " : ", as ", words, ` ${verb}.`, noteRefsHtml(numbers)]
        : ". No single word of the definition decides it.";
    return html`<div><dt><a href="${facetUrl(facet)}">${facet}</a></dt><dd>It ${guessed && "probably "}${meaning}${shown}</dd></div>`;
  })}</dl>`;
}

/** Who corrected the verdict, and what stood there before. A reviewer's words are shown as text. */
export function correctionHtml(verdict: CorrectedVerdict): Part {
  const { correction } = verdict;
  if (!correction) return undefined;
  const { who, when, why, classified } = correction;
  return sectionHtml(
    "Corrected by a reader",
    "correction",
    html`<p><bdi>${spelled(who)}</bdi> read this definition on <time datetime="${when}">${dayWords(when)}</time>: <bdi>${spelled(why)}</bdi></p><p>${"review" in verdict ? "The classifier and a model" : "The classifier"} said <strong>${verdictWords(classified)}</strong>. ${classified.because}</p><p class="quiet">A correction is about these very words: when the server changes the definition, the classifier's verdict is back until somebody reads it again.</p>`,
  );
}

/** "Unknown", or category and risk. */
export function verdictWords({ category, risk }: { category: Category; risk: Risk }): string {
  return category === "Unknown" ? "Unknown" : markLabel(category, risk);
}

export function findingsHtml(findings: readonly Finding[], notes: Footnotes): Markup {
  return html`<ul class="findings">${findings.map(
    ({ id, severity, message, evidence }) =>
      html`<li class="${`severity-${severity}`}">${severityHtml(severity)} <span>${message}${noteRefsHtml(notes.numbers(evidence))}<span class="sub"><a href="${ruleUrl(id)}">${ruleTitle(id)}</a></span></span></li>`,
  )}</ul>`;
}

export function severityHtml(severity: Finding["severity"]): Markup {
  const { sign, label } = SEVERITY[severity];
  return html`<strong><span aria-hidden="true">${sign} </span>${label}</strong>`;
}

export function evidenceHtml(list: readonly Footnote[]): Markup {
  return html`<ol class="notes">${list.map(
    ({ number, excerpt, pointer, pushes }) =>
      html`<li id="note-${number}">${quoteHtml(excerpt, pointer)}${pushes.map(({ rule, what }) => html`<span class="note-rule"><a href="${ruleUrl(rule)}">${ruleTitle(rule)}</a>${what && html` <span class="note-push">${what}</span>`}</span>`)}</li>`,
  )}</ol>`;
}

/** Words of the definition, and where they stand. */
export function quoteHtml(excerpt: string, pointer: string): Markup {
  return html`<q><bdi>${plainHtml(excerpt.slice(0, 200))}</bdi></q> <span class="quiet note-place">in <code><bdi>${plainHtml(pointer.slice(0, 300) || "/")}</bdi></code></span>`;
}

/** Places of one attack that are named. */
const PLACES = 4;

/** What a tool could be used for. Reasons quote the definition; the places say where. */
export function attacksHtml({ matches, every }: ToolAttacks, notes: Footnotes): Part {
  const found = matches.map(({ pattern, title, because, evidence }) => {
    const places = placesOf(evidence, notes).map(
      ({ pointer, numbers }) =>
        html`<li>in <code><bdi>${plainHtml(pointer.slice(0, 200))}</bdi></code>${noteRefsHtml(numbers)}</li>`,
    );
    return html`<li><a href="${attackUrl(pattern)}">${title}</a><p><bdi>${plainHtml(because.slice(0, 1000))}</bdi></p><ul class="places">${places}</ul></li>`;
  });
  const others = every.map(({ slug, title }, index) => [
    index > 0 && ", ",
    html`<a href="${attackUrl(slug)}">${title}</a>`,
  ]);
  return [
    found.length > 0
      ? html`<p class="quiet">What the definition leaves room for, and why. Whether an attack works stands in the server's code.</p><ul class="attacks">${found}</ul>`
      : html`<p>None of the patterns that need something of a tool fits its definition.</p>`,
    html`<details class="why"><summary>${every.length} patterns concern every tool, whatever it does</summary><p>${others}. <a href="${attacksUrl()}">All attack patterns</a>.</p></details>`,
  ];
}

/** Pointers once each, with the numbers of the footnotes there. */
function placesOf(
  evidence: readonly AttackEvidence[],
  notes: Footnotes,
): { pointer: string; numbers: number[] }[] {
  const pointers = [...new Set(evidence.map(({ pointer }) => pointer))].slice(0, PLACES);
  return pointers.map((pointer) => ({
    pointer,
    numbers: notes.numbers(evidence.filter((place) => place.pointer === pointer)),
  }));
}
