import { glob } from "node:fs/promises";
import path from "node:path";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryUrl } from "../../site/src/lib/addresses.ts";
import { fakeCatalog } from "./_catalog.ts";
import { ALL_SERVERS, ERROR_PAGES, HOSTILE_PAGES, PAGES, RECORDED_CHANGES } from "./_pages.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";

/** WCAG 2.2 at levels A and AA, and what axe takes for good practice beyond. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Colours are those of the scheme whatever the width is: in the second pair of views only they are looked at. */
const COLOURS = ["color-contrast", "link-in-text-block"];
const VIEWS = [
  { width: 320, colorScheme: "light", all: true },
  { width: 1280, colorScheme: "dark", all: true },
  { width: 1280, colorScheme: "light", all: false },
  { width: 320, colorScheme: "dark", all: false },
] as const;
/**
 * Evidence and the numbers behind it stand in the line of a definition: their size is that of its text, which WCAG
 * allows (2.5.8, inline). axe knows such links only where text of their own block stands beside them.
 */
const IN_THE_LINE = /^<a (class="evidence"|href="#note-)/;
/** Errors, which have a list of their own, and the search of published catalogs, which the live site answers otherwise. */
const NOT_SERVED = ["404", "500", "search"];
/** Some 60 addresses in four views: minutes on a machine that does other things besides. */
const PATIENCE_MS = 400_000;

let browser: Browser;
let site: SiteServer;

beforeAll(async () => {
  const catalog = fakeCatalog(ALL_SERVERS, undefined, RECORDED_CHANGES);
  [browser, site] = await Promise.all([startBrowser(), startSite(catalog)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A page with axe in it: the browser itself puts it there, so the pages keep their Content-Security-Policy. */
async function openPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: site.url });
  await context.addInitScript(axe.source);
  return context.newPage();
}

/** What axe has against a page as it is, in each view: rule, view, the elements and why. */
async function violations(page: Page): Promise<string[]> {
  const said: string[] = [];
  for (const { width, colorScheme, all } of VIEWS) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const runOnly = all ? { type: "tag" as const, values: TAGS } : { type: "rule" as const, values: COLOURS };
    const found: AxeResults = await page.evaluate(
      (options) => (window as unknown as { axe: typeof axe }).axe.run(options),
      { runOnly, resultTypes: ["violations" as const] },
    );
    for (const { id, nodes } of found.violations)
      for (const { html, failureSummary } of nodes)
        if (id !== "target-size" || !IN_THE_LINE.test(html))
          said.push(`${width} ${colorScheme}: ${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`);
  }
  return said;
}

const unfold = (page: Page) =>
  page.evaluate(() => {
    // Not the menu, which would lie over the page.
    for (const details of document.querySelectorAll<HTMLDetailsElement>("main details")) details.open = true;
  });

test("every kind of page is among those looked at", async () => {
  const missing: string[] = [];
  for await (const file of glob("**/*.astro", {
    cwd: path.join(import.meta.dirname, "../../site/src/pages"),
  })) {
    const address = file.replace(/(^|\/)index\.astro$|\.astro$/, "");
    const pattern = address.replace(/\[\.\.\.[^\]]+\]/g, ".+").replace(/\[[^\]]+\]/g, "[^/]+");
    const kind = new RegExp(`^/${pattern}(\\?.*)?$`);
    if (!NOT_SERVED.includes(address) && !PAGES.some((page) => kind.test(page))) missing.push(file);
  }
  expect(missing).toEqual([]);
});

describe("axe has nothing against", () => {
  test.each([
    ["the pages of the catalog", PAGES],
    ["pages of hostile definitions", HOSTILE_PAGES.slice(-6)],
    ["error pages", ERROR_PAGES.map(([address]) => address)],
  ])(
    "%s",
    async (_kind, addresses) => {
      const page = await openPage();
      const said: { address: string; violations: string[] }[] = [];
      for (const address of addresses) {
        await page.goto(address);
        await unfold(page);
        const found = await violations(page);
        if (found.length > 0) said.push({ address, violations: found });
      }
      expect(said).toEqual([]);
      await page.context().close();
    },
    PATIENCE_MS,
  );

  test("the menu when it is open", async () => {
    const page = await openPage();
    await page.goto("/");
    await page.locator(".more-pages summary").click();
    expect(await page.getByRole("link", { name: "Glossary" }).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test("the search of a published catalog", async () => {
    const catalog = fakeCatalog(ALL_SERVERS);
    const published = await startSite(catalog, 0, "127.0.0.1", { published: true });
    const page = await openPage();
    await page.goto(`${published.url}/search?text=record`);
    expect(await page.locator("h1").innerText()).toBe("Search");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
    await published.close();
  });

  test("verdicts that the browser itself made", async () => {
    const page = await openPage();
    await page.goto(tryUrl());
    await page.getByRole("button", { name: "Take an example" }).click();
    await page.getByRole("button", { name: "Classify" }).click();
    await page.locator("#try-tools > li").first().waitFor();
    await unfold(page);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});
