/** A definition as it was served, in the order in which it is read, with the evidence in it. */
import { annotate } from "../lib/annotate.ts";
import type { Footnotes } from "../lib/footnotes.ts";
import { spelled } from "../lib/hidden.ts";
import type { SchemaRow, SchemaView } from "../lib/schema.ts";
import type { ToolPage } from "../lib/tool-page.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { piecesHtml, servedHtml } from "./text.ts";

/** Properties before the fold: of what goes in, and of what comes back. */
const INPUT_ROWS = 24;
const OUTPUT_ROWS = 8;
/** Depths that look different. */
const DEEPEST = 5;

export function definitionHtml({ tool, notes, title, description, input, output, extras }: ToolPage): Markup {
  const name = piecesHtml(annotate(tool.name, notes.at("/name")), notes);
  return html`<div class="definition"><h3>name</h3><div class="served" dir="auto">${name}</div>${[
    title && [html`<h3>title</h3>`, servedHtml({ text: title, marks: notes.at("/title"), notes })],
    html`<h3>description</h3>`,
    description
      ? servedHtml({ text: description, marks: notes.at("/description"), notes })
      : html`<p class="quiet">The server gives none.</p>`,
    html`<h3>arguments</h3>`,
    schemaHtml(input, notes, INPUT_ROWS),
    output && [html`<h3>answer</h3>`, schemaHtml(output, notes, OUTPUT_ROWS)],
    extras.length > 0 && extrasHtml(extras, notes),
  ]}</div>`;
}

function extrasHtml(extras: ToolPage["extras"], notes: Footnotes): Markup {
  return html`<h3>also served</h3><ul class="schema">${extras.map(({ key, pointer, text }) => {
    const name = piecesHtml(annotate(key.slice(0, 200), notes.at(pointer)), notes);
    return html`<li><p class="property"><code class="property-name"><bdi>${name}</bdi></code></p>${servedHtml({ text, limit: 300 })}</li>`;
  })}</ul>`;
}

function schemaHtml({ rows, left, empty }: SchemaView, notes: Footnotes, limit: number): Part {
  const shown = rows.length > limit * 1.25 ? rows.slice(0, limit) : rows;
  const rest = rows.slice(shown.length);
  const list = (some: SchemaRow[]) => html`<ul class="schema">${some.map((row) => rowHtml(row, notes))}</ul>`;
  return [
    empty && html`<p class="quiet">${empty}</p>`,
    shown.length > 0 && list(shown),
    rest.length > 0 &&
      html`<details class="more"><summary>Show ${shown.length > 0 ? "the other" : "its"} ${rest.length} properties</summary>${list(rest)}</details>`,
    left > 0 && html`<p class="quiet">${left} more properties are not shown here; the raw JSON has them.</p>`,
  ];
}

function rowHtml(row: SchemaRow, notes: Footnotes): Markup {
  const { name, pointer, depth, type, required, note, limits, values, description } = row;
  const shown = piecesHtml(annotate(name, notes.at(pointer)), notes);
  return html`<li class="depth-${Math.min(depth, DEEPEST)}"><p class="property"><code class="property-name"><bdi>${shown}</bdi></code><span class="property-type"><bdi>${spelled(type)}</bdi></span>${required && html`<span class="tag">required</span>`}${note && html`<span class="property-limit">${note}</span>`}${limits.map((limit) => html`<span class="property-limit"><bdi>${spelled(limit)}</bdi></span>`)}</p>${values.length > 0 && valuesHtml(values, notes)}${description && servedHtml({ text: description, marks: notes.at(`${pointer}/description`), notes, limit: 600 })}</li>`;
}

function valuesHtml(values: SchemaRow["values"], notes: Footnotes): Markup {
  return html`<p class="values"><span class="quiet">one of</span>${values.map(({ text, pointer }) => {
    return html`<code><bdi>${piecesHtml(annotate(text.slice(0, 200), notes.at(pointer)), notes)}</bdi></code>`;
  })}</p>`;
}
