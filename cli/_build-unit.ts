/** Makes the files of one unit: asks for its first pages, and for what they link to that is the unit's own. */
import { z } from "zod";
import {
  inAttributes,
  placeLinks,
  placeMarkdown,
  placeUrls,
  placeWhole,
  type Readdress,
} from "./_build-links.ts";
import type { OutputFile } from "./_build-output.ts";
import { type Place, placeOfPage } from "./_build-places.ts";
import type { Answer } from "./_build-render.ts";
import { type Frame, type Frames, framedText } from "./_page-frame.ts";
import { Failure } from "./failure.ts";

/** A link as pages have it. */
export interface Link {
  to: Place;
  /** The address to write, as it stands in an attribute, with the base. */
  written: string;
}

/** What units are made with. */
export interface Making {
  /** Asks the live site. */
  ask(live: string): Promise<Answer>;
  /** Where a live address stands in the static site. */
  place(live: string): Place | undefined;
  /** The same, of a live address as it stands in an attribute. */
  link(attribute: string): Link | undefined;
  /** The server that all is of which is made: nobody asks for other links. */
  server?: string;
  /** Path in front of every address, without `/` at its end. */
  base: string;
  /** The scheme and host that the live site writes, and those of the static one. */
  host: string;
  origin: string;
  /** The scheme and host that the live site calls its own, where it says whole addresses at all. */
  site?: string;
  /** What pages of one kind have in common, as soon as that is known. */
  frames: Frames;
  /** The Content-Security-Policy that hosts of static files do not send. */
  policy: string;
}

export interface Made {
  files: OutputFile[];
  /** Where its pages lead that is not the unit's own, by the file there. */
  links: Map<string, Place>;
}

/** Pages of a list that are made; a list that is longer says where the rest is. */
const PAGES_OF_A_LIST = 20;
/** Servers are the way to every tool: their lists are made to the end. */
const WHOLE_LISTS = new Set(["/servers/", "/api/v1/servers.json"]);
/** Where searching leads. */
const SEARCH = "/search/";
const LIVE_ONLY =
  '<p class="quiet">This is a static copy of the catalog. What stands here on a live one needs a program behind it: <code>npx placard serve</code>.</p>';

/**
 * @param first the places to begin with.
 * @param own whether a place that a page links to belongs to the unit.
 * @param absent addresses that links are known to lead nowhere at; grows.
 * @throws Failure when the site cannot make a page.
 */
export async function makeUnit(
  making: Making,
  first: readonly Place[],
  own: (place: Place) => boolean,
  absent: Set<string>,
): Promise<Made> {
  const todo = new Map(first.map((place) => [place.file ?? "", place]));
  const pages = new Map<string, Page>();
  const links = new Map<string, Place>();
  for (const [file, place] of todo) {
    const answers = await series(making, place, absent);
    if (!answers) {
      absent.add(file);
      continue;
    }
    for (const page of answers) pages.set(page.place.file ?? "", page);
    for (const page of answers) {
      for (const to of page.links.values()) {
        if (to.file === undefined || pages.has(to.file) || absent.has(to.file)) continue;
        if (own(to)) todo.set(to.file, todo.get(to.file) ?? to);
        else links.set(to.file, to);
      }
    }
  }
  // Pages that were made before it was known that one of their links leads nowhere.
  const files = [...pages.values()].map((page) =>
    absent.size > 0 && [...page.links.keys()].some((file) => absent.has(file))
      ? rewritten(making, page, absent)
      : page,
  );
  return {
    files: files.map(({ place, answer, body }) => ({ file: place.file ?? "", body: answer.bytes ?? body })),
    links,
  };
}

/** An answer of the live site, and what becomes of it. */
interface Page {
  place: Place;
  answer: Answer;
  /** Where a list goes on. */
  next?: Place;
  body: string;
  links: Map<string, Place>;
}

/** One page, or all pages of a list; undefined when there is none at that address. */
async function series(making: Making, first: Place, absent: Set<string>): Promise<Page[] | undefined> {
  const pages: Page[] = [];
  let place: Place | undefined = first;
  while (place) {
    const answer = await making.ask(place.live);
    if (answer.status >= 500)
      throw new Failure(
        `Making the page ${place.live}: the site answered ${answer.status}. The lines above say more.`,
      );
    if (answer.status !== 200 && place.file !== "404.html") return undefined;
    const following: string | undefined = nextOf(answer, place);
    const more = pages.length + 1 < PAGES_OF_A_LIST || WHOLE_LISTS.has(first.address);
    const next: Place | undefined =
      following && more ? placeOfPage(first, pages.length + 2, following) : undefined;
    pages.push(rewritten(making, { place, answer, next }, absent));
    place = next;
  }
  return pages;
}

/** Only lists have it, and looking for it is faster than for the link. */
const NEXT = 'rel="next"';

/** The live address of a list's next page. */
function nextOf({ type, body }: Answer, place: Place): string | undefined {
  if (body === "") return undefined;
  if (type.startsWith("text/html")) {
    if (!body.includes(NEXT)) return undefined;
    const href = /<a href="([^"]*)" rel="next"/.exec(body)?.[1];
    return href?.replace(/&(?:#38|amp);/g, "&");
  }
  if (!isJson(type) || !body.includes('"nextCursor":"')) return undefined;
  const { nextCursor } = objectIn(body);
  if (typeof nextCursor !== "string") return undefined;
  const [path = "", query] = place.live.split("?");
  const params = new URLSearchParams(query);
  params.set("cursor", nextCursor);
  return `${path}?${params}`;
}

const isJson = (type: string): boolean => type.startsWith("application/json");

const jsonObject = z.record(z.string(), z.unknown());

/** What an answer of the API holds: it is always an object. */
function objectIn(body: string): Record<string, unknown> {
  return jsonObject.parse(JSON.parse(body));
}

/** The answer with the addresses of the static site in it. */
function rewritten(
  making: Making,
  { place, answer, next }: Pick<Page, "place" | "answer" | "next">,
  absent: Set<string>,
): Page {
  const { base, host, origin } = making;
  const links = new Map<string, Place>();
  const leads = (to: Place): boolean => {
    if (making.server !== undefined && to.server !== making.server) return true;
    const file = to.file ?? "";
    links.set(file, to);
    return !absent.has(file);
  };
  const readdress = (live: string): string | undefined => {
    if (live.includes("cursor=")) return next && `${base}${next.address}`;
    const to = making.place(live);
    return to && leads(to) ? `${base}${to.address}` : undefined;
  };
  const inPage = (attribute: string): string | undefined => {
    if (attribute.includes("cursor=")) return inAttributes(readdress)(attribute);
    const link = making.link(attribute);
    return link && leads(link.to) ? link.written : undefined;
  };
  const placed = placedIn(making, answer, { readdress, inPage }, next);
  // Links that are not followed: a sitemap has all there are.
  const whole = answer.type.startsWith("application/xml")
    ? (live: string) => {
        const to = making.place(live);
        if (to && to.server === undefined) links.set(to.file ?? "", to);
        return `${base}${to?.address ?? live}`;
      }
    : (live: string) => readdress(live) ?? `${base}${live}`;
  return {
    place,
    answer,
    next,
    links,
    body: knowsSite(making, answer) ? placeWhole(placed, host, origin, whole) : placed,
  };
}

/** Whether there may be whole URLs of ours in it. What is not made by the site's routes has them where it was told the site. */
function knowsSite({ site }: Making, { page, value }: Answer): boolean {
  return value === undefined && (page === undefined || site !== undefined);
}

/** llms.txt is Markdown too, by what it is called. */
const MARKDOWN_TYPES = /^text\/(?:markdown|plain)/;

function placedIn(
  making: Making,
  { type, body, value, page }: Answer,
  { readdress, inPage }: { readdress: Readdress; inPage: Readdress },
  next: Place | undefined,
): string {
  const { base } = making;
  if (MARKDOWN_TYPES.test(type)) return placeMarkdown(body, readdress);
  if (page) {
    const head = placedHtml(making, page.own.head, inPage);
    const content = placedHtml(making, page.own.content, inPage);
    return framedText({ frame: placedFrame(making, page.frame), own: { head, content } });
  }
  if (type.startsWith("text/html")) {
    const whole =
      next || !body.includes(NEXT) ? body : body.replace(/<a href="[^"]*" rel="next">[^<]*<\/a>/, REST);
    return withPolicy(making, placedHtml(making, whole, inPage));
  }
  if (!value && !(isJson(type) && body.includes('"url":"/'))) return body;
  const placed = placeUrls(value ?? objectIn(body), readdress);
  if ("nextCursor" in placed) {
    delete placed.nextCursor;
    placed.next = next ? `${base}${next.address}` : null;
  }
  return `${JSON.stringify(placed)}\n`;
}

function placedHtml({ base }: Making, html: string, readdress: Readdress): string {
  const search = { from: "/tools", to: `${base}${SEARCH}` };
  return placeLinks(html, readdress, { search, instead: LIVE_ONLY });
}

function withPolicy({ policy }: Making, html: string): string {
  return html.replace("<head>", `<head><meta http-equiv="content-security-policy" content="${policy}">`);
}

const placedFrames = new WeakMap<Frame, Frame>();

/** Every tool's page has the same one. What it leads to is of the whole catalog, and there. */
function placedFrame(making: Making, frame: Frame): Frame {
  const known = placedFrames.get(frame);
  if (known) return known;
  const { base, host, origin } = making;
  const readdress = (live: string) => {
    const to = making.place(live);
    return to && `${base}${to.address}`;
  };
  const place = (html: string) =>
    placeWhole(
      placedHtml(making, html, inAttributes(readdress)),
      host,
      origin,
      (live) => readdress(live) ?? `${base}${live}`,
    );
  const placed = {
    before: withPolicy(making, place(frame.before)),
    between: place(frame.between),
    after: place(frame.after),
  };
  placedFrames.set(frame, placed);
  return placed;
}

/** Said at the end of the last page of a list that goes on. */
const REST = '<span>The rest is on the pages of <a href="/servers">their servers</a>.</span>';
