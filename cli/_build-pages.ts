/** The pages of a static site that are of the whole catalog, or of none of it: made from what they link to each other. */
import { CATEGORIES, FACETS, RISKS } from "../classifier/index.ts";
import {
  categoryUrl,
  facetUrl,
  markdownUrl,
  riskUrl,
  siteImageUrl,
  verdictImageUrl,
} from "../site/src/lib/addresses.ts";
import { placeOf } from "./_build-addresses.ts";
import type { Names } from "./_build-names.ts";
import { digestOf, type OutputFile } from "./_build-output.ts";
import type { Place } from "./_build-places.ts";
import type { Units } from "./_build-units.ts";
import type { Workers } from "./_build-workers.ts";
import { Failure } from "./failure.ts";

/** Lists of tools, which say of each what a search finds it by. */
const LISTS = ["/tools", ...RISKS.map(riskUrl), ...CATEGORIES.map(categoryUrl), ...FACETS.map(facetUrl)];

/** Where everything that is not a server's is linked from, in the end. */
const BEGINNINGS = [
  "/",
  "/404",
  "/search",
  "/servers",
  "/changes",
  ...LISTS,
  ...LISTS.map(markdownUrl),
  "/api/v1/servers",
  "/api/v1/tools",
  "/api/v1/changes",
  "/api/v1/stats",
  "/api/v1/rules",
  "/api/v1/attacks",
  "/api/v1/schemas",
  "/api/v1/openapi.json",
  "/llms.txt",
  "/changes.atom",
  "/changes.json",
];

/** What needs whole addresses: a sitemap and where to find it, and the pictures that links are shown with. */
const WHOLE = [
  "/robots.txt",
  "/sitemap.xml",
  siteImageUrl(),
  ...CATEGORIES.flatMap((category) => RISKS.map((risk) => verdictImageUrl(category, risk))),
];
/** Without these there is no site. */
const REQUIRED = new Set(["index.html", "404.html", "search/index.html", "servers/index.html"]);

interface Options {
  /** Whether the address of the site is known. */
  isWhole: boolean;
  /** Another text whenever a list of tools may say something else. */
  listed: string;
  /** Settles when all other files are among the units; until then pages are made, and then their links looked at. */
  rest: Promise<unknown>;
}

/**
 * Makes them, and puts them among the units. A link to a file that is not there becomes text.
 * @throws Failure when one is missing that no site is without.
 */
export async function makePages(
  workers: Workers,
  units: Units,
  names: Names,
  { isWhole, listed, rest }: Options,
): Promise<void> {
  const known = units.files();
  const made = new Map<string, { place: Place; files: OutputFile[]; links: Place[] }>();
  const asked = new Set<string>();
  const make = async (place: Place, absent: string[]): Promise<void> => {
    const result = await workers.run({ kind: "page", place, absent });
    if (result.kind !== "page") return;
    made.set(place.file ?? "", result);
    await Promise.all(
      result.links.map(async (to) => {
        const { file = "" } = to;
        if (to.server !== undefined || known.has(file) || asked.has(file)) return;
        asked.add(file);
        await make(to, []);
      }),
    );
  };
  const lists = new Set(placesOf([...LISTS, ...LISTS.map(markdownUrl)], names).map(({ file }) => file));
  const first = placesOf([...BEGINNINGS, ...(isWhole ? WHOLE : [])], names).map((place) =>
    place.live === "/404" ? { ...place, file: "404.html" } : place,
  );
  for (const { file = "" } of first) asked.add(file);
  await Promise.all(
    first
      .filter(({ file = "" }) => !lists.has(file) || !units.keep(listUnit(file), listed))
      .map((place) => make(place, [])),
  );
  await rest;
  const there = units.files();
  for (const { files } of made.values()) for (const { file } of files) there.add(file);
  for (const { place, links } of [...made.values()]) {
    const absent = links.flatMap(({ file = "" }) => (there.has(file) ? [] : [file]));
    if (absent.length > 0) await make(place, absent);
  }
  for (const [file, { files }] of made) {
    if (lists.has(file)) units.put(listUnit(file), files, listed);
    else for (const item of files) units.put(`page ${item.file}`, [item], digestOf(item.body));
    if (files.length === 0 && REQUIRED.has(file))
      throw new Failure(`Making ${file}: the site has no such page. Remove site/dist and build again.`);
  }
}

const listUnit = (file: string): string => `list ${file}`;

function placesOf(addresses: readonly string[], names: Names): Place[] {
  return addresses.flatMap((live) => placeOf(live, names) ?? []);
}
