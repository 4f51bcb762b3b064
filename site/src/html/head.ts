/** What the head of a page says of it, but for its styles and scripts. Titles hold strangers' names. */
import { markdownUrl } from "../lib/addresses.ts";
import { type Absolute, type Head, jsonLd, SITE_IMAGE } from "../lib/head.ts";
import { spelled } from "../lib/hidden.ts";
import { html, Markup, type Part } from "./markup.ts";

export interface PageHead {
  title: string;
  description: string;
  /** Load the page anew every so many seconds where scripts don't run. */
  refresh?: number;
  /** For pages that other programs should find: not for errors. */
  head?: Head;
}

/** In characters. */
const LONGEST = 300;

/** @param absolute makes whole URLs; without the site's own address there is nothing absolute to say */
export function headHtml({ title, description, refresh, head }: PageHead, absolute?: Absolute): string {
  const about = spelled(description.slice(0, LONGEST));
  return html`<title>${spelled(title)}</title><meta name="description" content="${about}"><link rel="icon" href="/favicon.svg" type="image/svg+xml">${[
    refresh && html`<noscript><meta http-equiv="refresh" content="${String(refresh)}"></noscript>`,
    head?.twin && html`<link rel="alternate" type="text/markdown" href="${markdownUrl(head.address)}">`,
    head && absolute && wholeHtml(head, spelled(title.slice(0, LONGEST)), about, absolute),
  ]}`.text;
}

function wholeHtml(head: Head, title: string, description: string, absolute: Absolute): Part {
  const { address, feeds = [], image = SITE_IMAGE, data } = head;
  const graph = {
    "og:type": "website",
    "og:site_name": "Placard",
    "og:title": title,
    "og:description": description,
    "og:url": absolute(address),
    "og:image": absolute(image.address),
    "og:image:type": "image/png",
    "og:image:width": "1200",
    "og:image:height": "630",
    "og:image:alt": image.alt,
  };
  return [
    html`<link rel="canonical" href="${absolute(address)}">`,
    feeds.map(
      (feed) =>
        html`<link rel="alternate" type="application/atom+xml" title="${feed.title}" href="${feed.atom}"><link rel="alternate" type="application/feed+json" title="${feed.title}" href="${feed.json}">`,
    ),
    Object.entries(graph).map(
      ([property, content]) => html`<meta property="${property}" content="${content}">`,
    ),
    html`<meta name="twitter:card" content="summary_large_image">`,
    // jsonLd leaves no sign in it that could end the element.
    data && html`<script type="application/ld+json">${new Markup(jsonLd(data(absolute)))}</script>`,
  ];
}
