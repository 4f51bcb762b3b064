/** A toxic flow: its legs as boxes in the order of the attack, the one to break marked in words; then how to break it. */
import type { BreakStep, Flow, FlowLeg, ToolName } from "../../../classifier/index.ts";
import { attackUrl, toolUrl } from "../lib/addresses.ts";
import { attackNamed } from "../lib/attacks.ts";
import { stepWords } from "../lib/flows.ts";
import { spelled } from "../lib/hidden.ts";
import { count, numberWords } from "../lib/words.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { plainHtml } from "./text.ts";

/** Tools of a leg, and steps, before the fold. */
const TOOLS = 3;
const STEPS = 5;
/** Of a name, in characters. */
const NAME_AT_MOST = 120;

export function flowHtml(flow: Flow): Part {
  const { steps, how, servers, because, leg: broken } = flow.break;
  const cases = flow.patterns.map((slug, index) => [
    index > 0 && ", ",
    html`<a href="${attackUrl(slug)}">${attackNamed(slug)?.title ?? slug}</a>`,
  ]);
  return [
    html`<h3 class="flow-title">${flow.title} <span class="${`tag risk-${flow.severity}`}">${flow.severity}</span></h3><p><bdi>${plainHtml(flow.because)}</bdi></p>`,
    html`<ol class="flow">${flow.legs.map((leg) => legHtml(leg, leg.id === broken))}</ol>`,
    flow.alone.total > 0 && aloneHtml(flow.alone),
    html`<h4>What breaks it</h4><p>${because}</p>`,
    how === "tools" && stepsHtml(steps),
    how === "separate" &&
      servers.length > 1 &&
      html`<p>${servers.map((server, index) => [index > 0 && ", ", html`<code><bdi>${spelled(server)}</bdi></code>`])}</p>`,
    html`<p class="quiet">A case of ${cases}.</p>`,
  ];
}

function legHtml({ title, tools, total }: FlowLeg, isBroken: boolean): Markup {
  const shown = tools
    .slice(0, TOOLS)
    .map(
      (tool) =>
        html`<li>${nameHtml(tool)}<span class="sub"><bdi>${plainHtml(tool.because.slice(0, 400))}</bdi></span></li>`,
    );
  const listed = tools.slice(TOOLS).map((tool) => html`<li>${nameHtml(tool)}</li>`);
  // Tools that the list does not even name are counted.
  const left = total - tools.length;
  const rest = html`<details><summary>${total - TOOLS} more</summary><ul>${listed}${left > 0 && html`<li class="quiet">and ${numberWords(left)} others</li>`}</ul></details>`;
  const head = html`<p class="leg"><strong>${title}</strong> <span class="quiet">${count(total, "tool")}</span>${isBroken && html`<span class="cut">Break it here</span>`}</p>`;
  return html`<li${isBroken && html` class="broken"`}>${head}<ul>${shown}</ul>${total > TOOLS && rest}</li>`;
}

function aloneHtml({ total, tools }: Flow["alone"]): Markup {
  const named = tools.slice(0, TOOLS);
  const who =
    total === 1
      ? "One tool makes all of it by itself: "
      : `${total} tools make all of it by themselves${named.length < total ? ", among them" : ":"} `;
  return html`<p>${who}${named.map((name, index) => [index > 0 && ", ", nameHtml(name)])}.</p>`;
}

function stepsHtml(steps: readonly BreakStep[]): Part {
  return [
    html`<ul class="steps">${steps.slice(0, STEPS).map(stepHtml)}</ul>`,
    steps.length > STEPS &&
      html`<details class="why"><summary>${steps.length - STEPS} more</summary><ul class="steps">${steps.slice(STEPS).map(stepHtml)}</ul></details>`,
  ];
}

function stepHtml(step: BreakStep): Markup {
  const { before, argument, behind } = stepWords(step);
  const of = argument && html`<code><bdi>${plainHtml(argument.slice(0, NAME_AT_MOST))}</bdi></code> of `;
  return html`<li>${before} ${of}${nameHtml(step)}${behind && ` ${behind}`}</li>`;
}

function nameHtml({ server, tool }: ToolName): Markup {
  return html`<a class="machine" href="${toolUrl(server, tool)}"><bdi>${plainHtml(tool.slice(0, NAME_AT_MOST))}</bdi></a>`;
}
