/** Tools in tables and lists: a row each, of which a page may have two hundred. */
import type { ServerTool, ToolRow } from "../../../db/index.ts";
import { serverUrl, toolUrl } from "../lib/addresses.ts";
import { alarmWords, LOOKS_LIKE_ATTACK } from "../lib/alarm.ts";
import { spelled, visibleRuns } from "../lib/hidden.ts";
import { highlight } from "../lib/highlight.ts";
import { numberWords, percent, RISK_LABEL, SEVERITY } from "../lib/words.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { markHtml } from "./parts.ts";
import { plainHtml, runsHtml } from "./text.ts";

/** In characters. */
const NAME_AT_MOST = 200;

export interface ToolTableView {
  tools: readonly ToolRow[];
  caption: string;
  /** Name the server in each row. */
  servers?: boolean;
  /** Words to mark, in small letters. */
  words?: readonly string[];
}

export function toolTableHtml({ tools, caption, servers = false, words = [] }: ToolTableView): Markup {
  const rows = tools.map((tool) => {
    const { server, name, summary, excerpt, goneSince } = tool;
    const under = [
      goneSince && html`<span class="tag">gone</span>`,
      html`<span class="sub" dir="auto">${words.length > 0 ? markedHtml(summary, words) : summary}</span>`,
      tool.alarming && alarmHtml(tool, LOOKS_LIKE_ATTACK),
      excerpt && html`<span class="sub quoted" dir="auto">“${markedHtml(excerpt, words)}”</span>`,
      servers &&
        html`<span class="sub of"><a href="${serverUrl(server)}"><bdi>${spelled(server)}</bdi></a></span>`,
    ];
    const shown = name.slice(0, NAME_AT_MOST);
    const head = headHtml(tool, words.length > 0 ? markedHtml(shown, words) : plainHtml(shown), under);
    return html`<tr${goneSince && html` class="gone"`}>${head}${levelHtml(tool)}${sureHtml(tool)}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="tools-table"><caption class="unseen">${caption}</caption><thead><tr><th scope="col">Tool</th><th scope="col">Category</th><th scope="col">Risk</th><th scope="col">Sure</th><th scope="col">Touches</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/**
 * The rows of a server's own table.
 * @param tokens of each definition that was counted, by digest
 */
export function serverToolRowsHtml(tools: readonly ServerTool[], tokens: ReadonlyMap<string, number>): Part {
  return tools.map((tool) => {
    const counted = tokens.get(tool.digest);
    const head = headHtml(tool, plainHtml(tool.name.slice(0, NAME_AT_MOST)), [
      html`<span class="sub" dir="auto">${tool.summary}</span>`,
      alarmHtml(tool, alarmWords(tool.verdict)),
    ]);
    return html`<tr>${head}${levelHtml(tool)}<td class="number quiet">${counted === undefined ? "–" : numberWords(counted)}<span class="unit"> tokens</span></td>${sureHtml(tool)}</tr>`;
  });
}

function alarmHtml({ server, name }: ToolRow, words: string | undefined): Part {
  return (
    words &&
    html`<span class="sub alarm"><a href="${`${toolUrl(server, name)}#findings`}"><span aria-hidden="true">${SEVERITY.error.sign} </span>${words}</a></span>`
  );
}

function headHtml({ server, name, category, risk }: ToolRow, shown: Part, under: Part): Markup {
  return html`<th scope="row"><span class="tool">${markHtml(category, risk, { hidden: true })}<span><a class="machine" href="${toolUrl(server, name)}"><bdi>${shown}</bdi></a>${under}</span></span></th>`;
}

function levelHtml({ category, risk }: ToolRow): Markup {
  return html`<td>${category}</td><td class="${`risk-${risk}`}">${RISK_LABEL[risk].replace(" risk", "")}</td>`;
}

function sureHtml({ category, confidence, facets }: ToolRow): Markup {
  return html`<td class="quiet">${category === "Unknown" ? "–" : percent(confidence)}</td><td class="touches">${facets.join(", ")}</td>`;
}

/** A stranger's text with words marked in it. */
function markedHtml(text: string, words: readonly string[]): Part {
  return highlight(text, words).map((part) => {
    const runs = runsHtml(visibleRuns(part.text));
    return part.isHit ? html`<mark>${runs}</mark>` : runs;
  });
}
