/** What a thread of `placard build` makes pages with, whatever catalog they are of. */
import { randomBytes } from "node:crypto";
import type { Catalog } from "../site/src/lib/catalog.ts";
import type { PageHandler } from "./_ask-site.ts";
import { placeOf } from "./_build-addresses.ts";
import { escaped, plain } from "./_build-links.ts";
import type { Settings } from "./_build-messages.ts";
import type { Place } from "./_build-places.ts";
import { ask } from "./_build-render.ts";
import type { Link, Making } from "./_build-unit.ts";
import { CONTENT_SECURITY_POLICY } from "./_content-policy.ts";
import type { Frames } from "./_page-frame.ts";

/** Places of links that are remembered; most pages have the same ones. */
const REMEMBERED = 20_000;

/** What the live site takes for its own host. Nobody can have written it. */
const HOST = new URL(`https://${randomBytes(16).toString("hex")}.invalid`);
/** What examples say where the site's own address is not known. */
const NO_ORIGIN = "https://catalog.example.com";

/** Gives, for each catalog, what its pages are made with. What is remembered of one helps with the others. */
export function makingFor(
  handler: PageHandler,
  { base, origin, alike }: Pick<Settings, "base" | "origin" | "alike">,
): (catalog: Catalog) => Making {
  const names = { alike: new Set(alike) };
  const place = remembered((live) => placeOf(live, names), TOOL);
  const frames: Frames = {};
  // Pictures for links are drawn in 16 ms each: one for each verdict, not for each tool.
  const shown = { crossOrigin: true, published: true, sharedPictures: true };
  const publicUrl = origin === undefined ? null : HOST.origin;
  const shared = {
    place,
    link: remembered((attribute) => linkTo(place(plain(attribute)), base), TOOL_ATTRIBUTE),
    base,
    host: HOST.origin,
    origin: origin ?? NO_ORIGIN,
    site: publicUrl ?? undefined,
    frames,
    // A page cannot say for itself who may frame it.
    policy: CONTENT_SECURITY_POLICY.replace(/; frame-ancestors [^;]*/, ""),
  };
  return (catalog) => ({
    ...shared,
    ask: (live) => ask(handler, live, HOST, { catalog, ...shown, publicUrl }),
  });
}

function linkTo(to: Place | undefined, base: string): Link | undefined {
  return to && { to, written: escaped(`${base}${to.address}`) };
}

/** The one parameter of the policy builder that a static site does not look at, in an address and in an attribute. */
const TOOL = "&tool=";
const TOOL_ATTRIBUTE = "&amp;tool=";

/** Remembers what a function said. A tool's policy leads to its server's: of that there is one, whatever the tool. */
function remembered<Said>(say: (address: string) => Said, tool: string): (address: string) => Said {
  const said = new Map<string, Said>();
  return (asked) => {
    const address = asked.startsWith("/policies?") ? without(asked, tool) : asked;
    const known = said.get(address);
    if (known !== undefined) return known;
    if (said.size > REMEMBERED) said.clear();
    const own = copyOf(address);
    const answer = say(own);
    said.set(own, answer);
    return answer;
  };
}

/** A part of a text keeps all of the text in memory, and addresses are parts of whole pages. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

function without(address: string, tool: string): string {
  const at = address.indexOf(tool);
  if (at === -1) return address;
  const rest = address.slice(at + tool.length);
  const end = rest.search(/[&#]/);
  return address.slice(0, at) + (end === -1 ? "" : rest.slice(end));
}
