import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareUrl, policiesUrl, serverUrl, tryUrl } from "../../site/src/lib/addresses.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { ALL_SERVERS, LOGOUT_PAGE, PAGES, RECORDED_CHANGES } from "./_pages.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";

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

async function openPage(address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: site.url, ...options });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

/** A property of the first element that a selector finds, as the browser computes it. */
const styleOf = (page: Page, selector: string, property: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

describe("the keyboard", () => {
  const addresses = [
    LOGOUT_PAGE,
    serverUrl(OFFICE.id),
    policiesUrl({ servers: [OFFICE.id] }),
    compareUrl({ a: OFFICE.id, b: POISONED.id }),
    tryUrl(),
    "/tools",
  ];

  test.each(addresses)(
    "reaches everything on %s in the order of the page, and shows where it is",
    async (address) => {
      // Without smooth scrolling, which is still under way when the next key is pressed.
      const page = await openPage(address, { reducedMotion: "reduce" });
      const wanted = await page.evaluate(() => {
        const all = document.querySelectorAll<HTMLElement>(
          "a[href], button, input, select, textarea, summary, [tabindex='0']",
        );
        const reached = [...all].filter((element) => {
          // The Tab key goes to a group of radio buttons once.
          const isOtherRadio =
            element instanceof HTMLInputElement && element.type === "radio" && !element.checked;
          return (
            element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0 && !isOtherRadio
          );
        });
        for (const [index, element] of reached.entries()) element.dataset.stop = String(index);
        return reached.length;
      });
      const stops: { stop?: string; unseen?: string }[] = [];
      for (let presses = 0; presses <= wanted; presses += 1) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          if (element === document.body) return undefined;
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const { bottom, top, right } = element.getBoundingClientRect();
          const isShown = bottom > 0 && top < innerHeight && right > 0;
          const isSeen = isShown && outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
          return {
            stop: element.dataset.stop,
            ...(isSeen ? {} : { unseen: element.outerHTML.slice(0, 200) }),
          };
        });
        if (!stop) break;
        stops.push(stop);
      }
      expect(stops).toEqual(Array.from({ length: wanted }, (_, index) => ({ stop: String(index) })));
      await page.context().close();
    },
  );

  test("skips the head of the page by its first link", async () => {
    const page = await openPage(LOGOUT_PAGE);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("main")?.id)).toBe("content");
    expect(await page.locator(":focus").getAttribute("href")).toBe(serverUrl("npm/@example/sessions"));
    await page.context().close();
  });

  test("opens and closes the menu", async () => {
    const page = await openPage("/");
    await page.locator(".more-pages summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".more-pages ul") !== null)).toBe(true);
    await page.context().close();
  });
});

describe("who hears the pages", () => {
  test("hears category and risk of a tool, and where it is", async () => {
    const page = await openPage(LOGOUT_PAGE);
    const heard = await page.locator("body").ariaSnapshot();
    expect(heard).toContain('- img "Execute, high risk"');
    expect(heard).toContain('- navigation "Site"');
    expect(heard).toMatch(/- heading "logout_instance" \[level=1\]/);
    for (const name of ["Why this verdict", "Definition", "Recommended policy", "Questions"])
      expect(heard).toContain(`- region "${name}"`);
    expect(heard).toMatch(/- link "Evidence 1"/);
    await page.context().close();
  });

  test("hears in a list of tools what the marks beside them show", async () => {
    const page = await openPage("/tools");
    const row = page.locator(".tools-table tbody tr", { hasText: "logout_instance" });
    expect(await row.ariaSnapshot()).toMatch(
      /rowheader "logout_instance[\s\S]*cell "Execute"[\s\S]*cell "High"/,
    );
    await page.context().close();
  });

  test("hears of every table what it is and what its rows and columns are", async () => {
    const page = await openPage("/");
    const lacking: object[] = [];
    let tables = 0;
    for (const address of PAGES) {
      await page.goto(address);
      const found = await page.evaluate(() => {
        const named = (table: HTMLTableElement) =>
          table.caption?.textContent || table.ariaLabel || table.getAttribute("aria-labelledby");
        const all = [...document.querySelectorAll("table")];
        return {
          tables: all.length,
          unnamed: all.filter((table) => !named(table)).length,
          noScope: document.querySelectorAll("th:not([scope])").length,
          noHead: all.filter((table) => table.querySelectorAll("thead th").length === 0).length,
        };
      });
      tables += found.tables;
      if (found.unnamed + found.noScope + found.noHead > 0) lacking.push({ address, ...found });
    }
    expect(lacking).toEqual([]);
    expect(tables).toBeGreaterThan(15);
    await page.context().close();
  });
});

describe("forced colours", () => {
  test.each(["light", "dark"] as const)(
    "leave the mark, the bars and the menu readable (%s)",
    async (colorScheme) => {
      const page = await openPage(serverUrl(OFFICE.id), { forcedColors: "active", colorScheme });
      const ground = await styleOf(page, "body", "background-color");
      const ink = await styleOf(page, "body", "color");
      expect(ink).not.toBe(ground);
      expect(await styleOf(page, ".tools-table .mark-on", "fill")).toBe(ink);
      expect(await styleOf(page, ".tools-table .mark-disc", "fill")).toBe(ground);
      expect(await styleOf(page, ".tools-table .mark text", "fill")).toBe(ink);
      expect(await styleOf(page, ".bar rect:not(.rest)", "fill")).toBe(ink);
      expect(await styleOf(page, ".bar .rest", "fill")).toBe(ground);
      expect(await styleOf(page, ".site-head a[aria-current]", "text-decoration-line")).toBe("underline");
      await page.goto(LOGOUT_PAGE);
      expect(await styleOf(page, ".definition .evidence", "text-decoration-line")).toBe("underline");
      await page.context().close();
    },
  );
});

describe("on paper", () => {
  test("a tool's verdict, evidence and policy are all there, and what cannot be used is not", async () => {
    // Dark on the screen: paper stays white.
    const page = await openPage(LOGOUT_PAGE, { colorScheme: "dark", viewport: { width: 718, height: 1000 } });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const selector of [".verdict", ".definition", ".notes", "#policy-document", ".site-foot", "h1"])
      expect({ selector, isShown: await page.locator(selector).first().isVisible() }).toEqual({
        selector,
        isShown: true,
      });
    expect(await page.locator("nav:visible, form:visible, button:visible, .skip:visible").count()).toBe(0);
    expect(await styleOf(page, "body", "background-color")).toBe("rgb(255, 255, 255)");
    expect(await styleOf(page, "body", "color")).toBe("rgb(0, 0, 0)");
    const cut = await page
      .locator("pre:visible, .scroll:visible")
      .evaluateAll(
        (all) =>
          all.filter(
            (part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1,
          ).length,
      );
    expect(cut).toBe(0);
    await page.context().close();
  });
});

test("nothing moves for who does not want it", async () => {
  const page = await openPage(LOGOUT_PAGE, { reducedMotion: "reduce" });
  expect(await styleOf(page, "html", "scroll-behavior")).toBe("auto");
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== "0s" || animationName !== "none";
      }).length,
  );
  expect(moving).toBe(0);
  await page.context().close();
});
