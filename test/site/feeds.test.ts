import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { ChangeRow, ToolState } from "../../db/types.ts";
import { serverFeedUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
const HOSTILE = "local/hostile <b>one</b>";
/** Ends what it stands in, in XML, HTML and JSON, and holds what XML cannot. */
const NAME = ']]></title><script>alert(1)</script>&amp;"\u202E\u0000\uFFFE\uD800 end';
const state = (risk: "low" | "high"): ToolState => ({
  name: NAME,
  digest: `sha256:${"0".repeat(64)}`,
  category: "Read",
  risk,
  facets: [],
});
const row = (id: number, server: string, tool: string, more: Partial<ChangeRow>): ChangeRow => ({
  id,
  server,
  tool,
  kind: "tool-added",
  worse: false,
  at: new Date(Date.UTC(2026, 10, id)).toISOString(),
  ...more,
});
const CHANGES: ChangeRow[] = [
  row(9, HOSTILE, NAME, { kind: "verdict-changed", worse: true, before: state("low"), after: state("high") }),
  row(8, HOSTILE, "new", {
    kind: "tool-renamed",
    before: state("low"),
    after: { ...state("low"), name: "new" },
  }),
  row(7, SESSIONS, "logout_instance", { after: { ...state("high"), name: "logout_instance" } }),
];
const jsonFeed = z.object({
  version: z.string().startsWith("https://jsonfeed.org/version/1"),
  title: z.string(),
  home_page_url: z.url(),
  feed_url: z.url(),
  items: z.array(
    z.object({
      id: z.string(),
      url: z.url(),
      title: z.string(),
      content_html: z.string(),
      date_published: z.iso.datetime(),
      date_modified: z.iso.datetime(),
    }),
  ),
});

let site: SiteServer;
let browser: Browser;
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${site.url}${path}`, { headers });

beforeAll(async () => {
  const catalog = fakeCatalog(SERVERS, undefined, CHANGES);
  const more = { publicUrl: "https://catalog.example.com" };
  [browser, site] = await Promise.all([startBrowser(), startSite(catalog, 0, "127.0.0.1", more)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** What a parser of a browser finds in an Atom document. */
async function readAtom(text: string) {
  const page = await browser.newPage();
  const found = await page.evaluate((xml) => {
    const root = new DOMParser().parseFromString(xml, "text/xml");
    const text = (node: ParentNode, name: string) =>
      node.querySelector(`:scope > ${name}`)?.textContent ?? "";
    const href = (node: ParentNode, rel: string) =>
      node.querySelector(`:scope > link${rel}`)?.getAttribute("href") ?? "";
    const feed = root.documentElement;
    return {
      error: root.querySelector("parsererror")?.textContent ?? "",
      root: `${feed.namespaceURI} ${feed.localName}`,
      id: text(feed, "id"),
      updated: text(feed, "updated"),
      author: feed.querySelector(":scope > author > name")?.textContent,
      self: href(feed, '[rel="self"]'),
      alternate: href(feed, '[rel="alternate"]'),
      entries: [...feed.querySelectorAll(":scope > entry")].map((entry) => {
        const title = new DOMParser().parseFromString(text(entry, "title"), "text/html");
        const content = new DOMParser().parseFromString(text(entry, "content"), "text/html");
        return {
          id: text(entry, "id"),
          updated: text(entry, "updated"),
          link: href(entry, ""),
          title: title.body.textContent ?? "",
          foreign: [title, content].flatMap(
            (html) => [...html.querySelectorAll("script, img, b, title + *")].length,
          ),
          content: content.body.textContent ?? "",
        };
      }),
    };
  }, text);
  await page.close();
  return found;
}

describe("the Atom feed", () => {
  test("is well-formed, with ids, dates, links and names as they are", async () => {
    const response = await get("/changes.atom");
    expect(response.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    const feed = await readAtom(await response.text());
    expect(feed).toMatchObject({
      error: "",
      root: "http://www.w3.org/2005/Atom feed",
      id: "https://catalog.example.com/changes",
      updated: "2026-11-09T00:00:00.000Z",
      author: "Placard",
      self: "https://catalog.example.com/changes.atom",
      alternate: "https://catalog.example.com/changes",
    });
    expect(feed.entries.map(({ id, updated }) => [id, updated])).toEqual(
      [9, 8, 7].map((id) => [`tag:catalog.example.com,2026:changes/${id}`, `2026-11-0${id}T00:00:00.000Z`]),
    );
    const [raised, renamed, added] = feed.entries;
    const shown = ']]></title><script>alert(1)</script>&amp;"U+202EU+0000\uFFFDU+D800 end';
    expect(raised?.title).toBe(`Verdict raised: ${shown} of ${HOSTILE}`);
    expect(raised?.content).toContain("risk from low to high");
    expect(renamed?.content).toContain(`it was called ${shown}`);
    expect(added?.link).toBe(`https://catalog.example.com${toolUrl(SESSIONS, "logout_instance")}`);
    expect(feed.entries.flatMap(({ foreign }) => foreign)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each([
    ["/changes.atom?worse=true", [9]],
    ["/changes.atom?kind=tool-added", [7]],
    [`/changes.atom?server=${encodeURIComponent(HOSTILE)}`, [9, 8]],
    [serverFeedUrl(SESSIONS, "atom"), [7]],
    [`${serverFeedUrl(HOSTILE, "atom")}?kind=tool-renamed`, [8]],
    ["/changes.atom?limit=1", [9]],
  ])("%s has the changes that pass its filters", async (path, ids) => {
    const feed = await readAtom(await (await get(path)).text());
    expect(feed.entries.map(({ id }) => Number(id.split("/").pop()))).toEqual(ids);
    expect(feed.self).toContain(path.split("?")[0]);
  });

  test("of nothing is a feed too, and the same each time", async () => {
    const path = "/changes.atom?kind=tool-removed";
    const [first, second] = [await get(path), await get(path)];
    // The day on which the catalog was last looked over, and that there was none.
    const updated = "2026-11-22T20:00:00.000Z";
    expect(await readAtom(await first.text())).toMatchObject({ error: "", entries: [], updated });
    const ofServer = await get(`${serverFeedUrl(SESSIONS, "atom")}?kind=tool-removed`);
    expect((await readAtom(await ofServer.text())).updated).toBe(updated);
    expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
  });
});

describe("the JSON feed", () => {
  test("holds the same entries", async () => {
    const response = await get("/changes.json");
    expect(response.headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
    const feed = jsonFeed.parse(await response.json());
    expect(feed.items.map(({ id }) => id)).toEqual(
      [9, 8, 7].map((id) => `tag:catalog.example.com,2026:changes/${id}`),
    );
    expect(feed.items[0]?.title).toContain("<script>alert(1)</script>");
    expect(feed.items[0]?.content_html).toContain("&lt;script&gt;");
    expect(feed.items[0]?.content_html).not.toContain("<script>");
  });
});

describe("a reader of feeds", () => {
  test.each(["/changes.atom", "/changes.json", serverFeedUrl(SESSIONS, "json")])(
    "that has the newest of %s is told so, by tag or by date",
    async (path) => {
      const first = await get(path);
      const date = first.headers.get("last-modified") ?? "";
      expect(new Date(date).toISOString()).toMatch(/^2026-11-0[79]T/);
      expect((await get(path, { "if-none-match": first.headers.get("etag") ?? "" })).status).toBe(304);
      expect((await get(path, { "if-modified-since": date })).status).toBe(304);
      expect((await get(path, { "if-modified-since": "Sun, 01 Nov 2026 00:00:00 GMT" })).status).toBe(200);
      for (const [name, value] of [
        ["if-match", '"other"'],
        ["if-unmodified-since", "Sun, 01 Nov 2026 00:00:00 GMT"],
      ] as const) {
        const refused = await get(path, { [name]: value });
        expect([refused.status, await refused.text()]).toEqual([412, expect.stringContaining("If-Match")]);
      }
      expect((await get(path, { "if-unmodified-since": date })).status).toBe(200);
      // The tag counts more than the date.
      expect((await get(path, { "if-modified-since": date, "if-none-match": '"other"' })).status).toBe(200);
    },
  );

  test.each([
    ["/changes.atom?kind=none", 400],
    ["/changes.atom?cursor=!", 400],
    [serverFeedUrl("npm/none", "atom"), 404],
    ["/feeds/npm/none", 404],
  ])("is told in a sentence what is wrong with %s", async (path, status) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toMatch(/\.\n$/);
  });

  test("finds them from the pages", async () => {
    const page = async (path: string) => (await get(path)).text();
    expect(await page("/changes?worse=true")).toContain(
      'type="application/atom+xml" title="These changes" href="/changes.atom?worse=true"',
    );
    expect(await page(`/servers/${SESSIONS}`)).toContain(`href="/feeds/${SESSIONS}.atom"`);
    expect(await page("/")).toContain('href="/changes.json"');
  });
});
