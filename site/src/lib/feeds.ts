/** The changes of servers as Atom (RFC 4287) and JSON Feed: one entry a change, newest first. */
import { Feed } from "feed";
import type { ChangeRow } from "../../../db/index.ts";
import { html } from "../html/markup.ts";
import {
  type ChangeQuery,
  changesUrl,
  type FeedFormat,
  feedUrl,
  homeUrl,
  serverFeedUrl,
  serverUrl,
  toolUrl,
} from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { changedServers } from "./changes.ts";
import { changeQuery, type Read, readQuery } from "./filters.ts";
import type { Absolute } from "./head.ts";
import { spelled } from "./hidden.ts";
import { isCursorError, isSlowListError } from "./tool-list.ts";

const ENTRIES = 100;
const NAME_LIMIT = 200;
const MEDIA: Record<FeedFormat, string> = {
  atom: "application/atom+xml; charset=utf-8",
  json: "application/feed+json; charset=utf-8",
};

/** A feed's text, and when its newest entry is of. */
export interface FeedText {
  text: string;
  updated: Date;
}

/**
 * The answer to a request for the feed of all changes that pass the filters of the address, or of one server's.
 * @param absolute undefined where the site does not know its own address: a feed without whole URLs is none
 */
export async function feedAnswer(
  catalog: Catalog,
  params: URLSearchParams,
  { format, absolute, server }: { format: FeedFormat; absolute?: Absolute; server?: string },
): Promise<Response> {
  if (!absolute)
    return refused(
      404,
      "This copy of the catalog does not know its public address, so it has no feeds. Build it with --url.",
    );
  const read = readQuery(params, changeQuery) as Read<ChangeQuery>;
  if (!read.ok) return refused(400, read.problem.detail);
  const query: ChangeQuery = { ...read.value, ...(server === undefined ? {} : { server }) };
  const found = server === undefined ? undefined : await catalog.server(server);
  if (server !== undefined && !found)
    return refused(404, "The catalog has no such server; /servers lists those it has.");
  try {
    const { items } = await catalog.changes({ limit: ENTRIES, ...query });
    const self = server === undefined ? feedUrl(format, query) : serverFeedUrl(server, format);
    const empty = items.length > 0 ? undefined : (found?.lastSeen ?? (await lookedAt(catalog)));
    const { text, updated } = feedOf(items, { format, absolute, query, self, empty });
    return new Response(text, {
      headers: {
        "content-type": MEDIA[format],
        "last-modified": updated.toUTCString(),
        "cache-control": "public, max-age=300",
      },
    });
  } catch (error) {
    if (isCursorError(error)) return refused(400, error.message);
    if (isSlowListError(error)) return refused(503, error.message);
    throw error;
  }
}

/** When the catalog was last looked over (ISO 8601): its newest run of crawls, else what it lists first; now, when it is empty. */
async function lookedAt(catalog: Catalog): Promise<string> {
  const { run } = await catalog.progress();
  if (run) return run.finishedAt ?? run.startedAt;
  const { items } = await catalog.servers({ limit: 1 });
  return items[0]?.lastSeen ?? new Date().toISOString();
}

/**
 * In: changes, newest first. Out: the feed. Pure.
 * @param of.empty when it was found that there is none, ISO 8601: the date of a feed without entries
 */
export function feedOf(
  rows: ChangeRow[],
  of: { format: FeedFormat; absolute: Absolute; query: ChangeQuery; self: string; empty?: string },
): FeedText {
  const { format, absolute, query, self, empty } = of;
  // Titles of Atom entries are HTML here, all else is plain text.
  const shown = format === "atom" ? (text: string) => html`${text}`.text : (text: string) => text;
  const list = absolute(changesUrl({ ...query, cursor: undefined, limit: undefined }));
  const updated = new Date(rows[0]?.at ?? empty ?? 0);
  const feed = new Feed({
    id: list,
    title: xmlText(`Placard: ${titleOf(query)}`),
    description: "What MCP servers changed about their tools from one crawl to the next.",
    link: list,
    feed: absolute(self),
    feedLinks: { [format]: absolute(self) },
    author: { name: "Placard", link: absolute(homeUrl()) },
    generator: "Placard",
    updated,
  });
  for (const row of rows) {
    const { title, text } = wordsOf(row);
    feed.addItem({
      id: entryId(row, absolute),
      title: shown(title),
      link: absolute(toolUrl(row.server, row.tool)),
      date: new Date(row.at),
      published: new Date(row.at),
      content:
        html`<p>${text}</p><p><a href="${absolute(serverUrl(row.server))}">${nameOf(row.server)}</a></p>`
          .text,
    });
  }
  return { text: format === "atom" ? feed.atom1() : `${feed.json1()}\n`, updated };
}

/** A tag URI (RFC 4151): the same whatever page shows the entry, and nobody else's. */
function entryId({ id }: ChangeRow, absolute: Absolute): string {
  return `tag:${new URL(absolute(homeUrl())).hostname.replace(/[[\]]/g, "")},2026:changes/${id}`;
}

/** "Verdict raised: send_note of npm/@example/notes", and the same with what of it. */
function wordsOf(row: ChangeRow): { title: string; text: string } {
  const line = changedServers([row])[0]?.tools[0]?.lines[0];
  const title = `${line?.label ?? row.kind}: ${nameOf(row.tool)} of ${nameOf(row.server)}`;
  const was = line?.was ? [`it was called ${nameOf(line.was.name)}`] : [];
  const details = [...(line?.details ?? []), ...was].join("; ");
  return { title, text: details === "" ? `${title}.` : `${title}: ${xmlText(details)}.` };
}

function titleOf({ server, tool, kind, worse }: ChangeQuery): string {
  const what = worse ? "verdicts raised" : kind ? kind.replace("-", " ") : "changes";
  const of = [tool, server].filter((name) => name !== undefined).map((name) => ` of ${nameOf(name)}`);
  return `${what}${of.join("")}`;
}

function nameOf(text: string): string {
  return xmlText(text.slice(0, NAME_LIMIT));
}

/** A stranger's text on one line: what does not show is spelled, and what XML cannot hold (§2.2, Char) is replaced. */
function xmlText(text: string): string {
  return spelled(text).replace(/[\uFFFE\uFFFF]/g, "\uFFFD");
}

function refused(status: 400 | 404 | 503, sentence: string): Response {
  return new Response(`${sentence}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
