import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChangeRow } from "../../db/index.ts";
import { problemSchema } from "../../site/src/api/problem.ts";
import { changeSchema, listSchema } from "../../site/src/api/types.ts";
import { apiChangesUrl, changesUrl, serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { catalogOf } from "../../site/src/lib/catalog.ts";
import { changedDays } from "../../site/src/lib/changes.ts";
import { openSharedCatalog } from "../database.ts";
import { fakeCatalog } from "./_catalog.ts";
import { HOSTILE_NAME, hour, NOTES, REMOTE, storeChangedServers } from "./_changed.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";

const changeList = listSchema(changeSchema.strict());
let store: Awaited<ReturnType<typeof openSharedCatalog>>;
let browser: Browser;
let site: SiteServer;

beforeAll(async () => {
  store = await openSharedCatalog();
  const { database } = store;
  await storeChangedServers(database);
  [browser, site] = await Promise.all([startBrowser(), startSite(catalogOf({ database }))]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await store?.close();
});

const get = (path: string) => fetch(`${site.url}${path}`);
const listed = async (path: string) => changeList.parse(await (await get(path)).json());

/** A page without scripts: everything here has to work so. */
async function openPage(path: string, width = 1280): Promise<Page> {
  const context = await browser.newContext({
    baseURL: site.url,
    javaScriptEnabled: false,
    viewport: { width, height: 800 },
  });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

const rows = (page: Page) => page.locator(".changes > li");
const names = (page: Page) => page.locator(".changes > li > div > a").allInnerTexts();

describe("GET /api/v1/changes", () => {
  test("every change with its tool before and after, newest first", async () => {
    const { items, nextCursor } = await listed(apiChangesUrl());
    expect(items.map(({ kind, tool, worse }) => [kind, tool, worse])).toEqual([
      ["tool-removed", "clear_cache", false],
      ["tool-added", HOSTILE_NAME, false],
      ["verdict-changed", "read_note", true],
      ["annotations-changed", "read_note", false],
      ["schema-changed", "read_note", false],
      ["description-changed", "read_note", false],
      ["tool-renamed", "listNotes", false],
    ]);
    expect(nextCursor).toBeNull();
    expect(items[2]).toMatchObject({
      url: toolUrl(NOTES, "read_note"),
      server: NOTES,
      at: hour(27),
      before: { category: "Read" },
      after: { category: "Destructive", facets: expect.arrayContaining(["egress"]) },
    });
    expect(items.at(-1)).toMatchObject({ before: { name: "list_notes" }, after: { name: "listNotes" } });
    for (const { url } of items) expect((await get(url)).status).toBe(200);
  });

  test("a walk with cursors meets each change once, and filters narrow the list", async () => {
    const met: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await listed(apiChangesUrl({ limit: 2, cursor }));
      met.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(met).toEqual((await listed(apiChangesUrl())).items.map(({ id }) => id));
    const kinds = async (path: string) => (await listed(path)).items.map(({ kind }) => kind);
    expect(await kinds(apiChangesUrl({ worse: true }))).toEqual(["verdict-changed"]);
    expect(await kinds(apiChangesUrl({ worse: false }))).toHaveLength(6);
    expect(await kinds(apiChangesUrl({ kind: "tool-added", server: NOTES }))).toEqual(["tool-added"]);
    expect(await kinds(apiChangesUrl({ kind: "tool-added", worse: true }))).toEqual([]);
    expect(await kinds(apiChangesUrl({ server: REMOTE }))).toEqual([]);
  });

  test("a tool is found by its name now, and by the one it had", async () => {
    const of = async (tool: string) =>
      (await listed(apiChangesUrl({ server: NOTES, tool }))).items.map((change) => change.kind);
    expect(await of("listNotes")).toEqual(["tool-renamed"]);
    expect(await of("list_notes")).toEqual(["tool-renamed"]);
    expect(await of("list_note")).toEqual([]);
    expect(await of("read_note")).toHaveLength(4);
    expect(await of(HOSTILE_NAME)).toEqual(["tool-added"]);
  });

  test.each([
    ["kind=tool-eaten", "kind"],
    ["worse=maybe", "worse"],
    ["cursor=rubbish", "cursor"],
    ["cursor=%27%3B--", "cursor"],
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["tool=read_note", "tool"],
    ["kinds=tool-added", "kinds"],
    [`kind=tool-added&kind=tool-added`, "kind"],
  ])("%s is answered with a problem", async (query, parameter) => {
    const response = await get(`/api/v1/changes?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    const problem = problemSchema.strict().parse(await response.json());
    expect(problem.parameter).toBe(parameter);
    expect(problem.detail).toMatch(/\.$/);
    expect((await get(`/changes?${query}`)).status).toBe(parameter === "kinds" ? 200 : 400);
  });

  test("a cursor of another list is refused", async () => {
    const { nextCursor } = await (await get("/api/v1/tools?limit=1")).json();
    const response = await get(apiChangesUrl({ cursor: nextCursor }));
    expect([response.status, (await response.json()).parameter]).toEqual([400, "cursor"]);
  });
});

describe("the page of changes", () => {
  test("is reached from every page, and lists the same, a tool at a time", async () => {
    const page = await openPage("/");
    await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Changes" }).click();
    expect(await page.locator("h2").allInnerTexts()).toEqual(["21 Nov 2026"]);
    expect(await page.locator("h3").allInnerTexts()).toEqual([
      expect.stringMatching(`${NOTES}\\s+03:00 UTC`),
    ]);
    expect(await names(page)).toEqual([
      "clear_cache",
      HOSTILE_NAME.replace("\u202E", "U+202E"),
      "read_note",
      "listNotes",
    ]);
    expect(await rows(page).last().innerText()).toMatch(/Renamed\s+was\s+list_notes/);
    expect(await page.locator("main img").count()).toBe(0);
    await page.context().close();
  });

  test("a raised verdict stands out by word, sign, weight and frame, not by colour alone", async () => {
    const page = await openPage("/changes");
    const raised = page.locator(".changes > .raised");
    expect(await raised.count()).toBe(1);
    expect(await raised.locator("strong").innerText()).toBe("▲ Verdict raised");
    expect(await raised.innerText()).toMatch(/category from Read to Destructive; now touches [\w, -]*egress/);
    const look = (index: number) =>
      rows(page)
        .nth(index)
        .evaluate((row) => {
          const label = row.querySelector(".change-lines strong, .change-lines li > span");
          const isBold = Number(getComputedStyle(label as Element).fontWeight) > 500;
          return [isBold, getComputedStyle(row).borderLeftWidth];
        });
    expect(await look(2)).toEqual([true, "3px"]);
    expect(await look(0)).toEqual([false, "0px"]);
    await page.context().close();
  });

  test("links filter by kind, a form by server, and both hold together", async () => {
    const page = await openPage("/changes");
    await page.getByRole("link", { name: "Verdict raised" }).click();
    expect(await names(page)).toEqual(["read_note"]);
    await page.getByLabel("Of one server").fill(REMOTE);
    await page.getByRole("button", { name: "Show" }).click();
    expect(new URL(page.url()).search).toBe(
      new URL(changesUrl({ server: REMOTE, worse: true }), site.url).search,
    );
    expect(await page.getByText("No change fits.").count()).toBe(1);
    await page.getByRole("link", { name: "Changes of all servers" }).click();
    expect(await names(page)).toEqual(["read_note"]);
    await page.getByRole("link", { name: "Added", exact: true }).click();
    expect(await names(page)).toHaveLength(1);
    expect(await page.locator('.tags a[aria-current="page"]').innerText()).toBe("Added");
    await page.context().close();
  });

  test("pages follow each other and keep the filter", async () => {
    const page = await openPage(changesUrl({ server: NOTES, limit: 2 }));
    const met = await names(page);
    for (let pages = 1; pages < 4; pages += 1) {
      await page.getByRole("link", { name: "Next page" }).click();
      expect(new URL(page.url()).searchParams.get("server")).toBe(NOTES);
      met.push(...(await names(page)));
    }
    expect(await page.getByRole("link", { name: "Next page" }).count()).toBe(0);
    expect(new Set(met).size).toBe(4);
    await page.getByRole("link", { name: "First page" }).click();
    expect((await names(page))[0]).toBe("clear_cache");
    await page.context().close();
  });

  test("what takes too long is said", async () => {
    const slow = await startSite({
      ...fakeCatalog([]),
      changes: () =>
        Promise.reject(Object.assign(new Error("That took too long."), { name: "SlowListError" })),
    });
    try {
      for (const path of [
        changesUrl({ worse: true }),
        "/changes.md?worse=true",
        apiChangesUrl({ worse: true }),
      ]) {
        const answer = await fetch(`${slow.url}${path}`);
        expect([path, answer.status]).toEqual([path, 503]);
        expect(await answer.text()).toContain("That took too long.");
      }
    } finally {
      await slow.close();
    }
  });

  test("an empty catalog says what makes a change", async () => {
    const empty = await startSite(fakeCatalog([]));
    try {
      const html = await (await fetch(`${empty.url}/changes`)).text();
      expect(html).toContain("No server has changed its tools yet.");
      expect(html).toContain("npx placard crawl npm:");
    } finally {
      await empty.close();
    }
  });

  test.each(["/changes", "/changes?server=npm/none", serverUrl(NOTES), toolUrl(NOTES, "read_note")])(
    "%s fits a telephone, with headings in order",
    async (path) => {
      const page = await openPage(path, 320);
      const found = await page.evaluate(() => ({
        sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        titles: document.querySelectorAll("h1").length,
        levels: [...document.querySelectorAll("h1,h2,h3,h4")].map((heading) => Number(heading.tagName[1])),
      }));
      const jumps = found.levels.filter((level, index) => level > (found.levels[index - 1] ?? 0) + 1);
      expect({ ...found, levels: jumps }).toEqual({ sideways: 0, titles: 1, levels: [] });
      await page.context().close();
    },
  );
});

describe("the history on other pages", () => {
  test("a server's last changes, or that there were none", async () => {
    const page = await openPage(serverUrl(NOTES));
    expect(await names(page)).toContain("clear_cache");
    expect(await page.locator("#changes ~ div h3").innerText()).toBe("21 Nov 2026, 03:00 UTC");
    await page.goto(serverUrl(REMOTE));
    expect(await page.locator("#changes ~ div").innerText()).toMatch(/^Nothing about its tools/);
    await page.context().close();
  });

  test("a server's tools that are gone, apart from those it serves", async () => {
    const page = await openPage(serverUrl(NOTES));
    const gone = page.getByRole("table", { name: "Tools that are gone" });
    expect(await gone.locator("th a").allInnerTexts()).toEqual(["clear_cache", "list_notes"]);
    expect(await page.locator(".lead").innerText()).toMatch(/3 tools$/);
    const served = page.getByRole("table", { name: "Tools, worst first" });
    expect(await served.locator("th a").allInnerTexts()).not.toContain("clear_cache");
    await page.context().close();
  });

  test("a tool's own changes, with the definitions it has had", async () => {
    const page = await openPage(toolUrl(NOTES, "read_note"));
    const history = page.locator("#changes ~ div");
    expect(await history.innerText()).toMatch(
      /Verdict raised[\s\S]*Schema changed[\s\S]*Definitions it has had/,
    );
    expect(await names(page)).toEqual([]);
    await page.goto(toolUrl(REMOTE, "read_note"));
    expect(await history.innerText()).toBe("Nothing since it was first seen, 20 Nov 2026, 02:00 UTC.");
    await page.context().close();
  });

  test("a tool that was renamed leads to its new name", async () => {
    const page = await openPage(toolUrl(NOTES, "list_notes"));
    await page.locator(".notice").getByRole("link", { name: "listNotes" }).click();
    expect(new URL(page.url()).pathname).toBe(toolUrl(NOTES, "listNotes"));
    expect(await page.locator("#changes ~ div").innerText()).toMatch(/Renamed\s+was\s+list_notes/);
    await page.context().close();
  });
});

test("days, crawls and tools that stand together are told once, in the order of the list", () => {
  const change = (id: number, server: string, tool: string, at: string): ChangeRow => ({
    id,
    server,
    tool,
    at,
    kind: "schema-changed",
    worse: false,
  });
  const days = changedDays([
    change(5, "a", "x", hour(30)),
    change(4, "a", "x", hour(30)),
    change(3, "b", "x", hour(30)),
    change(2, "a", "x", hour(29)),
    change(1, "a", "x", hour(3)),
  ]);
  expect(
    days.map(({ day, servers }) => [day, servers.map(({ server, tools }) => [server, tools.length])]),
  ).toEqual([
    [
      "21 Nov 2026",
      [
        ["a", 1],
        ["b", 1],
        ["a", 1],
      ],
    ],
    ["20 Nov 2026", [["a", 1]]],
  ]);
  expect(days[0]?.servers[0]?.tools[0]?.lines).toHaveLength(2);
});
