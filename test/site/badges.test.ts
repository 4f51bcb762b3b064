import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import satori from "satori";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CATEGORIES, RISKS } from "../../classifier/index.ts";
import { badgeUrl, imageUrl, verdictImageUrl } from "../../site/src/lib/addresses.ts";
import { badgeSvg, serverBadge, toolBadge } from "../../site/src/lib/badge.ts";
import { badgeSnippets } from "../../site/src/lib/badge-snippets.ts";
import { RISK_COLOUR } from "../../site/src/lib/mark.ts";
import { pictureOf, toolPicture } from "../../site/src/lib/og.ts";
import { loadFonts, SUBSETS } from "../../site/src/lib/og-draw.ts";
import { DRAWN, drawable } from "../../site/src/lib/og-text.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
const HOSTILE = "local/hostile <b>one</b>";
let site: SiteServer;
let browser: Browser;
const get = (path: string) => fetch(`${site.url}${path}`);

beforeAll(async () => {
  const catalog = fakeCatalog([...SERVERS, OFFICE, POISONED, { id: "local/empty", tools: [] }]);
  [browser, site] = await Promise.all([startBrowser(), startSite(catalog)]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe("a badge", () => {
  test("says the verdict of a tool, and the worst of a server", async () => {
    const tool = await get(badgeUrl(SESSIONS, "logout_instance"));
    expect([tool.status, tool.headers.get("content-type")]).toEqual([200, "image/svg+xml; charset=utf-8"]);
    const svg = await tool.text();
    expect(svg).toContain(
      'role="img" aria-label="Placard: Execute, high risk"><title>Placard: Execute, high risk</title>',
    );
    expect(await (await get(badgeUrl(SESSIONS))).text()).toContain("1 of 2 tools: high risk");
    expect(await (await get(badgeUrl("local/empty"))).text()).toContain("no tools known");
    expect((await get(badgeUrl(SESSIONS, "none"))).status).toBe(404);
    expect((await get(badgeUrl("npm/none"))).status).toBe(404);
    expect((await get("/badges/servers/npm/x.png")).status).toBe(404);
  });

  test("counts in words", () => {
    const none = { unknown: 0, low: 0, medium: 0, high: 0, critical: 0 };
    const words = (byRisk: Partial<typeof none>, toolCount: number) =>
      serverBadge({ byRisk: { ...none, ...byRisk }, toolCount }).words;
    expect(words({ critical: 2, low: 10 }, 12)).toBe("2 of 12 tools: critical risk");
    expect(words({ low: 1 }, 1)).toBe("1 tool: low risk");
    expect(words({ medium: 3 }, 3)).toBe("3 tools: medium risk");
    // What nobody can tell is worse than low.
    expect(words({ unknown: 1, low: 3 }, 4)).toBe("1 of 4 tools: unknown risk");
  });

  test("is drawn as said by a browser, without style or script, for every verdict", async () => {
    const page = await browser.newPage();
    const troubles: string[] = [];
    // Browsers ask for /favicon.ico beside a picture.
    page.on("console", (message) => {
      if (!message.text().includes("404")) troubles.push(message.text());
    });
    for (const category of CATEGORIES) {
      for (const risk of RISKS) {
        const svg = badgeSvg(toolBadge({ category, risk }));
        expect(svg).not.toMatch(/<style|style=|<script|href/);
        const found = await page.evaluate((text) => {
          const root = new DOMParser().parseFromString(text, "image/svg+xml");
          return {
            error: root.querySelector("parsererror") !== null,
            filled: root.querySelectorAll("g path[fill='#fff']").length,
          };
        }, svg);
        expect(found).toEqual({ error: false, filled: RISKS.indexOf(risk) });
      }
    }
    // As a document of its own it stands under the site's policy.
    await page.goto(`${site.url}${badgeUrl(SESSIONS)}`);
    expect(await page.locator("text").count()).toBe(2);
    expect(troubles).toEqual([]);
    await page.close();
  });

  test("uses the risk colours of the pages", () => {
    const css = readFileSync(new URL("../../site/src/styles/base.css", import.meta.url), "utf8");
    for (const risk of RISKS) expect(css).toContain(`--${risk}: ${RISK_COLOUR[risk]};`);
  });

  test("is offered on the server's page, to paste", async () => {
    const html = await (await get(`/servers/${SESSIONS}`)).text();
    expect(html).toContain(
      `[![Placard: 1 of 2 tools: high risk](${site.url}/badges/servers/${SESSIONS}.svg)]`,
    );
    expect(await (await get("/servers/local/empty")).text()).not.toContain('id="badge"');
  });

  test("is pasted in one piece, whatever the address holds", () => {
    const [markdown, html] = badgeSnippets({
      label: "x",
      image: "https://a/b(1)'.svg",
      page: "https://a/(2)",
    });
    expect(markdown?.text).toBe("[![x](https://a/b%281%29%27.svg)](https://a/%282%29)");
    expect(html?.text).toBe(
      '<a href="https://a/%282%29"><img src="https://a/b%281%29%27.svg" alt="x" height="20"></a>',
    );
  });
});

describe("a picture for links", () => {
  test.each([
    imageUrl(SESSIONS, "logout_instance"),
    imageUrl(SESSIONS),
    verdictImageUrl("Unknown", "unknown"),
    "/images/placard.png",
    ...HOSTILE_NAMES.map((name) => imageUrl(HOSTILE, name)),
  ])("%s is a PNG of 1200 by 630", async (address) => {
    const response = await get(address);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
    const png = await sharp(await response.arrayBuffer()).metadata();
    expect([png.format, png.width, png.height]).toEqual(["png", 1200, 630]);
  });

  test("is not there for what is not there", async () => {
    for (const address of [
      imageUrl(SESSIONS, "none"),
      imageUrl("npm/none"),
      "/images/verdicts/none-high.png",
    ])
      expect((await get(address)).status).toBe(404);
  });

  test("differs by name, risk and category, and is drawn once", async () => {
    const of = (name: string, risk: "low" | "high", category: "Read" | "Write" = "Read") =>
      pictureOf(toolPicture({ server: "npm/a", name, category, risk }));
    const pictures = await Promise.all([
      of("a", "low"),
      of("b", "low"),
      of("a", "high"),
      of("a", "low", "Write"),
    ]);
    expect(new Set(pictures.map((png) => Buffer.from(png ?? []).toString("base64"))).size).toBe(4);
    expect(await of("a", "low")).toBe(pictures[0]);
  });

  test("is not drawn while too many wait, and is again when they are done", async () => {
    const of = (index: number) =>
      pictureOf(toolPicture({ server: "npm/many", name: `tool_${index}`, category: "Read", risk: "low" }));
    const asked = Array.from({ length: 60 }, (_, index) => of(index));
    expect(asked.filter((picture) => picture === undefined)).toHaveLength(10);
    await Promise.all(asked);
    expect(await of(59)).toBeInstanceOf(Uint8Array);
  });

  test("writes what the fonts lack as codes, and shortens in the middle, never within a code", () => {
    expect(drawable("删除", 40)).toBe("U+5220 U+9664");
    expect(drawable("a\u202Eb", 40)).toBe("aU+202Eb");
    expect(drawable("Привет Ωμέγα żółć", 40)).toBe("Привет Ωμέγα żółć");
    expect(drawable("line\nbreak", 40)).toBe("line break");
    const long = drawable(`start${"x".repeat(100)}end`, 20);
    expect(long).toMatch(/^startx+…x+end$/);
    expect(long.length).toBeLessThanOrEqual(20);
    expect(drawable("工".repeat(2_000), 40)).toMatch(/^(U\+5DE5 ?)+…(U\+5DE5 ?)+$/);
  });

  test("has a glyph for every character that is drawn as it is", async () => {
    const all = Array.from({ length: 0x2200 }, (_, code) => String.fromCodePoint(code));
    const shown = all.filter((character) => DRAWN.test(character));
    expect(shown.length).toBeGreaterThan(500);
    const missing: string[] = [];
    const fonts = await loadFonts();
    const fontFamily = SUBSETS.map((subset) => `Inter ${subset}`).join(", ");
    const children = shown.map((character) => ({ type: "span", props: { children: character } }));
    const style = { display: "flex", flexWrap: "wrap", fontFamily };
    await satori({ type: "div", props: { style, children } } as Parameters<typeof satori>[0], {
      width: 1200,
      height: 630,
      fonts,
      loadAdditionalAsset: async (_language: string, text: string) => {
        missing.push(text);
        return [];
      },
    });
    expect(missing).toEqual([]);
  });
});
