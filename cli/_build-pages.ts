/** The pages of a static site that are of the whole catalog, or of none of it: made from what they link to each other. */
import { CATEGORIES, FACETS, RISKS } from "../classifier/index.ts";
import { categoryUrl, facetUrl, riskUrl, siteImageUrl, verdictImageUrl } from "../site/src/lib/addresses.ts";
import { placeOf } from "./_build-addresses.ts";
import type { Names } from "./_build-names.ts";
import { digestOf, type OutputFile } from "./_build-output.ts";
import type { Place } from "./_build-places.ts";
import type { Units } from "./_build-units.ts";
import type { Workers } from "./_build-workers.ts";
import { Failure } from "./failure.ts";

/** Where everything that is not a server's is linked from, in the end. */
export const BEGINNINGS = [
  "/",
  "/404",
  "/search",
  "/tools",
  "/servers",
  "/changes",
  ...RISKS.map(riskUrl),
  ...CATEGORIES.map(categoryUrl),
  ...FACETS.map(facetUrl),
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

/**
 * Makes them, and puts them among the units. A link to a file that is not there becomes text.
 * @param isWhole whether the address of the site is known.
 * @param rest settles when all other files are among the units; until then pages are made, and then their links looked at.
 * @throws Failure when one is missing that no site is without.
 */
export async function makePages(
  workers: Workers,
  units: Units,
  names: Names,
  { isWhole, rest }: { isWhole: boolean; rest: Promise<unknown> },
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
  const first = [...BEGINNINGS, ...(isWhole ? WHOLE : [])]
    .flatMap((live) => placeOf(live, names) ?? [])
    .map((place) => (place.live === "/404" ? { ...place, file: "404.html" } : place));
  for (const { file = "" } of first) asked.add(file);
  await Promise.all(first.map((place) => make(place, [])));
  await rest;
  const there = units.files();
  for (const { files } of made.values()) for (const { file } of files) there.add(file);
  for (const { place, links } of [...made.values()]) {
    const absent = links.flatMap(({ file = "" }) => (there.has(file) ? [] : [file]));
    if (absent.length > 0) await make(place, absent);
  }
  for (const [file, { files }] of made) {
    for (const item of files) units.put(`page ${item.file}`, [item], digestOf(item.body));
    if (files.length === 0 && REQUIRED.has(file))
      throw new Failure(`Making ${file}: the site has no such page. Remove site/dist and build again.`);
  }
}
