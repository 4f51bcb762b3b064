import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ToolFilter, ToolPage } from "../../db/types.ts";
import { toolsUrl } from "../../site/src/lib/addresses.ts";
import { readQuery, toolQuery } from "../../site/src/lib/filters.ts";
import { highlight } from "../../site/src/lib/highlight.ts";
import { foundText } from "../../site/src/lib/tool-list.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const marked = (text: string, words: string[]) =>
  highlight(text, words)
    .map((part) => (part.isHit ? `[${part.text}]` : part.text))
    .join("");

describe("words that were looked for", () => {
  test.each([
    ["create_issue", ["issue"], "create_[issue]"],
    ["createIssue for tissues", ["issue"], "create[Issue] for tissues"],
    ["Issue, issues; ISSUE", ["issue"], "[Issue], [issue]s; [ISSUE]"],
    ["listGitHubRepos", ["git", "github"], "list[GitHub]Repos"],
    ["a.b a+b", ["a.b", "+"], "[a.b] a+b"],
    ["删除文件", ["文"], "删除[文]件"],
    ["a𐐨b, 𐐨b", ["𐐨"], "a𐐨b, [𐐨]b"],
    ["nothing here", ["issue"], "nothing here"],
    ["<b>x</b>", [""], "<b>x</b>"],
    ["", ["x"], ""],
  ])("in %j, %j", (text, words, shown) => {
    expect(marked(text, words)).toBe(shown);
    expect(
      highlight(text, words)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });
});

describe("filters in the address", () => {
  const read = (text: string) => readQuery(new URLSearchParams(text), toolQuery);

  test("are read, and written as they were", () => {
    const address = "/tools?finding=hidden-characters&conflict=true&confidence=0.9&text=x";
    const query = read(address.slice("/tools?".length));
    expect(query).toEqual({
      ok: true,
      value: { finding: "hidden-characters", conflict: true, confidence: 0.9, text: "x" },
    });
    expect(query.ok && toolsUrl(query.value)).toBe(address);
  });

  test.each([
    ["finding=none", "finding", "hidden-characters"],
    ["conflict=no", "conflict", "must be true"],
    ["confidence=0.55", "confidence", "0.5, 0.6, 0.7, 0.8, 0.9"],
    ["confidence=x", "confidence", "confidence"],
  ])("%s is refused", (text, parameter, says) => {
    const query = read(text);
    expect(query).toMatchObject({ ok: false, problem: { parameter } });
    expect(!query.ok && query.problem.detail).toContain(says);
  });
});

test("how many there are is said, and never more than is known", () => {
  const item = {} as ToolPage["items"][number];
  const text = (count: number | undefined, nextCursor: string | null = "x") =>
    foundText({ items: [item], nextCursor, count });
  expect(text(1, null)).toBe("1 tool.");
  expect(text(1_000)).toBe("1,000 tools.");
  expect(text(1_001)).toBe("More than 1,000 tools.");
  expect(text(undefined)).toBe("More than 1,000 tools.");
  expect(foundText({ items: [], nextCursor: null, count: 0 })).toBeUndefined();
});

describe("the page", () => {
  let site: SiteServer;
  const asked: ToolFilter[] = [];
  beforeAll(async () => {
    const catalog = fakeCatalog(SERVERS);
    const tools = async (filter: ToolFilter = {}): Promise<ToolPage> => {
      asked.push(filter);
      if (filter.text === "slow")
        throw Object.assign(new Error("That took too long."), { name: "SlowListError" });
      if (filter.text === "zebra") return { items: [], nextCursor: null, count: 0 };
      if (filter.cursor === "odd")
        throw Object.assign(new Error("That is no cursor of this list."), { name: "CursorError" });
      const { items } = await catalog.tools({ text: "logout" });
      const found = items.map((item) => ({ ...item, excerpt: "… ends a <b>session</b> …" }));
      const instead = filter.text === "sesion" ? { instead: "session" } : {};
      return { items: found, nextCursor: "next", count: 7, words: ["session", "logout"], ...instead };
    };
    site = await startSite({ ...catalog, tools });
  });
  afterAll(() => site?.close());
  const get = (path: string) => fetch(`${site.url}${path}`);

  test("marks the words, counts, and quotes descriptions as text", async () => {
    const html = await (await get("/tools?text=session+logout")).text();
    expect(html).toContain("<mark>logout</mark>_instance");
    expect(html).toContain("ends a &lt;b&gt;<mark>session</mark>&lt;/b&gt;");
    expect(html).toContain("7 tools.");
    expect(html).not.toContain("No tool has the words");
    expect(asked.at(-1)).toMatchObject({ text: "session logout", respell: true });
  });

  test("says what it looked for instead, and the next page is of what was asked for", async () => {
    const html = await (await get("/tools?text=sesion&risk=high")).text();
    expect(html).toContain("No tool has the words that were asked for");
    expect(html).toMatch(/href="\/tools\?[^"]*text=sesion&[^"]*cursor=next"/);
  });

  test("says what to try where nothing fits, and only there", async () => {
    const none = await (await get("/tools?text=zebra")).text();
    expect(none).toMatch(/No tool in the catalog fits. Try fewer words .*href="\/servers".*href="\/try"/s);
    const refused = await get("/tools?cursor=odd");
    const html = await refused.text();
    expect(refused.status).toBe(400);
    expect(html).toContain("That is no cursor of this list.");
    expect(html).not.toContain("No tool in the catalog fits");
    expect(html).toContain('<a href="/tools">First page</a>');
  });

  test("keeps every filter that was chosen", async () => {
    const html = await (await get("/tools?finding=hidden-characters&conflict=true&confidence=0.8")).text();
    expect(asked.at(-1)).toMatchObject({ finding: "hidden-characters", conflict: true, confidence: 0.8 });
    expect(html).toMatch(/<option value="hidden-characters" selected/);
    expect(html).toMatch(/<option value="true" selected/);
    expect(html).toMatch(/<option value="0.8" selected/);
  });

  test("what takes too long is said, on the page and by the API, which never looks for other words", async () => {
    const page = await get("/tools?text=slow");
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("That took too long.");
    const api = await get("/api/v1/tools?text=slow");
    expect(api.status).toBe(503);
    expect(await api.json()).toMatchObject({ status: 503, detail: "That took too long." });
    expect(asked.at(-1)?.respell).toBeUndefined();
  });
});
