import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Progress } from "../../db/types.ts";
import { serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { watchTroubles } from "./_looks.ts";
import { ALL_SERVERS, ERROR_PAGES, HOSTILE_PAGES, LOGOUT_PAGE, PAGES, RECORDED_CHANGES } from "./_pages.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { HOSTILE_NAMES } from "./_servers.ts";

const HOSTILE = "local/hostile <b>one</b>";
const KINDS = [...[...PAGES, ...HOSTILE_PAGES].map((address) => [address, 200] as const), ...ERROR_PAGES];
let progress: Progress = { jobs: [], done: 0, failed: 0, total: 0 };
let browser: Browser;
let site: SiteServer;

beforeAll(async () => {
  const catalog = {
    ...fakeCatalog(ALL_SERVERS, undefined, RECORDED_CHANGES),
    progress: async () => progress,
  };
  [browser, site] = await Promise.all([startBrowser(), startSite(catalog)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A page that notes whatever ran, loaded or broke that should not have. */
async function openPage(options: BrowserContextOptions = {}): Promise<{ page: Page; troubles: string[] }> {
  const context = await browser.newContext({ baseURL: site.url, ...options });
  const page = await context.newPage();
  return { page, troubles: watchTroubles(page, site.url) };
}

describe("every kind of page", () => {
  test.each([
    { width: 320, colorScheme: "dark" as const },
    { width: 1280, colorScheme: "light" as const },
  ])("fits $width px, has one title in order, and runs nothing foreign", async ({ width, colorScheme }) => {
    const { page, troubles } = await openPage({ viewport: { width, height: 800 }, colorScheme });
    for (const [kind, status] of KINDS) {
      const response = await page.goto(kind);
      expect({ kind, status: response?.status() }).toEqual({ kind, status });
      const found = await page.evaluate(() => ({
        sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        titles: document.querySelectorAll("h1").length,
        levels: [...document.querySelectorAll("h1,h2,h3,h4")].map((heading) => Number(heading.tagName[1])),
        landmarks: ["header", "nav", "main", "footer"].filter((name) => !document.querySelector(name)),
        foreign: document.querySelectorAll(
          "main img, main script:not([src^='/_astro/']), main style, main [style], main [onerror]",
        ).length,
        broken: [...document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')].filter(
          (link) => !document.getElementById(link.hash.slice(1)),
        ).length,
      }));
      const jumps = found.levels.filter((level, index) => level > (found.levels[index - 1] ?? 0) + 1);
      expect({ kind, ...found, levels: jumps }).toEqual({
        kind,
        sideways: 0,
        titles: 1,
        levels: [],
        landmarks: [],
        foreign: 0,
        broken: 0,
      });
    }
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

test("on a telephone what stands under a tool's name is in line with it, and a policy is all to be read", async () => {
  const { page } = await openPage({ viewport: { width: 360, height: 800 } });
  await page.goto("/tools");
  const lefts = await page.evaluate(() => {
    const row = document.querySelector(".tools-table tbody tr");
    const left = (found: Element | null | undefined) => {
      const range = document.createRange();
      range.selectNodeContents(found as Element);
      return Math.round(range.getBoundingClientRect().left);
    };
    return [left(row?.querySelector("th a")), left(row?.querySelector("td"))];
  });
  expect(lefts[0]).toBe(lefts[1]);
  await page.goto(LOGOUT_PAGE);
  const wide = await page.locator("#policy-document").evaluate((text) => text.scrollWidth - text.clientWidth);
  expect(wide).toBe(0);
  await page.context().close();
});

describe("a tool page", () => {
  test("says what the tool can do, shows the words, and gives the policy", async () => {
    const { page } = await openPage();
    await page.goto(LOGOUT_PAGE);
    const head = page.locator(".verdict");
    expect(await head.textContent()).toMatch(/Execute[\s\S]*High risk/);
    expect(await head.getByRole("img").getAttribute("aria-label")).toBe("Execute, high risk");
    const marks = await page.locator(".definition .evidence").allInnerTexts();
    expect(marks).toContain("without deleting");
    const without = page.locator(".definition .evidence", { hasText: "without deleting" });
    expect(await without.getAttribute("href")).toMatch(/^\/rules\/./);
    const policy = await page.locator("#policy-document").textContent();
    const file = await page.getByRole("link", { name: "policy.json" }).getAttribute("href");
    expect(policy).toBe(await (await fetch(`${site.url}${file}`)).text());
    expect(await page.getByText("npx placard explain npm/@example/sessions logout_instance").count()).toBe(1);
    await page.context().close();
  });

  test("gives the annotations a maintainer would write, and what the tool costs", async () => {
    const { page } = await openPage();
    await page.goto("/tools/local/records/manage_record");
    const suggested = JSON.parse((await page.locator("#suggested-annotations").textContent()) ?? "");
    const link = page.getByRole("link", { name: "with the reasons, as JSON" });
    const patch = await (await fetch(`${site.url}${await link.getAttribute("href")}`)).json();
    expect(patch.tools).toMatchObject([{ name: "manage_record", suggested }]);
    expect(await page.locator("section", { has: page.locator("#tokens") }).innerText()).toMatch(
      /\b\d+ tokens\b/,
    );
    await page.goto("/tools/npm/@example/sessions/list_instances");
    expect(await page.locator("#suggested-annotations").count()).toBe(0);
    await page.context().close();
  });

  test("each mark leads to its rule, each number to its footnote", async () => {
    const { page } = await openPage();
    await page.goto(LOGOUT_PAGE);
    await page.locator(".definition .note-refs a").first().click();
    expect(new URL(page.url()).hash).toBe("#note-1");
    await page.locator(".definition .evidence").first().click();
    expect(await page.locator("h1").textContent()).toMatch(/^The tool may /);
    await page.context().close();
  });

  test("a click in the server's list leads to the tool, whatever its name is", async () => {
    const { page, troubles } = await openPage();
    for (const name of HOSTILE_NAMES) {
      await page.goto("/servers/local/hostile%20%3Cb%3Eone%3C%2Fb%3E");
      await page.locator(`.tools-table th a[href=${JSON.stringify(toolUrl(HOSTILE, name))}]`).click();
      const served = page.locator(".definition .served").first();
      const shown = await served.evaluate((element) => {
        element.querySelectorAll(".note-refs").forEach((reference) => {
          reference.remove();
        });
        return element.textContent;
      });
      expect(shown).toBe(name.replaceAll("\u202E", "U+202E"));
    }
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("hidden characters are drawn, and a long text is folded", async () => {
    const { page } = await openPage();
    await page.goto(toolUrl(HOSTILE, "%2F"));
    const description = page.locator(".definition .served").nth(2);
    expect(await description.locator(".hidden-character").allInnerTexts()).toEqual(
      expect.arrayContaining(["U+202E", "U+202C", "U+200B", "U+001B"]),
    );
    expect(await description.locator("summary").textContent()).toMatch(/^Show the other [\d,]+ characters$/);
    await page.context().close();
  });
});

test("a server page names the hints that contradict a definition, and the tools that cost most", async () => {
  const { page } = await openPage();
  await page.goto("/servers/local/records");
  const conflict = page.locator(".conflicts li");
  expect(await conflict.innerText()).toMatch(/manage_record[\s\S]*readOnlyHint[\s\S]*true[\s\S]*false/);
  await page.goto("/servers/npm/@example/sessions");
  expect(await page.locator(".conflicts").count()).toBe(0);
  expect(await page.locator(".weights li a").allInnerTexts()).toEqual(["logout_instance", "list_instances"]);
  await page.context().close();
});

test("a toxic flow is drawn leg by leg: side by side where there is room, else one under the other", async () => {
  for (const [width, isWide] of [
    [1280, true],
    [360, false],
  ] as const) {
    const { page } = await openPage({ viewport: { width, height: 800 } });
    await page.goto(serverUrl(OFFICE.id));
    const legs = page.locator(".flow").first().locator(":scope > li");
    const boxes = await legs.evaluateAll((all) => all.map((leg) => leg.getBoundingClientRect().toJSON()));
    expect(boxes.length).toBeGreaterThan(1);
    const tops = new Set(boxes.map(({ top }) => top));
    expect(tops.size).toBe(isWide ? 1 : boxes.length);
    expect(await page.locator(".flow .broken").first().innerText()).toContain("Break it here");
    await page.locator(".flow a").first().click();
    expect(new URL(page.url()).pathname).toMatch(/^\/tools\/local\/office\//);
    await page.context().close();
  }
});

describe("the home page", () => {
  const job = { server: "npm/@example/sessions", source: "npm:@example/sessions@1.2.3" };
  const running: Progress = {
    run: { id: "1", startedAt: "2026-11-22T20:00:00.000Z" },
    jobs: [{ ...job, state: "running", stage: "installing" }],
    done: 0,
    failed: 0,
    total: 1,
  };

  test("follows a crawl in place", async () => {
    progress = running;
    const { page, troubles } = await openPage();
    await page.goto("/");
    expect(await page.locator(".jobs").textContent()).toContain("installing");
    progress = {
      run: { id: "1", startedAt: "2026-11-22T20:00:00.000Z", finishedAt: "2026-11-22T20:01:00.000Z" },
      jobs: [{ ...job, state: "failed", reason: "Starting sessions: it ended at once." }],
      done: 0,
      failed: 1,
      total: 1,
    };
    await page.getByText("Starting sessions: it ended at once.").waitFor();
    expect(await page.locator("#progress-words").textContent()).toContain("1 failed");
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("tells the same without scripts, and asks again by itself while a crawl runs", async () => {
    progress = running;
    const { page } = await openPage({ javaScriptEnabled: false });
    await page.goto("/");
    expect(await page.locator(".jobs").textContent()).toContain("installing");
    expect(await page.locator('meta[http-equiv="refresh"]').count()).toBe(1);
    expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
    progress = { jobs: [], done: 0, failed: 0, total: 0 };
    await page.goto("/");
    expect(await page.locator('meta[http-equiv="refresh"]').count()).toBe(0);
    await page.context().close();
  });

  test("can be used with the keyboard: skip link first, search by Enter", async () => {
    const { page } = await openPage();
    await page.goto("/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.getByRole("searchbox").fill("whatsapp");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/tools?text=whatsapp");
    expect(await page.locator(".tools-table th a.machine").allInnerTexts()).toEqual(["logout_instance"]);
    await page.context().close();
  });
});
