/** Published flaws of a package, for the version that was asked, and links to others' texts. */
import type { AdvisoryMatch } from "../../../classifier/index.ts";
import { attackUrl } from "../lib/addresses.ts";
import { affectedWords, attackNamed, type Source } from "../lib/attacks.ts";
import { html, type Markup } from "./markup.ts";

export function advisoriesHtml(flaws: readonly AdvisoryMatch[]): Markup {
  return html`<ul class="flaws">${flaws.map((flaw) => {
    const { id, cvss, applies, fact, pattern, sources } = flaw;
    const title = (attackNamed(pattern)?.title ?? pattern).toLowerCase();
    const affected =
      applies === "yes"
        ? html`<span class="affected"><span aria-hidden="true">▲ </span>This version is affected.</span>`
        : html`<span class="quiet">Some versions are affected; which one this is, is not known.</span>`;
    return html`<li><p class="flaw-head"><strong>${id}</strong> ${cvss !== undefined && html`<span class="tag">CVSS ${cvss}</span>`} ${affected}</p><p>${fact}</p><p class="sub">Affected: ${affectedWords(flaw)}. A case of <a href="${attackUrl(pattern)}">${title}</a>.</p>${sourcesHtml(sources)}</li>`;
  })}</ul>`;
}

const READ: Record<Source["read"], string> = {
  primary: "we read it",
  record: "we read its public record",
  cited: "cited by others; we did not read it",
  secondary: "told by others; we did not read it",
};
const LONGEST = 60;

/** Links to others' texts, and whether we read them. */
export function sourcesHtml(sources: readonly Source[]): Markup {
  return html`<ul class="sources">${sources.map(({ url, read }) => html`<li><a href="${url}" rel="noreferrer">${shortOf(url)}</a> <span class="quiet">${READ[read]}</span></li>`)}</ul>`;
}

/** An address as people read it, cut where it gets long. */
function shortOf(url: string): string {
  const text = url.replace(/^https:\/\/(www\.)?/, "").replace(/\/$/, "");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
