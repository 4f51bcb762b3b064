/** Counts and costs as bars, the longest as long as there is room. */
import { toolUrl } from "../lib/addresses.ts";
import type { BarRow } from "../lib/pictures.ts";
import type { ServerTokens } from "../lib/tokens.ts";
import { numberWords } from "../lib/words.ts";
import { html, type Markup } from "./markup.ts";
import { markHtml } from "./parts.ts";
import { plainHtml } from "./text.ts";

export function barsHtml(rows: readonly BarRow[]): Markup {
  return html`<ul class="bars">${rows.map(({ letter, risk, url, label, width, count }) => {
    const sign = letter
      ? html`<span class="letter" aria-hidden="true">${letter}</span>`
      : markHtml(undefined, risk, { hidden: true });
    return html`<li>${sign}<a href="${url}">${label}</a>${barHtml(letter ? "ink" : `risk-${risk}`, width)}<span class="number">${numberWords(count)}</span></li>`;
  })}</ul>`;
}

/** What costs most: the longest bar is the heaviest tool's. */
export function weightsHtml(tools: ServerTokens<{ server: string; name: string }>["heaviest"]): Markup {
  const most = Math.max(1, ...tools.map(({ count }) => count));
  return html`<ol class="weights">${tools.map(({ tool: { server, name }, count, complete }) => {
    const width = Math.max(1, Math.round((count / most) * 100));
    return html`<li><a class="machine" href="${toolUrl(server, name)}"><bdi>${plainHtml(name.slice(0, 200))}</bdi></a>${barHtml("ink", width)}<span class="number">${!complete && "≥ "}${numberWords(count)}</span></li>`;
  })}</ol>`;
}

/** @param width 0 to 100 */
function barHtml(colour: string, width: number): Markup {
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rest" width="100" height="4"></rect><rect class="${colour}" width="${String(width)}" height="4"></rect></svg>`;
}
