/** Puts the addresses of a static site into what the live one answers. */

/** In: a live address. Out: the one to write, with the base; undefined when there is nothing for it. */
export type Readdress = (live: string) => string | undefined;

/** Attributes of ours that hold addresses. Text cannot look like one: Astro escapes quotes in it. */
const ADDRESSES = / (href|src|action)="([^"]*)"/g;
const FORMS = /<form\b[^>]*? action="([^"]*)"[\s\S]*?<\/form>/g;
const ENTITIES: Record<string, string> = { amp: "&", "#38": "&", "#39": "'", "#34": '"', quot: '"' };

/** What becomes of forms, which a static site cannot answer. */
export interface Forms {
  /** The one form that a script answers: where it leads on the live site, and here. */
  search: { from: string; to: string };
  /** What stands in the place of the others. */
  instead: string;
}

/** A page with every address of the site in it replaced. A link that leads nowhere in a static site stays as text. */
export function placeLinks(html: string, readdress: Readdress, { search, instead }: Forms): string {
  const answerable = html.includes("<form")
    ? html.replace(FORMS, (form, action: string) => (action === search.from ? form : instead))
    : html;
  return answerable.replace(ADDRESSES, (attribute, name: string, value: string) => {
    if (name === "action") return ` action="${escaped(search.to)}"`;
    if (!value.startsWith("/") || value.startsWith("//")) return attribute;
    const address = readdress(plain(value));
    return address === undefined ? "" : ` ${name}="${escaped(address)}"`;
  });
}

/** Links of a Markdown text; what strangers wrote has its brackets escaped. */
export function placeMarkdown(text: string, readdress: Readdress): string {
  return text.replace(/\]\((\/[^\s)]*)\)/g, (link, live: string) => {
    const address = readdress(live);
    return address === undefined ? link : `](${address})`;
  });
}

/**
 * Whole URLs of the site, which it writes with a host that nobody can know, so that what strangers sent has none.
 * @param site scheme and host of the static site.
 * @param place gives every address one, if only the live site's.
 */
export function placeWhole(
  text: string,
  host: string,
  site: string,
  place: (live: string) => string,
): string {
  if (!text.includes(host)) return text;
  const own = host.replaceAll(".", "\\.");
  // What a quote or a tag opens ends with the next; elsewhere a URL stands in brackets or in (escaped) apostrophes.
  const alone = `(?<=[">])${own}([^\\s"<>\\\\]*)`;
  const among = `${own}((?:(?!&#39;)[^\\s"<>)\\\\])*)`;
  return text.replace(new RegExp(`${alone}|${among}`, "g"), (_, quoted?: string, bare?: string) => {
    return `${site}${escaped(place(plain(quoted || bare || "/")))}`;
  });
}

/** Parts of our answers that hold objects with an address in `url`. What strangers sent is in none of them. */
const HOLDERS = new Set([
  "items",
  "tokens",
  "heaviest",
  "attacks",
  "advisories",
  "flows",
  "legs",
  "alone",
  "tools",
  "break",
  "steps",
  "formats",
]);

/** An answer of the API with every `url` of ours in it replaced; null where there is no such page. */
export function placeUrls(value: unknown, readdress: Readdress): unknown {
  if (Array.isArray(value)) return value.map((item) => placeUrls(item, readdress));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => {
      if (key === "url" && typeof held === "string" && held.startsWith("/"))
        return [key, readdress(held) ?? null];
      return [key, HOLDERS.has(key) ? placeUrls(held, readdress) : held];
    }),
  );
}

function plain(attribute: string): string {
  return attribute.replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

function escaped(address: string): string {
  return address.replaceAll("&", "&#38;").replaceAll('"', "&#34;");
}
