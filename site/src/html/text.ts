/** Strangers' text: text and nothing else, with evidence marked in it and hidden characters shown. */

import { ruleUrl } from "../lib/addresses.ts";
import { annotate, cutAt, type Mark, type Piece, splitMarks } from "../lib/annotate.ts";
import type { Footnotes } from "../lib/footnotes.ts";
import { type Run, visibleRuns } from "../lib/hidden.ts";
import { ruleTitle } from "../lib/rules.ts";
import { html, type Markup, type Part } from "./markup.ts";

/** In Served, in characters. */
const SHOWN_AT_MOST = 100_000;
/** Numbers of footnotes behind one sentence. */
const REFS_AT_MOST = 20;

/** Pieces of a text one after the other. Nothing of ours stands between them: they may be preformatted. */
export function piecesHtml(pieces: readonly Piece[], notes?: Footnotes): Part {
  return pieces.map(({ runs, notes: [first], ends }) => {
    if (first === undefined && ends.length === 0) return runsHtml(runs);
    const rule = notes?.rule(first ?? 0) ?? "";
    const shown = runsHtml(runs);
    return [
      first === undefined
        ? shown
        : html`<a class="evidence" href="${ruleUrl(rule)}" title="${ruleTitle(rule)}">${shown}</a>`,
      ends.length > 0 && html`<sup class="note-refs">${ends.map(refHtml)}</sup>`,
    ];
  });
}

/** Characters that show, and chips for those that do not. */
export function runsHtml(runs: readonly Run[]): Part {
  return runs.map((run) =>
    "text" in run
      ? run.text
      : html`<span class="hidden-character" title="A character that does not show">${run.code}</span>`,
  );
}

function refHtml(number: number): Markup {
  return html`<a href="#note-${number}" aria-label="Evidence ${number}">${number}</a>`;
}

/** A short text without evidence in it, isolated in its direction by whoever puts it somewhere. */
export function plainHtml(text: string): Part {
  return runsHtml(visibleRuns(text));
}

/** Numbers that lead to footnotes, without a space in front. */
export function noteRefsHtml(numbers: readonly number[]): Part {
  return numbers
    .slice(0, REFS_AT_MOST)
    .map((number) => html`<sup class="note-refs">${refHtml(number)}</sup>`);
}

export interface ServedText {
  text: string;
  marks?: Mark[];
  notes?: Footnotes;
  /** Characters before the fold. */
  limit?: number;
}

/** A stranger's text: isolated in its direction, a long one folded. */
export function servedHtml({ text, marks = [], notes, limit = 1_500 }: ServedText): Markup {
  if (text.length <= limit * 1.2)
    return html`<div class="served" dir="auto">${piecesHtml(annotate(text, marks), notes)}</div>`;
  const cut = cutAt(text, limit);
  const { head, rest } = splitMarks(marks, cut);
  const tail = text.slice(cut, cutAt(text, SHOWN_AT_MOST));
  return html`<div class="served" dir="auto">${piecesHtml(annotate(text.slice(0, cut), head), notes)}<details><summary>Show the other ${(text.length - cut).toLocaleString("en-GB")} characters</summary>${piecesHtml(annotate(tail, rest), notes)}${text.length > SHOWN_AT_MOST && html`<em> … cut here; the raw JSON has all of it.</em>`}</details></div>`;
}
