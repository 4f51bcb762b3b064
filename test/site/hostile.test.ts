import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  changesUrl,
  compareUrl,
  policiesUrl,
  serverUrl,
  toolsUrl,
  toolUrl,
  tryUrl,
} from "../../site/src/lib/addresses.ts";
import { spelled } from "../../site/src/lib/hidden.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { ATTACKER, ATTACKS, nameOf, TRACE } from "./_hostile.ts";
import { watchTroubles } from "./_looks.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";

/** Names that a policy's or a comparison's address can carry. */
const SHORT_ATTACKS = Object.entries(ATTACKS).filter(([, text]) => text.length < 500);
let browser: Browser;
let site: SiteServer;

beforeAll(async () => {
  const catalog = fakeCatalog([ATTACKER, OFFICE]);
  [browser, site] = await Promise.all([startBrowser(), startSite(catalog)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A narrow page that notes whatever ran or loaded. */
async function openPage(): Promise<{ page: Page; troubles: string[] }> {
  const context = await browser.newContext({ baseURL: site.url, viewport: { width: 320, height: 700 } });
  const page = await context.newPage();
  return { page, troubles: watchTroubles(page, site.url) };
}

/** All that a page could be wrong in; empty when nothing is. */
function faults(page: Page): Promise<object> {
  return page.evaluate((trace) => {
    const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(({ tagName }) =>
      Number(tagName[1]),
    );
    // What our own pages never have, wherever it stands in an attack.
    const foreign =
      "script:not([src^='/_astro/'], [type='application/ld+json']), style, iframe, object, embed, base, img, meta[http-equiv], main link, main svg [onload], [style], [autofocus]";
    const handlers = [...document.querySelectorAll("*")].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith("on")),
    );
    const schemes = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].filter(
      ({ href }) => !/^https?:/.test(href) || new URL(href).hostname.endsWith(".invalid"),
    );
    const found = {
      ran: trace in window ? ["an attack"] : [],
      sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      jumps: levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1),
      titles: levels.filter((level) => level === 1).length - 1,
      foreign: [...document.querySelectorAll(foreign)].map((element) => element.outerHTML.slice(0, 200)),
      handlers: handlers.map((element) => element.outerHTML.slice(0, 200)),
      data: [...document.querySelectorAll("script[type='application/ld+json']")]
        .map((script) => script.textContent)
        .filter((text) => text.includes("<") || typeof JSON.parse(text) !== "object"),
      links: schemes.map(({ outerHTML }) => outerHTML.slice(0, 200)),
      forms: [...document.forms].filter((form) => new URL(form.action).origin !== location.origin).length,
      footer: document.querySelectorAll("body > footer").length - 1,
    };
    return Object.fromEntries(
      Object.entries(found).filter(([, value]) =>
        typeof value === "number" ? value !== 0 : value.length > 0,
      ),
    );
  }, TRACE);
}

/** Opens each address, unfolds what is folded, and expects nothing to be wrong. */
async function expectHarmless(addresses: string[], status: number[] = [200]): Promise<void> {
  const { page, troubles } = await openPage();
  const harmed: object[] = [];
  for (const address of addresses) {
    const response = await page.goto(address);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("main details")) details.setAttribute("open", "");
    });
    const found = await faults(page);
    if (Object.keys(found).length > 0)
      harmed.push({ address: decodeURIComponent(address).slice(0, 800), ...found });
    expect(status).toContain(response?.status());
  }
  expect(harmed).toEqual([]);
  expect(troubles).toEqual([]);
  await page.context().close();
}

describe("definitions that attack the pages", () => {
  test("are text on their tools' own pages", async () => {
    await expectHarmless(ATTACKER.tools.map(({ name }) => toolUrl(ATTACKER.id, name)));
  });

  test("are text on the page of their server, in lists and in policies", async () => {
    await expectHarmless([
      serverUrl(ATTACKER.id),
      "/",
      "/tools",
      "/servers",
      "/report",
      compareUrl({ a: ATTACKER.id, b: OFFICE.id }),
      policiesUrl({ servers: [ATTACKER.id, OFFICE.id] }),
      policiesUrl({ servers: [ATTACKER.id], find: "e", aliases: new Map([[ATTACKER.id, "mine"]]) }),
    ]);
  });

  test("are text where an address carries them", async () => {
    const texts = SHORT_ATTACKS.map(([, text]) => text);
    const addresses = texts.flatMap((text) => [
      toolsUrl({ text }),
      policiesUrl({ servers: [text], find: text }),
      compareUrl({ a: text, bVersion: text }),
      changesUrl({ server: text }),
      toolUrl("npm/none", nameOf(text)),
      `/none/${encodeURIComponent(nameOf(text)).replace(/%25|%0[AD]|%E2%80%A[89]/g, "%20")}`,
      `/tools?category=${encodeURIComponent(text.toWellFormed())}`,
    ]);
    await expectHarmless(addresses, [200, 400, 404]);
  });

  test("are text where they are pasted to try them", async () => {
    const { page, troubles } = await openPage();
    await page.goto(tryUrl());
    await page.locator("#try-text").fill(JSON.stringify({ tools: ATTACKER.tools }));
    await page.getByRole("button", { name: "Classify" }).click();
    await page.locator("#try-tools > li").first().waitFor();
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("main details")) details.setAttribute("open", "");
    });
    expect(await faults(page)).toEqual({});
    expect(await page.locator("#try-tools > li").count()).toBeGreaterThan(SHORT_ATTACKS.length);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("are shown to the character: as name, as title, and as what a policy is for", async () => {
    const { page } = await openPage();
    for (const [, text] of SHORT_ATTACKS) {
      const name = nameOf(text);
      await page.goto(toolUrl(ATTACKER.id, name));
      const heading = await page.locator("h1").evaluate((title) => title.textContent);
      // The page draws hidden characters as their codes, and keeps line ends.
      expect(spelled(heading ?? "")).toBe(spelled(name));
      const title = await page
        .locator(".definition .served")
        .nth(1)
        .evaluate((served) => {
          for (const reference of served.querySelectorAll(".note-refs")) reference.remove();
          return served.textContent;
        });
      expect(spelled(title ?? "")).toBe(spelled(text));
      const policy = JSON.parse((await page.locator("#policy-document").textContent()) ?? "");
      expect(Object.keys(policy.tools)).toEqual([name]);
    }
    await page.context().close();
  });

  test("leave the objects of the server as they were", async () => {
    for (const name of ["constructor", "built_in_keys"])
      expect((await fetch(`${site.url}${toolUrl(ATTACKER.id, name)}`)).status).toBe(200);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("cannot make a page of any length", async () => {
    const sizes = await Promise.all(
      ["megabyte", "deep_schema", "wide_schema", "many_values"].map(async (name) => {
        const html = await (await fetch(`${site.url}${toolUrl(ATTACKER.id, name)}`)).text();
        return { name, kilobytes: Math.round(html.length / 1024) };
      }),
    );
    expect(sizes.filter(({ kilobytes }) => kilobytes > 400)).toEqual([]);
  });
});
