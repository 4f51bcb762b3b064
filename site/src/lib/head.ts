/**
 * What a page tells other programs of itself: where it stands, its picture, its feeds, and what it is about in the
 * words of schema.org. Names and descriptions are strangers' text; nothing here is HTML.
 */
import type { CatalogStats, ServerDetail, ToolDetail } from "../../../db/index.ts";
import {
  apiServerUrl,
  apiToolsUrl,
  apiToolUrl,
  badgeUrl,
  feedUrl,
  homeUrl,
  imageUrl,
  serverFeedUrl,
  serversUrl,
  serverUrl,
  siteImageUrl,
  toolUrl,
  verdictImageUrl,
} from "./addresses.ts";
import type { CatalogLocals } from "./catalog.ts";
import { escapeHidden, spelled } from "./hidden.ts";
import { markLabel } from "./mark.ts";

/** Makes a whole URL of an address of the site. */
export type Absolute = (address: string) => string;

export interface Head {
  /** The page's own address, whatever it was asked for as. */
  address: string;
  /** Whether `.md` behind it is answered. */
  twin?: boolean;
  /** A PNG of 1200 by 630; the site's own where none is given. */
  image?: { address: string; alt: string };
  feeds?: { title: string; atom: string; json: string }[];
  /** Objects of schema.org. */
  data?: (absolute: Absolute) => object[];
}

/** Longer names are no names to show in a list of results. */
const NAME_LIMIT = 200;
const SITE = "Placard";

/** As much of a request as says where it was sent. */
interface Asking {
  headers: Pick<Headers, "get">;
}

/**
 * The origin under which the public reaches the site: the one it was started with, else the host that was asked for,
 * which the server has let through. Undefined when it was started as having none (a static build without `--url`).
 */
export function siteUrl(locals: CatalogLocals, request: Asking): string | undefined {
  if (locals.publicUrl !== undefined) return locals.publicUrl ?? undefined;
  const host = request.headers.get("host") ?? "";
  // What is no plain host would end up in every link.
  return /^([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host) ? `http://${host}` : undefined;
}

/** Whole URLs under the site's, or undefined where that is not known. */
export function absoluteUrls(locals: CatalogLocals, request: Asking): Absolute | undefined {
  const site = siteUrl(locals, request);
  return site === undefined ? undefined : absoluteUrl(site);
}

/** @param site an origin */
export function absoluteUrl(site: string): Absolute {
  return (address) => new URL(address, site).href;
}

/** A page that is about no tool and no server. */
export function plainHead(address: string, twin = true): Head {
  return { address, twin };
}

/** The feeds of all changes; the pages that list them and the home page name them. */
export const ALL_FEEDS = [
  { title: "Changes of all servers", atom: feedUrl("atom"), json: feedUrl("json") },
] satisfies Head["feeds"];

/** The home page: the catalog is a data set. */
export function catalogHead(stats: CatalogStats, description: string): Head {
  return {
    address: homeUrl(),
    twin: true,
    feeds: ALL_FEEDS,
    data: (absolute) => [
      {
        "@type": "Dataset",
        name: "Placard: the open risk catalog of MCP tools",
        description: `${description} ${stats.tools} tools of ${stats.servers} servers.`,
        url: absolute(homeUrl()),
        isAccessibleForFree: true,
        keywords: ["Model Context Protocol", "MCP", "tool risk", "security policy"],
        variableMeasured: ["category", "risk", "confidence", "facets"],
        creator: { "@type": "Organization", name: SITE, url: absolute(homeUrl()) },
        distribution: [
          {
            "@type": "DataDownload",
            encodingFormat: "application/json",
            contentUrl: absolute(apiToolsUrl()),
          },
        ],
      },
    ],
  };
}

/** @param shared whether pictures stand for verdicts, because there is none for each tool */
export function toolHead(tool: ToolDetail, shared = false): Head {
  const { server, name, verdict } = tool;
  const { category, risk } = verdict;
  const words = markLabel(category, risk);
  return {
    address: toolUrl(server, name),
    twin: true,
    image: {
      address: shared ? verdictImageUrl(category, risk) : imageUrl(server, name),
      alt: shared ? words : `${short(name)}: ${words}`,
    },
    feeds: serverFeeds(server),
    data: (absolute) => [
      {
        "@type": "WebPage",
        name: short(name),
        description: `${words}. ${verdict.summary}`,
        url: absolute(toolUrl(server, name)),
        dateModified: tool.versions[0]?.firstSeen ?? tool.firstSeen,
        isPartOf: { "@type": "WebSite", name: SITE, url: absolute(homeUrl()) },
        about: { "@type": "SoftwareApplication", name: short(server), url: absolute(serverUrl(server)) },
        encoding: json(absolute(apiToolUrl(server, name))),
      },
      trail(absolute, [
        ["Servers", serversUrl()],
        [short(server), serverUrl(server)],
        [short(name), toolUrl(server, name)],
      ]),
    ],
  };
}

/** The head of a server's page. */
export function serverHead(server: ServerDetail, shared = false): Head {
  const { id } = server;
  return {
    address: serverUrl(id),
    twin: true,
    image: shared ? undefined : { address: imageUrl(id), alt: `Risks of the tools of ${short(id)}` },
    feeds: serverFeeds(id),
    data: (absolute) => [
      {
        "@type": "SoftwareApplication",
        name: short(id),
        identifier: short(id),
        applicationCategory: "DeveloperApplication",
        ...(server.version ? { softwareVersion: short(server.version) } : {}),
        url: absolute(serverUrl(id)),
        image: absolute(badgeUrl(id)),
        subjectOf: json(absolute(apiServerUrl(id))),
      },
      trail(absolute, [
        ["Servers", serversUrl()],
        [short(id), serverUrl(id)],
      ]),
    ],
  };
}

/**
 * Objects of schema.org as the text of a `script` element. No `<` is left in it, so no name ends the element or opens
 * a comment in it (HTML, "Restrictions for contents of script elements").
 */
export function jsonLd(objects: object[]): string {
  const text = JSON.stringify({ "@context": "https://schema.org", "@graph": objects });
  return escapeHidden(text).replaceAll("<", "\\u003c");
}

/** The picture of a page that has none of its own. */
export const SITE_IMAGE = { address: siteImageUrl(), alt: "Placard, the open risk catalog of MCP tools" };

function serverFeeds(id: string): Head["feeds"] {
  const title = `Changes of ${short(id)}`;
  return [{ title, atom: serverFeedUrl(id, "atom"), json: serverFeedUrl(id, "json") }, ...ALL_FEEDS];
}

function trail(absolute: Absolute, steps: [name: string, address: string][]): object {
  return {
    "@type": "BreadcrumbList",
    itemListElement: steps.map(([name, address], index) => ({
      "@type": "ListItem",
      position: index + 1,
      name,
      item: absolute(address),
    })),
  };
}

function json(contentUrl: string): object {
  return { "@type": "MediaObject", encodingFormat: "application/json", contentUrl };
}

function short(text: string): string {
  return spelled(text.slice(0, NAME_LIMIT));
}
