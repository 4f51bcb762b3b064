/** What stands on a server's page besides its tools and its flows. Much of it is strangers' text. */
import type { ServerDetail } from "../../../db/index.ts";
import { apiAnnotationsUrl, badgeUrl, ruleUrl, serverUrl } from "../lib/addresses.ts";
import type { AnnotationsView } from "../lib/annotations.ts";
import { badgeLabel, badgeSvg, serverBadge } from "../lib/badge.ts";
import { badgeSnippets } from "../lib/badge-snippets.ts";
import type { Connection } from "../lib/connect.ts";
import type { FindingsView } from "../lib/findings.ts";
import type { Absolute } from "../lib/head.ts";
import { escapeHidden, spelled } from "../lib/hidden.ts";
import { ruleTitle } from "../lib/rules.ts";
import type { ServerPage } from "../lib/server-page.ts";
import { count, dateWords, numberWords, STATUS_WORDS } from "../lib/words.ts";
import { html, Markup, type Part } from "./markup.ts";
import { sectionHtml } from "./parts.ts";
import { plainHtml, servedHtml } from "./text.ts";
import { severityHtml } from "./verdict.ts";

/** Of a stranger's reason, in characters. */
const REASON_AT_MOST = 1_000;
const NO_REASON = "no reason was recorded";

/** How its last crawls ended, where one did not end well. */
export function crawlNoticeHtml({ status, reason, lastCrawl }: ServerDetail, hasTools: boolean): Part {
  const why = (given?: string) =>
    html`<bdi>${plainHtml((given ?? NO_REASON).slice(0, REASON_AT_MOST))}</bdi>`;
  if (status !== "ok")
    return html`<div class="notice"><p>The last crawl ${STATUS_WORDS[status]}: ${why(reason)}</p>${hasTools && html`<p>The tools below are those of the last crawl that went well.</p>`}${lastCrawl.stderr && html`<details><summary>Its last words</summary>${servedHtml({ text: lastCrawl.stderr, limit: 4096 })}</details>`}</div>`;
  if (lastCrawl.status === "ok") return undefined;
  return html`<div class="notice"><p>A later crawl of <bdi>${spelled(lastCrawl.source)}</bdi> ${STATUS_WORDS[lastCrawl.status]}: ${why(lastCrawl.reason)}</p><p>What is here is what the last crawl that went well found.</p></div>`;
}

/** Tools of a finding before the fold, and behind it. */
const SHOWN = 6;
const FOLDED = 100;

/** Each finding once, with the tools that have it. */
export function serverFindingsHtml({ kinds }: FindingsView): Markup {
  return html`<ul class="findings">${kinds.map(({ id, severity, message, tools }) => {
    const links = tools
      .slice(0, SHOWN + FOLDED)
      .map(({ name, url }, index) => [
        index > 0 && index !== SHOWN && ", ",
        html`<a class="machine" href="${url}"><bdi>${plainHtml(name.slice(0, 120))}</bdi></a>`,
      ]);
    const left = tools.length - SHOWN - FOLDED;
    const more =
      tools.length > SHOWN &&
      html`<details><summary>${numberWords(tools.length - SHOWN)} more</summary><div class="found">${links.slice(SHOWN)}${left > 0 && ` and ${numberWords(left)} others`}</div></details>`;
    return html`<li class="${`severity-${severity}`}">${severityHtml(severity)} <div>${message}<span class="sub"><a href="${ruleUrl(id)}">${ruleTitle(id)}</a>, ${count(tools.length, "tool")}</span><div class="found">${links.slice(0, SHOWN)}</div>${more}</div></li>`;
  })}</ul>`;
}

/** Entries of its list that are shown. */
const PROBLEMS = 100;

export function problemsHtml(problems: ServerDetail["problems"]): Part {
  const rows = problems.slice(0, PROBLEMS).map(({ index, name, problem }) => {
    const named = name && html`<code><bdi>${plainHtml(name.slice(0, 120))}</bdi></code>: `;
    return html`<li class="severity-warning"><strong>No. ${index + 1}</strong><span>${named}<bdi>${spelled(problem)}</bdi></span></li>`;
  });
  const left = problems.length - rows.length;
  return [
    html`<p class="quiet">These entries of its answer could not be taken as tools.</p><ul class="findings">${rows}</ul>`,
    left > 0 && html`<p class="quiet">… and ${left} more, in the JSON.</p>`,
  ];
}

/** How a client is connected to it. */
export function connectHtml({ snippets, notes }: Connection): Part {
  const rows = snippets.map(({ what, text }, index) =>
    snippetHtml(`connect-${index}`, what, what, index === 0 ? escapeHidden(text) : text),
  );
  return [
    html`<p class="quiet">Load the policy below along with it: what a client does about a tool it has no rule for differs from client to client.</p><dl class="commands">${rows}</dl>`,
    notes.length > 0 && html`<p class="quiet"><bdi>${spelled(notes.join(" "))}</bdi></p>`,
  ];
}

/** @param label for those who do not see what stands above it */
function snippetHtml(id: string, what: string, label: string | undefined, text: string): Markup {
  return html`<div><dt>${what}</dt><dd class="code"><pre id="${id}" tabindex="0"${label !== undefined && html` aria-label="${label}"`}>${text}</pre><button type="button" data-copy="${id}" hidden>Copy</button></dd></div>`;
}

/** What its tools declare, and where the definitions say otherwise. */
export function annotationsAuditHtml({ server, annotations, annotationsCommand }: ServerPage): Part {
  return [
    html`<p>${annotations.sentences.join(" ")}</p>`,
    conflictsHtml(annotations),
    html`<p class="quiet">Annotations are what a server claims about its tools. They never lower a verdict. <a href="${apiAnnotationsUrl(server.id)}">What we would write instead, as JSON</a>.</p>`,
    html`<dl class="commands">${snippetHtml("command-annotations", "The same as a list to read, with the reasons", undefined, annotationsCommand)}</dl>`,
  ];
}

function conflictsHtml({ conflicts, left }: AnnotationsView): Part {
  const rows = conflicts.map(
    ({ tool, url, change }) =>
      html`<li><a class="machine" href="${`${url}#annotations`}"><bdi>${plainHtml(tool.slice(0, 200))}</bdi></a><span><code>${change.hint}: ${String(change.declared)}</code><span class="sub">${change.why} We would say ${String(change.suggested)}.</span></span></li>`,
  );
  return [
    rows.length > 0 && html`<ul class="conflicts">${rows}</ul>`,
    left > 0 && html`<p class="quiet">… and ${numberWords(left)} more, in the JSON.</p>`,
  ];
}

/**
 * Its badge, and what to paste to show it elsewhere. Badge and snippets hold no text of the server's.
 * @param isOpen whether other sites may show it
 */
export function badgeHtml(server: ServerDetail, absolute: Absolute, isOpen: boolean): Markup {
  const view = serverBadge(server);
  const [image, page] = [absolute(badgeUrl(server.id)), absolute(serverUrl(server.id))];
  const rows = badgeSnippets({ label: badgeLabel(view), image, page }).map(({ what, text }, index) =>
    snippetHtml(`badge-${index}`, what, `Badge as ${what}`, text),
  );
  const alone =
    !isOpen &&
    " This catalog is served to this machine alone; other pages can show the badge of a public one.";
  return sectionHtml(
    "Badge",
    "badge",
    // badgeSvg takes counts and words of ours and no stranger's text.
    html`<p>${new Markup(badgeSvg(view))}</p><dl class="commands">${rows}</dl><p class="quiet">It changes with the catalog.${alone}</p>`,
  );
}

export function crawlsHtml(crawls: ServerDetail["crawls"]): Markup {
  return html`<ol class="crawls">${crawls.map(({ startedAt, status, toolCount, version, source, reason }) => {
    const ended = status === "ok" ? count(toolCount, "tool") : STATUS_WORDS[status];
    const of = version && html`, version <bdi>${spelled(version.slice(0, 60))}</bdi>`;
    const why = reason && html`: <bdi>${plainHtml(reason.slice(0, 400))}</bdi>`;
    return html`<li><span>${dateWords(startedAt)}</span><span>${ended}${of}<span class="sub"><bdi>${spelled(source)}</bdi>${why}</span></span></li>`;
  })}</ol>`;
}
