import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { markdownUrl } from "../../site/src/lib/addresses.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { MAX_URLS, pageAddresses, readPart, sitemapIndex, sitemapPart } from "../../site/src/lib/sitemap.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

const PUBLIC = "https://catalog.example.com";
const ALL = [...SERVERS, OFFICE];
let site: SiteServer;
let browser: Browser;
const get = (path: string) => fetch(`${site.url}${path}`);

beforeAll(async () => {
  const more = { publicUrl: PUBLIC };
  [browser, site] = await Promise.all([startBrowser(), startSite(fakeCatalog(ALL), 0, "127.0.0.1", more)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** The addresses in a sitemap, as a browser's parser reads them. */
async function locations(text: string): Promise<string[]> {
  const page = await browser.newPage();
  const found = await page.evaluate((xml) => {
    const root = new DOMParser().parseFromString(xml, "text/xml");
    const error = root.querySelector("parsererror")?.textContent;
    if (error) throw new Error(error);
    return [...root.querySelectorAll("loc")].map((node) => node.textContent ?? "");
  }, text);
  await page.close();
  return found;
}

describe("the sitemap", () => {
  test("leads from robots.txt over its parts to every page, and each is there", async () => {
    const robots = await (await get("/robots.txt")).text();
    expect(robots).toContain(`Sitemap: ${PUBLIC}/sitemap.xml`);
    const index = await get("/sitemap.xml");
    expect(index.headers.get("content-type")).toBe("application/xml; charset=utf-8");
    const parts = await locations(await index.text());
    // It has no tag that anybody could know.
    const refused = await fetch(`${site.url}/sitemap.xml`, { headers: { "if-match": '"x"' } });
    expect([refused.status, await refused.text()]).toEqual([412, expect.stringContaining("If-Match")]);
    expect(parts.map((part) => part.slice(PUBLIC.length))).toEqual([
      "/sitemaps/pages-1.xml",
      "/sitemaps/servers-1.xml",
      "/sitemaps/tools-1.xml",
    ]);
    const pages: string[] = [];
    for (const part of parts)
      pages.push(...(await locations(await (await get(part.slice(PUBLIC.length))).text())));
    expect(new Set(pages).size).toBe(pages.length);
    const tools = ALL.flatMap((server) => server.tools);
    expect(pages.filter((page) => page.startsWith(`${PUBLIC}/tools/`))).toHaveLength(tools.length);
    expect(pages.filter((page) => page.startsWith(`${PUBLIC}/servers/`))).toHaveLength(ALL.length);
    for (const page of pages) {
      const response = await get(page.slice(PUBLIC.length));
      expect({ page, status: response.status }).toEqual({ page, status: 200 });
      const canonical = /<link rel="canonical" href="([^"]+)"/.exec(await response.text())?.[1];
      expect(canonical?.replaceAll("&#39;", "'").replaceAll("&#38;", "&")).toBe(page);
    }
    expect(pages.length).toBeGreaterThan(HOSTILE_NAMES.length + 100);
  });

  test.each([
    "/sitemaps/tools-2.xml",
    "/sitemaps/tools-0.xml",
    "/sitemaps/none-1.xml",
    "/sitemaps/pages-2.xml",
  ])("%s is not there", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test("of a million tools has parts of 50,000, read in batches", async () => {
    const batch = 2_000;
    let held = 0;
    const asked: { skip: number; count: number }[] = [];
    const catalog = {
      ...fakeCatalog([]),
      stats: async () => ({ ...(await fakeCatalog([]).stats()), servers: 60_000, tools: 1_000_001 }),
      toolKeys: async function* (range: { skip: number; count: number }) {
        asked.push(range);
        for (let from = range.skip; from < range.skip + range.count && from < 1_000_001; from += batch) {
          held += 1;
          const size = Math.min(batch, 1_000_001 - from);
          yield Array.from({ length: size }, (_, index) => ({
            server: "npm/a",
            name: `tool_${from + index}`,
          }));
        }
      },
    } satisfies Catalog;
    const absolute = (address: string) => `${PUBLIC}${address}`;
    const index = await sitemapIndex(catalog, absolute);
    expect(index.split("/sitemaps/tools-").length - 1).toBe(21);
    expect(index.split("/sitemaps/servers-").length - 1).toBe(2);
    const second = await sitemapPart(catalog, { of: "tools", number: 2 }, absolute);
    const reader = second?.getReader();
    await reader?.read();
    // Nothing is read before it is wanted.
    expect(held).toBeLessThanOrEqual(2);
    let text = "";
    const decoder = new TextDecoder();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
      text += decoder.decode(piece.value);
    expect(asked).toEqual([{ skip: MAX_URLS, count: MAX_URLS }]);
    expect(text.split("<loc>").length - 1).toBe(MAX_URLS);
    expect(text).toContain("/tools/npm/a/tool_50000<");
    const last = await sitemapPart(catalog, { of: "tools", number: 21 }, absolute);
    expect(((await new Response(last).text()).match(/<loc>/g) ?? []).length).toBe(1);
  });
});

test("parts are read from their addresses", () => {
  expect(readPart("/sitemaps/tools-12.xml")).toEqual({ of: "tools", number: 12 });
  for (const path of [
    "/sitemaps/tools-01.xml",
    "/sitemaps/tools-1.xml/",
    "/sitemaps/x-1.xml",
    "/sitemap.xml",
  ])
    expect(readPart(path)).toBeUndefined();
});

test("llms.txt says what the catalog is and where it can be read", async () => {
  const response = await get("/llms.txt");
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const text = await response.text();
  expect(text).toMatch(/^# Placard\n\n> /);
  const links = [...text.matchAll(/\]\((https:\/\/catalog\.example\.com[^)]*)\)/g)].map(
    (match) => match[1] ?? "",
  );
  expect(links.length).toBeGreaterThan(8);
  for (const link of links) {
    const { status } = await get(link.slice(PUBLIC.length));
    expect({ link, status }).toEqual({ link, status: 200 });
  }
});

test("every page has a Markdown twin, as llms.txt says", async () => {
  expect(await (await get("/llms.txt")).text()).toContain("Every page has a Markdown twin");
  for (const address of pageAddresses()) {
    const { status, headers } = await get(markdownUrl(address));
    expect({ address, status, type: headers.get("content-type") }).toEqual({
      address,
      status: 200,
      type: "text/markdown; charset=utf-8",
    });
  }
});
