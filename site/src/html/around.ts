/** What stands around the verdict of a tool: its past, its successors, what is like it, a second opinion. */

import type { Verdict } from "../../../classifier/index.ts";
import type { ChangeRow, Page, ToolDetail, ToolVersion } from "../../../db/index.ts";
import type { ApiReview } from "../api/types.ts";
import { serverUrl, toolUrl } from "../lib/addresses.ts";
import type { Answer } from "../lib/answer.ts";
import { changedServers } from "../lib/changes.ts";
import type { ElsewhereView } from "../lib/elsewhere.ts";
import { spelled } from "../lib/hidden.ts";
import type { Successors } from "../lib/lost-tool.ts";
import { dateWords, RISK_LABEL } from "../lib/words.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { changesHtml, markHtml, sectionHtml } from "./parts.ts";
import { plainHtml } from "./text.ts";
import { quoteHtml, verdictWords } from "./verdict.ts";

/**
 * The last changes of one server or one tool, crawl by crawl.
 * @param all where all of them are listed
 * @param none said when there is none
 * @param own the tool, on its own page
 */
export function historyHtml(page: Page<ChangeRow>, all: string, none: string, own?: string): Part {
  return [
    page.items.length === 0 && html`<p class="quiet">${none}</p>`,
    changedServers(page.items).map(({ at, tools }, index) => [
      index === 0 ? html`<h3 class="first">${dateWords(at)}</h3>` : html`<h3>${dateWords(at)}</h3>`,
      changesHtml(tools, own),
    ]),
    page.nextCursor !== null && html`<p><a href="${all}">All its changes</a></p>`,
  ];
}

export function versionsHtml(versions: readonly ToolVersion[]): Part {
  if (versions.length <= 1) return undefined;
  const rows = versions.map(
    ({ category, risk, firstSeen, lastSeen, digest }) =>
      html`<li>${markHtml(category, risk, { hidden: true })}<span>${category}, ${RISK_LABEL[risk].toLowerCase()}<span class="sub">${dateWords(firstSeen)} to ${dateWords(lastSeen)} · <code>${digest.slice(0, 19)}…</code></span></span></li>`,
  );
  return html`<h3>Definitions it has had</h3><ol class="versions">${rows}</ol>`;
}

/** That a server no longer lists a tool, since when, and what it lists in its place. */
export function goneHtml({ server, goneSince }: ToolDetail, successors?: Successors): Markup {
  const link = (name: string) =>
    html`<a class="machine" href="${toolUrl(server, name)}"><bdi>${spelled(name.slice(0, 200))}</bdi></a>`;
  const { renamed, near = [] } = successors ?? {};
  const instead =
    renamed !== undefined
      ? html`<p>It has the same tool under another name now: ${link(renamed)}.</p>`
      : near.length > 0
        ? html`<p>What it lists now under a name like it, which may do something else: ${near.map((name, index) => [index > 0 && ", ", link(name)])}.</p>`
        : html`<p>Nothing that it lists now has a name like it. <a href="${`${serverUrl(server)}#tools`}">What it lists now</a>.</p>`;
  return html`<div class="notice"><p>The server no longer lists this tool, since ${dateWords(goneSince ?? "")}. This is the last definition it gave.</p>${instead}</div>`;
}

/** Tools of other servers that are like this one, each with its own verdict. */
export function elsewhereHtml({ same, sameWords, groups, none }: ElsewhereView): Part {
  return [
    same.count > 0 && [
      html`<h3>The very same definition</h3><p>${sameWords}</p>`,
      html`<ul class="plain-list">${same.items.map(({ server, name }) => html`<li><a class="machine" href="${toolUrl(server, name)}"><bdi>${spelled(server)}</bdi></a></li>`)}</ul>`,
    ],
    groups.map(({ title, text, tools }) => {
      const rows = tools.map(
        (tool) =>
          html`<li>${markHtml(tool.category, tool.risk, { hidden: true })}<span><a class="machine" href="${toolUrl(tool.server, tool.name)}"><bdi>${plainHtml(tool.name.slice(0, 120))}</bdi></a><span class="sub">${verdictWords(tool)}, of <a href="${serverUrl(tool.server)}"><bdi>${spelled(tool.server)}</bdi></a></span></span></li>`,
      );
      return html`<h3>${title}</h3><p>${text}</p><ul class="alike">${rows}</ul>`;
    }),
    none && html`<p class="quiet">${none}</p>`,
  ];
}

/** What the rules said, what a model said of it, and which of the two counts. Its quotes are text from the definition. */
export function secondOpinionHtml({ review }: Verdict & { review?: ApiReview }): Part {
  if (!review) return undefined;
  const { offline, model, promptVersion, said, note, evidence } = review;
  const answer = said ? html`said <strong>${verdictWords(said)}</strong>` : "gave no answer that can be used";
  const quoted = evidence.map(({ pointer, excerpt }) => html`<li>${quoteHtml(excerpt, pointer)}</li>`);
  return sectionHtml(
    "Which stage said what",
    "stages",
    html`<p>The rules said <strong>${verdictWords(offline)}</strong>. The model <bdi class="machine">${spelled(model.slice(0, 200))}</bdi>, asked with prompt version ${promptVersion}, ${answer}. <bdi>${spelled(note)}</bdi></p>`,
    quoted.length > 0 && html`<p class="quiet">It quotes, from the definition:</p><ul>${quoted}</ul>`,
  );
}

/** In characters. */
const CODE_AT_MOST = 300;

/** Questions about one tool. Sentences quote the definition's names: text, with what does not show spelled out. */
export function answersHtml(answers: readonly Answer[]): Markup {
  return html`<dl class="answers">${answers.map(({ id, question, text, points }) => {
    const rows = points.map(pointHtml);
    return html`<div id="${`answer-${id}`}"><dt>${question}</dt><dd><p><bdi>${spelled(text)}</bdi></p>${rows.length > 0 && html`<ul>${rows}</ul>`}</dd></div>`;
  })}</dl>`;
}

function pointHtml({ text, code, isCodeFirst }: Answer["points"][number]): Markup {
  const words = text && html`<bdi>${spelled(text)}</bdi>`;
  const piece =
    code &&
    html`<code><bdi>${plainHtml(code.slice(0, CODE_AT_MOST))}${code.length > CODE_AT_MOST && "…"}</bdi></code>`;
  return isCodeFirst ? html`<li>${piece}: ${words}</li>` : html`<li>${words} ${piece}</li>`;
}
