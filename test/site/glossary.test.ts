import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CATEGORIES, FACETS, listFindingKinds, RISKS } from "../../classifier/index.ts";
import { compareUrl, glossaryUrl, markdownUrl } from "../../site/src/lib/addresses.ts";
import { glossary } from "../../site/src/lib/glossary.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { sidewaysOf, VIEWS, violationsOf } from "./_looks.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const terms = glossary().flatMap((group) => group.terms);
const PAGES = [
  "/glossary",
  "/docs",
  "/try",
  "/report",
  "/compare",
  compareUrl({ a: OFFICE.id, b: SERVERS[2]?.id }),
  compareUrl({ a: "none", b: "none" }),
];

let browser: Browser;
let site: SiteServer;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), startSite(fakeCatalog([...SERVERS, OFFICE]))]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe("the glossary", () => {
  test("has every category, risk, facet and kind of finding, each place once", () => {
    const ids = [...terms, ...glossary()].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const named = terms.map(({ url }) => url);
    expect(named).toEqual(
      expect.arrayContaining([
        ...CATEGORIES.map((category) => `/categories/${category.toLowerCase()}`),
        ...RISKS.map((risk) => `/risk/${risk}`),
        ...FACETS.map((facet) => `/facets/${facet}`),
        ...listFindingKinds().map(({ id }) => `/rules/${id}`),
      ]),
    );
    for (const { text, id } of terms) expect(id + text).toMatch(/^[a-z-]+[A-Z“][\s\S]{10,400}\.$/);
  });

  test("leads to pages, and to places on them, that exist", async () => {
    const html = new Map<string, string>();
    for (const url of new Set(terms.flatMap(({ url }) => url ?? []))) {
      const [path = "", place] = url.split("#");
      if (!html.has(path)) {
        const answer = await fetch(site.url + path);
        expect([path, answer.status]).toEqual([path, 200]);
        html.set(path, await answer.text());
      }
      if (place) expect(html.get(path)).toContain(`id="${place}"`);
    }
  });
});

test("the glossary has a twin in Markdown with every term", async () => {
  const answer = await fetch(`${site.url}${markdownUrl(glossaryUrl())}`);
  const text = await answer.text();
  expect(answer.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  for (const { term } of terms) expect(text).toContain(`**${term}**`);
});

describe("the new pages", () => {
  test.each(VIEWS)("are in order at $width px in $colorScheme", async ({ width, colorScheme }) => {
    const context = await browser.newContext({
      baseURL: site.url,
      viewport: { width, height: 800 },
      colorScheme,
    });
    const page = await context.newPage();
    for (const path of PAGES) {
      await page.goto(path);
      const sideways = await sidewaysOf(page);
      const violations = await violationsOf(page);
      expect({ path, sideways, violations }).toEqual({ path, sideways: 0, violations: [] });
    }
    await context.close();
  });

  test("are in the menu, which opens with the keyboard and fits a telephone", async () => {
    const context = await browser.newContext({ baseURL: site.url, viewport: { width: 320, height: 800 } });
    const page = await context.newPage();
    await page.goto("/glossary");
    const summary = page.locator(".site-head summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    const links = page.locator(".site-head .more-pages a");
    expect(await links.allInnerTexts()).toEqual([
      "State of the catalog",
      "Compare",
      "Rules",
      "Attacks",
      "Method",
      "Glossary",
      "API",
      "Documentation",
    ]);
    expect(await links.and(page.locator('[aria-current="page"]')).allInnerTexts()).toEqual(["Glossary"]);
    expect(await sidewaysOf(page)).toBe(0);
    for (const address of await links.evaluateAll((all) =>
      all.map((link) => (link as HTMLAnchorElement).pathname),
    )) {
      expect([address, (await fetch(site.url + address)).status]).toEqual([address, 200]);
    }
    await context.close();
  });
});
