/** A tool's page, but for the frame that all pages have. */
import { MODEL_RULE } from "../../../classifier/index.ts";
import { apiAnnotationsUrl, apiToolUrl, changesUrl, rulesUrl, ruleUrl, serverUrl } from "../lib/addresses.ts";
import { elsewhereView } from "../lib/elsewhere.ts";
import { spelled } from "../lib/hidden.ts";
import type { ToolSurroundings } from "../lib/tool-around.ts";
import type { HintRow, ToolPage } from "../lib/tool-page.ts";
import { dateWords, HINT_MEANING, percent, reachWords, reversibleWords, tokenWords } from "../lib/words.ts";
import {
  answersHtml,
  elsewhereHtml,
  goneHtml,
  historyHtml,
  secondOpinionHtml,
  versionsHtml,
} from "./around.ts";
import { definitionHtml } from "./definition.ts";
import { advisoriesHtml } from "./flaws.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { factsHtml, markHtml, policyHtml, sectionHtml } from "./parts.ts";
import { plainHtml } from "./text.ts";
import {
  attacksHtml,
  correctionHtml,
  evidenceHtml,
  facetsHtml,
  findingsHtml,
  verdictHeadHtml,
} from "./verdict.ts";

/** The page is long: what most come for, in its order. Every tool's page has these sections. */
const JUMPS = html`<nav class="jumps" aria-label="On this page"><ul><li><a href="#why">Why</a></li><li><a href="#definition">Definition</a></li><li><a href="#evidence">Evidence</a></li><li><a href="#attacks">Attacks</a></li><li><a href="#policy">Policy</a></li><li><a href="#questions">Questions</a></li><li><a href="#origin">Origin</a></li></ul></nav>`;

/** The content of a tool's page, as HTML. */
export function toolHtml(page: ToolPage, { changes, similar, successors }: ToolSurroundings): string {
  const { tool, notes } = page;
  const { server, name, verdict } = tool;
  const parts: Part[] = [
    html`<header class="page-head"><p class="crumb"><a href="${serverUrl(server)}"><bdi>${spelled(server)}</bdi></a></p><h1 class="machine"><bdi>${plainHtml(name)}</bdi></h1>${tool.goneSince && goneHtml(tool, successors)}${verdictHeadHtml(verdict)}${JUMPS}</header>`,
    whyHtml(page),
    page.facets.length > 0 && sectionHtml("What it touches", "facets", facetsHtml(page.facets)),
    correctionHtml(verdict),
    secondOpinionHtml(verdict),
    verdict.findings.length > 0 &&
      sectionHtml(
        "Findings",
        "findings",
        html`<p class="quiet">What a reader should know of the text itself. Findings do not change the verdict.</p>`,
        findingsHtml(verdict.findings, notes),
      ),
    sectionHtml(
      "Definition",
      "definition",
      html`<p class="quiet">As the server gave it. Underlined words are the evidence; the numbers lead to what each one shows.</p>`,
      definitionHtml(page),
    ),
    sectionHtml(
      "Evidence",
      "evidence",
      notes.list.length > 0
        ? evidenceHtml(notes.list)
        : html`<p class="quiet">No rule found anything to hold on to in this definition.</p>`,
    ),
    page.branches.length > 0 && branchesHtml(page.branches),
    sectionHtml("What it could be used for", "attacks", attacksHtml(page.attacks, notes)),
    page.flaws.length > 0 &&
      sectionHtml(
        "Published flaws",
        "flaws",
        html`<p class="quiet">Of the package that served it, by its version.</p>`,
        advisoriesHtml(page.flaws),
      ),
    sectionHtml("Recommended policy", "policy", policyHtml(page.policy, server, name, "policy-document")),
    sectionHtml(
      "Questions",
      "questions",
      html`<p class="quiet">Answered from the verdict and the policy above.</p>`,
      answersHtml(page.answers),
    ),
    page.hints.length > 0 && annotationsHtml(page),
    sectionHtml(
      "What it costs to have it in context",
      "tokens",
      html`<p><strong>${tokenWords(page.tokens)}</strong>, in every conversation that has this tool, called or not.</p><p class="quiet">Counted as ${page.tokens.encoding} in the compact JSON of its name, description and input schema: what clients pass on to a model. Models with another tokenizer count differently.</p>`,
    ),
    sectionHtml("Try it", "try", commandsHtml(page.commands)),
    sectionHtml(
      "What changed",
      "changes",
      historyHtml(
        changes,
        changesUrl({ server, tool: name }),
        `Nothing since it was first seen, ${dateWords(tool.firstSeen)}.`,
        name,
      ),
      versionsHtml(tool.versions),
    ),
    similar && sectionHtml("On other servers", "elsewhere", elsewhereHtml(elsewhereView(similar, tool))),
    sectionHtml(
      "Where it came from",
      "origin",
      factsHtml(page.facts),
      page.raw &&
        html`<details class="why"><summary>The definition as JSON</summary><div class="code"><pre id="raw-definition" tabindex="0" aria-label="The definition as JSON">${page.raw}</pre></div></details>`,
      html`<p><a href="${apiToolUrl(server, name)}">Definition, verdict and all of this as JSON</a></p>`,
    ),
    limitsHtml(page),
  ];
  return html`${parts}`.text;
}

function whyHtml({ tool: { verdict } }: ToolPage): Markup {
  const others = verdict.notBecause.map(
    ({ category, why }) => html`<div><dt>Not ${category}</dt><dd>${why}</dd></div>`,
  );
  return sectionHtml(
    "Why this verdict",
    "why",
    html`<p>${verdict.because}</p>`,
    others.length > 0 && html`<dl class="not-because">${others}</dl>`,
    html`<dl class="facts"><div><dt>Can it be undone?</dt><dd>${reversibleWords(verdict)}</dd></div><div><dt>What can it affect?</dt><dd>${reachWords(verdict)}</dd></div></dl>`,
  );
}

function branchesHtml(branches: ToolPage["branches"]): Markup {
  const rows = branches.map(
    ({ category, risk, argument, value, because }) =>
      html`<li>${markHtml(category, risk)}<span><code><bdi>${spelled(argument)}</bdi> = <bdi>${spelled(String(value))}</bdi></code><span class="sub">${because}</span></span></li>`,
  );
  return sectionHtml(
    "It depends on the arguments",
    "branches",
    html`<p class="quiet">The verdict above is the worst of these.</p><ul class="branches">${rows}</ul>`,
  );
}

function annotationsHtml({ tool: { server, name }, hints, suggested }: ToolPage): Markup {
  return sectionHtml(
    "Annotations",
    "annotations",
    html`<p class="quiet">Annotations are what a server claims about its tool. They never lower a verdict.</p>`,
    html`<div class="scroll" tabindex="0" role="group" aria-label="Annotations, declared and suggested"><table class="plain"><caption class="unseen">Annotations, declared and suggested</caption><thead><tr><th scope="col">Hint</th><th scope="col">Server says</th><th scope="col">We would say</th></tr></thead><tbody>${hints.map(hintHtml)}</tbody></table></div>`,
    suggested &&
      html`<h3>For its maintainer</h3><p class="quiet">The hints as the definition shows them. A hint that is declared more careful than we would stays as it is.</p><figure class="code"><pre id="suggested-annotations" tabindex="0" aria-label="Suggested annotations">${suggested}</pre><figcaption><a href="${apiAnnotationsUrl(server, { tool: name })}">with the reasons, as JSON</a><button type="button" data-copy="suggested-annotations" hidden>Copy</button></figcaption></figure>`,
  );
}

function hintHtml({ hint, declared, suggested, conflict }: HintRow): Markup {
  const say = (value?: boolean) => (value === undefined ? "not declared" : String(value));
  return html`<tr${conflict && html` class="conflict"`}><th scope="row"><code>${hint}</code><span class="sub">${HINT_MEANING[hint]}</span></th><td>${say(declared)}</td><td>${suggested === undefined ? "–" : say(suggested)}${conflict && html`<strong class="sub">Conflict: ${conflict}</strong>`}</td></tr>`;
}

function commandsHtml(commands: ToolPage["commands"]): Markup {
  return html`<dl class="commands">${commands.map(({ what, command }, index) => {
    const id = `command-${index}`;
    return html`<div><dt>${what}</dt><dd class="code"><pre id="${id}" tabindex="0">${command}</pre><button type="button" data-copy="${id}" hidden>Copy</button></dd></div>`;
  })}</dl>`;
}

/** Rules whose pages are named to those who doubt a verdict. */
const RULES_NAMED = 6;

function limitsHtml({ tool: { verdict }, notes }: ToolPage): Markup {
  const pushing = new Set(notes.list.flatMap(({ pushes }) => pushes.map(({ rule }) => rule)));
  const learnt = pushing.delete(MODEL_RULE);
  const rules = [...pushing]
    .slice(0, RULES_NAMED)
    .map((rule, index) => [index > 0 && ", ", html`<a href="${ruleUrl(rule)}">${rule}</a>`]);
  const read =
    verdict.category === "Unknown"
      ? "and found none that it knows; that does not make the tool harmless."
      : "correction" in verdict
        ? "and was corrected here by somebody who read the definition."
        : `and gives this verdict a confidence of ${percent(verdict.confidence)}, not a proof.`;
  return sectionHtml(
    "Limits and disputes",
    "limits",
    html`<p>This speaks of the definition; a server can do something else than it says. The classifier reads words ${read}</p>`,
    html`<p>Wrong? Every verdict follows from rule files that anybody can read and change. Start with ${rules.length > 0 ? rules : html`<a href="${rulesUrl()}">the list of rules</a>`}: each page names its file, and this definition can become one of its examples.${learnt && html` Some words count because a <a href="${ruleUrl(MODEL_RULE)}">trained model</a> knows them; a rule for them would be the better reason.`}</p>`,
  );
}
