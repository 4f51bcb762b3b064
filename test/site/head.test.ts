import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { imageUrl, serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { jsonLd, siteUrl } from "../../site/src/lib/head.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
const HOSTILE = "local/hostile <b>one</b>";
const ENDS_SCRIPT = "</script><script>alert(1)</script><!--<script>";
const GRIM = { id: `local/${ENDS_SCRIPT}`, tools: [{ name: ENDS_SCRIPT, description: "Reads." }] };
const PUBLIC = "https://catalog.example.com";
const graphSchema = z.object({
  "@context": z.literal("https://schema.org"),
  "@graph": z.array(z.looseObject({ "@type": z.string() })),
});

let browser: Browser;
let asked: SiteServer;
let named: SiteServer;
let nowhere: SiteServer;

beforeAll(async () => {
  const catalog = fakeCatalog([...SERVERS, OFFICE, POISONED, GRIM]);
  browser = await startBrowser();
  asked = await startSite(catalog);
  named = await startSite(catalog, 0, "127.0.0.1", { publicUrl: PUBLIC, crossOrigin: true });
  nowhere = await startSite(catalog, 0, "127.0.0.1", { publicUrl: null, sharedPictures: true });
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([asked?.close(), named?.close(), nowhere?.close()]);
});

/** What a browser finds in the head of a page, and what it complains of. */
async function headOf(url: string) {
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("dialog", (dialog) => {
    troubles.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(url);
  const head = await page.evaluate(() => ({
    canonical: [...document.querySelectorAll<HTMLLinkElement>('link[rel="canonical"]')].map(
      (link) => link.href,
    ),
    meta: Object.fromEntries(
      [...document.querySelectorAll("meta[property], meta[name]")].map((meta) => [
        meta.getAttribute("property") ?? meta.getAttribute("name") ?? "",
        meta.getAttribute("content") ?? "",
      ]),
    ),
    data: [...document.querySelectorAll('script[type="application/ld+json"]')].map(
      (script) => script.textContent,
    ),
    scripts: [...document.querySelectorAll("script:not([src]):not([type='application/ld+json'])")].length,
  }));
  await page.close();
  return { ...head, troubles };
}

describe("a page's head", () => {
  test("of a tool has its own address, picture, and what it is about", async () => {
    const address = toolUrl(SESSIONS, "logout_instance");
    const head = await headOf(`${named.url}${address}?utm=x`);
    expect(head.canonical).toEqual([`${PUBLIC}${address}`]);
    expect(head.meta).toMatchObject({
      "og:url": `${PUBLIC}${address}`,
      "og:title": "logout_instance · npm/@example/sessions · Placard",
      "og:image": `${PUBLIC}${imageUrl(SESSIONS, "logout_instance")}`,
      "og:image:alt": "logout_instance: Execute, high risk",
      "twitter:card": "summary_large_image",
    });
    const graph = graphSchema.parse(JSON.parse(head.data[0] ?? ""))["@graph"];
    expect(graph.map((object) => object["@type"])).toEqual(["WebPage", "BreadcrumbList"]);
    expect(head.troubles).toEqual([]);
  });

  test.each([
    ["/", ["Dataset"]],
    [serverUrl(OFFICE.id), ["SoftwareApplication", "BreadcrumbList"]],
    ["/method", []],
  ])("of %s has objects of schema.org: %s", async (address, types) => {
    const head = await headOf(`${named.url}${address}`);
    const found = head.data.flatMap((text) => graphSchema.parse(JSON.parse(text ?? ""))["@graph"]);
    expect(found.map((object) => object["@type"])).toEqual(types);
    expect(head.canonical).toEqual([`${PUBLIC}${address}`]);
    expect(head.troubles).toEqual([]);
  });

  test.each([
    ...HOSTILE_NAMES.map((name) => toolUrl(HOSTILE, name)),
    toolUrl(GRIM.id, ENDS_SCRIPT),
    serverUrl(GRIM.id),
  ])("of %s cannot be broken by a name", async (address) => {
    const head = await headOf(`${named.url}${address}`);
    expect(head.canonical).toEqual([`${PUBLIC}${new URL(address, PUBLIC).pathname}`]);
    expect(head.data).toHaveLength(1);
    graphSchema.parse(JSON.parse(head.data[0] ?? ""));
    expect(head.scripts).toBe(0);
    expect(head.troubles).toEqual([]);
  });

  test("says where it was asked for when nobody has said better", async () => {
    expect((await headOf(`${asked.url}/method`)).canonical).toEqual([`${asked.url}/method`]);
  });

  test("holds nothing absolute where the site does not know its address", async () => {
    const html = await (await fetch(`${nowhere.url}${toolUrl(SESSIONS, "logout_instance")}`)).text();
    expect(html).not.toMatch(/canonical|og:|ld\+json|atom\+xml|http:\/\//);
    expect(html).toContain('type="text/markdown"');
    expect((await fetch(`${nowhere.url}/changes.atom`)).status).toBe(404);
    expect((await fetch(`${nowhere.url}/sitemap.xml`)).status).toBe(404);
    expect(await (await fetch(`${nowhere.url}/robots.txt`)).text()).not.toContain("Sitemap");
    expect(await (await fetch(`${nowhere.url}/changes`)).text()).not.toContain("/changes.atom");
  });

  test("of an error names no address", async () => {
    expect((await headOf(`${named.url}/tools/npm/none/none`)).canonical).toEqual([]);
    expect((await headOf(`${named.url}/risk/none`)).canonical).toEqual([]);
  });
});

test("no less-than sign is left in data for schema.org, and it reads back", () => {
  const text = jsonLd([{ name: `${ENDS_SCRIPT}\u2028\u202E` }]);
  expect(text).not.toMatch(/[<\u2028\u202E]/);
  expect(JSON.parse(text)["@graph"]).toEqual([{ name: `${ENDS_SCRIPT}\u2028\u202E` }]);
});

test.each([
  [{ publicUrl: "https://a.example" }, "b.example", "https://a.example"],
  [{ publicUrl: null }, "b.example", undefined],
  [{}, "b.example:8080", "http://b.example:8080"],
  [{}, "[::1]:4321", "http://[::1]:4321"],
  [{}, 'b.example"><script>', undefined],
  [{}, "b.example/path", undefined],
  [{}, "user@b.example", undefined],
])("started with %o and asked as %s, the site is at %s", (locals, host, expected) => {
  const request = { headers: new Map([["host", host]]) } as unknown as Request;
  expect(siteUrl(locals, request)).toBe(expected);
});
