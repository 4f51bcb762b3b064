/** Small parts that pages of tools and of servers share. */
import type { Category, Risk } from "../../../classifier/index.ts";
import { apiPolicyUrl, type PoliciesQuery, policiesUrl } from "../lib/addresses.ts";
import { annotate } from "../lib/annotate.ts";
import type { ChangedTool } from "../lib/changes.ts";
import type { Fact } from "../lib/facts.ts";
import { spelled } from "../lib/hidden.ts";
import { markSvg } from "../lib/mark.ts";
import { type PolicyView, quotes } from "../lib/policy.ts";
import type { ServerReason } from "../lib/policy-document.ts";
import { otherFormats } from "../lib/policy-formats.ts";
import { html, Markup, type Part } from "./markup.ts";
import { piecesHtml, plainHtml } from "./text.ts";

/** @param category left out, the mark stands for the risk alone */
export function markHtml(
  category: Category | undefined,
  risk: Risk,
  { hidden = false, size }: { hidden?: boolean; size?: "large" } = {},
): Markup {
  // markSvg takes two words of ours and no stranger's text.
  const svg = new Markup(markSvg(category, risk, hidden ? "hidden" : "shown"));
  return html`<span class="${size ? `mark-box ${size}` : "mark-box"}">${svg}</span>`;
}

export function sectionHtml(title: string, id: string, ...content: Part[]): Markup {
  return html`<section class="section" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><div class="section-body">${content}</div></section>`;
}

/** In characters. */
const VALUE_AT_MOST = 2_000;

export function factsHtml(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">${facts.map(({ label, value, url, code }) => {
    const shown = html`<bdi>${plainHtml(value.slice(0, VALUE_AT_MOST))}</bdi>`;
    const linked = url ? html`<a href="${url}">${shown}</a>` : shown;
    return html`<div><dt>${label}</dt>${code ? html`<dd class="machine">${linked}</dd>` : html`<dd>${linked}</dd>`}</div>`;
  })}</dl>`;
}

/** @param tool the tool it is for; all of the server's when absent */
export function policyHtml(view: PolicyView, server: string, tool: string | undefined, id: string): Part {
  return [
    html`<figure class="code"><pre id="${id}" tabindex="0" aria-label="Policy document">${view.text}</pre><figcaption><a href="${apiPolicyUrl(server, { tool })}">policy.json</a><button type="button" data-copy="${id}" hidden>Copy</button></figcaption></figure>`,
    policyFormatsHtml({ servers: [server], tool }),
    policyReasonsHtml(view.reasons),
  ];
}

export function policyFormatsHtml(query: PoliciesQuery): Markup {
  return html`<nav class="formats" aria-label="This policy in other formats"><p>The same for your client or gateway, or <a href="${policiesUrl(query)}" rel="nofollow">with other servers in one document</a>:</p><ul>${otherFormats(query).map(({ title, url }) => html`<li><a href="${url}" rel="nofollow">${title}</a></li>`)}</ul></nav>`;
}

const OPEN_AT_MOST = 6;
const REASONS_AT_MOST = 200;

export function policyReasonsHtml(reasons: readonly ServerReason[]): Part {
  if (reasons.length === 0) return undefined;
  const isOpen = reasons.length <= OPEN_AT_MOST;
  const rows = reasons.slice(0, REASONS_AT_MOST).map(({ server, pointer, why, evidence }) => {
    const of = server && html`<span class="sub"><bdi>${spelled(server)}</bdi></span>`;
    const words = quotes(evidence).map((quote) => html`<q><bdi>${plainHtml(quote.slice(0, 120))}</bdi></q>`);
    const where = pointer ? piecesHtml(annotate(pointer, [])) : "the whole document";
    return html`<div><dt>${of}<code><bdi>${where}</bdi></code></dt><dd><bdi>${spelled(why)}</bdi>${words}</dd></div>`;
  });
  const left = reasons.length - rows.length;
  return html`<details class="why"${isOpen && OPEN}><summary>Why each rule is there</summary><p class="quiet">The rules as in policy.json, before what another format cannot say of them.</p><dl class="reasons">${rows}</dl>${left > 0 && html`<p class="quiet">… and ${left.toLocaleString("en-GB")} more, in the JSON.</p>`}</details>`;
}

const OPEN = html` open`;

/**
 * Changes of one crawl, a tool at a time. Names are strangers' text.
 * @param own the tool that the page is of: its name is left out
 */
export function changesHtml(tools: readonly ChangedTool[], own?: string): Markup {
  return html`<ul class="changes">${tools.map((tool) => html`<li${tool.lines.some((line) => line.raised) && html` class="raised"`}>${tool.state ? markHtml(tool.state.category, tool.state.risk, { hidden: true }) : html`<span></span>`}<div>${tool.name !== own && html`<a class="machine" href="${tool.url}"><bdi>${plainHtml(tool.name.slice(0, 200))}</bdi></a>`}<ul class="change-lines">${tool.lines.map(changeLineHtml)}</ul></div></li>`)}</ul>`;
}

function changeLineHtml({ raised, label, details, was }: ChangedTool["lines"][number]): Markup {
  const isWhole = raised || details.length > 0 || was !== undefined;
  const head = raised
    ? html`<strong class="raised-label"><span aria-hidden="true">▲ </span>${label}</strong>`
    : html`<span>${label}</span>`;
  return html`<li${isWhole && html` class="whole"`}>${head}${details.length > 0 && html`<span class="quiet">${details.join("; ")}</span>`}${was && html`<span class="quiet">was <a class="machine" href="${was.url}"><bdi>${plainHtml(was.name.slice(0, 200))}</bdi></a></span>`}</li>`;
}
