/** A server's tools as a table that its own links and form sort and filter. Without scripts; the address is the state. */
import { CATEGORIES } from "../../../classifier/index.ts";
import { serverUrl } from "../lib/addresses.ts";
import { spelled } from "../lib/hidden.ts";
import type { ServerToolsView, ToolSort } from "../lib/server-tools.ts";
import { count, numberWords, RISKS_WORST_FIRST } from "../lib/words.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { serverToolRowsHtml } from "./tools.ts";

/** So many tools need no form. */
const FEW = 6;
const COLUMNS: { sort: ToolSort; title: string }[] = [
  { sort: "name", title: "Tool" },
  { sort: "category", title: "Category" },
  { sort: "risk", title: "Risk" },
  { sort: "tokens", title: "Tokens" },
];
const DIRECTION = {
  name: "ascending",
  category: "descending",
  risk: "descending",
  tokens: "descending",
} as const;
const ARROW = { ascending: " ↑", descending: " ↓" };
const ORDER: Record<ToolSort, string> = {
  name: "by name",
  category: "worst category first",
  risk: "worst first",
  tokens: "heaviest first",
};

export interface ServerTable {
  view: ServerToolsView;
  server: string;
  /** All tools of the server. */
  total: number;
  /** Whether somebody answers: a published page is sorted one way. */
  isLive: boolean;
}

export function serverToolsHtml({ view, server, total, isLive }: ServerTable): Part {
  return [
    view.problems.map((problem) => html`<p class="notice"><bdi>${spelled(problem)}</bdi></p>`),
    isLive && total > FEW && formHtml(view, server),
    view.isFiltered &&
      html`<p>${numberWords(view.rows.length)} of ${count(total, "tool")}. <a href="${view.all}">Show all</a></p>`,
    view.rows.length === 0
      ? html`<p class="quiet">None of its tools fits.</p>`
      : tableHtml(view, isLive && total > 1),
  ];
}

function formHtml({ text, risk, category, sort }: ServerToolsView, server: string): Markup {
  const choices = (words: readonly string[], chosen?: string) =>
    words.map((word) => html`<option${word === chosen && SELECTED}>${word}</option>`);
  return html`<form class="search narrow" method="get" action="${`${serverUrl(server)}#tools`}"><label class="wide">Words in these tools<input type="search" name="text"${text !== undefined && html` value="${text}"`} maxlength="200"></label><label>Risk<select name="risk"><option value="">any</option>${choices(RISKS_WORST_FIRST, risk)}</select></label><label>Category<select name="category"><option value="">any</option>${choices(CATEGORIES, category)}</select></label>${sort !== "risk" && html`<input type="hidden" name="sort" value="${sort}">`}<button>Filter</button></form>`;
}

const SELECTED = html` selected`;

function tableHtml(view: ServerToolsView, isSortable: boolean): Markup {
  const caption = `Tools, ${ORDER[view.sort]}`;
  const heads = COLUMNS.map(({ sort, title }) => {
    const direction = sort === view.sort ? DIRECTION[sort] : undefined;
    const shown = isSortable
      ? html`<a class="sort" href="${view.sorts[sort]}" title="${`Sort ${ORDER[sort]}`}">${title}<span aria-hidden="true">${direction && ARROW[direction]}</span></a>`
      : title;
    return html`<th scope="col"${sort === "tokens" && html` class="number"`}${direction && html` aria-sort="${direction}"`}>${shown}</th>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="tools-table sortable"><caption class="unseen">${caption}</caption><thead><tr>${heads}<th scope="col">Sure</th><th scope="col">Touches</th></tr></thead><tbody>${serverToolRowsHtml(view.rows, view.tokens)}</tbody></table></div>`;
}
