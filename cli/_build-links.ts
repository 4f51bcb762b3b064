/** Puts the addresses of a static site into what the live one answers. */

/** In: a live address. Out: the one to write, with the base; undefined when there is nothing for it. */
export type Readdress = (live: string) => string | undefined;

/** How attributes with addresses of ours begin, behind their names. Text cannot look so: Astro escapes quotes in it. */
const ADDRESS = '="/';
/** Their names, by the last letter. */
const HOLD_ADDRESSES: Record<string, string> = { f: " href", c: " src", n: " action" };
const FORMS = /<form\b[^>]*? action="([^"]*)"[\s\S]*?<\/form>/g;
const ENTITIES: Record<string, string> = {
  amp: "&",
  "#38": "&",
  "#39": "'",
  "#34": '"',
  quot: '"',
  apos: "'",
};

/** What becomes of forms, which a static site cannot answer. */
export interface Forms {
  /** The one form that a script answers: where it leads on the live site, and here. */
  search: { from: string; to: string };
  /** What stands in the place of the others. */
  instead: string;
}

/**
 * A page with every address of the site in it replaced. A link that leads nowhere in a static site stays as text.
 * @param readdress takes and gives addresses as they stand in an attribute.
 */
export function placeLinks(html: string, readdress: Readdress, { search, instead }: Forms): string {
  const answerable = html.includes("<form")
    ? html.replace(FORMS, (form, action: string) => (action === search.from ? form : instead))
    : html;
  let placed = "";
  let from = 0;
  // Every page has a hundred links: looking for the sign is many times as fast as a pattern with names in it.
  for (let at = answerable.indexOf(ADDRESS); at !== -1; at = answerable.indexOf(ADDRESS, at + 1)) {
    const name = HOLD_ADDRESSES[answerable[at - 1] ?? ""];
    if (name === undefined || answerable[at + ADDRESS.length] === "/") continue;
    if (!answerable.startsWith(name, at - name.length)) continue;
    const start = at + ADDRESS.length - 1;
    const end = answerable.indexOf('"', start);
    const address = name === SENDS ? escaped(search.to) : readdress(answerable.slice(start, end));
    if (address !== undefined) placed += answerable.slice(from, start) + address;
    else placed += answerable.slice(from, at - name.length);
    from = address !== undefined ? end : end + 1;
  }
  return placed + answerable.slice(from);
}

const SENDS = " action";

/** Takes and gives addresses as they stand in an attribute. */
export function inAttributes(readdress: Readdress): Readdress {
  return (attribute) => {
    const address = readdress(plain(attribute));
    return address === undefined ? undefined : escaped(address);
  };
}

/**
 * Links of a Markdown text; what strangers wrote has its brackets escaped. Of a link that leads nowhere the label stays.
 */
export function placeMarkdown(text: string, readdress: Readdress): string {
  let placed = "";
  let from = 0;
  for (let at = text.indexOf(TARGET); at !== -1; at = text.indexOf(TARGET, at + 1)) {
    const start = at + TARGET.length - 1;
    const end = text.indexOf(")", start);
    const live = text.slice(start, end);
    if (end === -1 || /\s/.test(live)) continue;
    const address = readdress(live);
    // Few lead nowhere: only those need to know where their label begins.
    if (address === undefined) return placeLabels(text, readdress);
    placed += text.slice(from, start) + address;
    from = end;
    at = end - 1;
  }
  return placed + text.slice(from);
}

/** How a link's address begins. */
const TARGET = "](/";

function placeLabels(text: string, readdress: Readdress): string {
  return text.replace(MARKDOWN_LINK, (link, label: string | undefined, live: string) => {
    const address = readdress(live);
    if (address === undefined) return label ?? link;
    return label === undefined ? `](${address})` : `[${label}](${address})`;
  });
}

/** The label is missing where it has brackets of its own, as a picture in a link has. */
const MARKDOWN_LINK = /(?:(?<!!)\[((?:\\.|[^[\]\\])*))?\]\((\/[^\s)]*)\)/g;

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
  const named = text.replace(urlsAt(host), (_, quoted?: string, bare?: string) => {
    return `${site}${escaped(place(plain(quoted || bare || "/")))}`;
  });
  // Ids of entries (RFC 4151) are to be the same in every build.
  return named.replaceAll(`tag:${new URL(host).hostname},`, `tag:${new URL(site).hostname},`);
}

let last: { host: string; urls: RegExp } | undefined;

/** All that a build asks speaks of one host. */
function urlsAt(host: string): RegExp {
  if (last?.host !== host) {
    const own = host.replaceAll(".", "\\.");
    // What a quote or a tag opens ends with the next; elsewhere a URL stands in brackets or in (escaped) apostrophes.
    // Brackets of its own come in pairs: names such as `read(all)` are in addresses as they are.
    const alone = `(?<=[">])${own}([^\\s"<>\\\\]*)`;
    const letter = `(?!&(?:#39|#34|quot);)[^\\s"<>()\\\\]`;
    const among = `${own}((?:${letter}|\\((?:${letter})*\\))*)`;
    last = { host, urls: new RegExp(`${alone}|${among}`, "g") };
  }
  return last.urls;
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
  "changes",
  "steps",
  "formats",
]);

/** An answer of the API with every `url` of ours in it replaced; null where there is no such page. */
export function placeUrls(answer: object, readdress: Readdress): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([key, held]) => {
      if (key === "url" && typeof held === "string" && held.startsWith("/"))
        return [key, readdress(held) ?? null];
      return [key, HOLDERS.has(key) ? placeHeld(held, readdress) : held];
    }),
  );
}

function placeHeld(held: unknown, readdress: Readdress): unknown {
  if (Array.isArray(held)) return held.map((item) => placeHeld(item, readdress));
  return typeof held === "object" && held !== null ? placeUrls(held, readdress) : held;
}

/** An attribute's value without entities. */
export function plain(attribute: string): string {
  if (!attribute.includes("&")) return attribute;
  return attribute.replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

const PLAIN_ADDRESS = /^[^&"]*$/;

/** An address as the value of an attribute. */
export function escaped(address: string): string {
  return PLAIN_ADDRESS.test(address) ? address : address.replaceAll("&", "&#38;").replaceAll('"', "&#34;");
}
