import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChangeRow, ToolDetail } from "../../db/types.ts";
import { serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";

const NOTE = {
  name: "read_note",
  description: "Reads a private note of the user.",
  inputSchema: { properties: { id: { type: "string" } } },
};
const TOOLS = [
  NOTE,
  { name: "delete_note", description: "Deletes a note for good. This cannot be undone." },
  { name: "send_note", description: "Sends a note to anybody by e-mail." },
  { name: "run_script", description: "Runs a shell command on this machine." },
  { name: "old_note", description: "Reads a note." },
  { name: "renamed_away", description: "Reads a note by its old name." },
  { name: "list_notes", description: "Lists notes." },
];
const OWN = "npm/@example/notes";
const HOSTILE = 'local/x"><script>alert(1)</script>';
const GONE = "2026-11-20T10:00:00.000Z";
const state = { name: "", digest: "sha256:0", category: "Read" as const, risk: "low" as const, facets: [] };
const CHANGES: ChangeRow[] = [
  {
    id: 1,
    server: OWN,
    tool: "list_notes",
    kind: "tool-renamed",
    worse: false,
    at: GONE,
    before: { ...state, name: "renamed_away" },
    after: { ...state, name: "list_notes" },
  },
];

let browser: Browser;
let site: SiteServer;
let page: Page;

beforeAll(async () => {
  const catalog = fakeCatalog(
    [
      { id: OWN, tools: TOOLS },
      {
        id: "npm/@example/other-notes",
        tools: [NOTE, { name: "delete_note", description: "Lists notes that were deleted." }],
      },
      { id: HOSTILE, tools: [NOTE] },
    ],
    undefined,
    CHANGES,
  );
  const gone = (tool: ToolDetail | undefined) =>
    tool && ["old_note", "renamed_away"].includes(tool.name) ? { ...tool, goneSince: GONE } : tool;
  const ofTool = async (filter?: { tool?: string }) => ({
    items: CHANGES.filter(({ before }) => before?.name === filter?.tool),
    nextCursor: null,
  });
  [browser, site] = await Promise.all([
    startBrowser(),
    startSite({
      ...catalog,
      tool: async (server, name) => gone(await catalog.tool(server, name)),
      changes: ofTool,
    }),
  ]);
  page = await (await browser.newContext({ baseURL: site.url, javaScriptEnabled: false })).newPage();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const section = (id: string) => page.locator("section", { has: page.locator(`#${id}`) });

test("what a tool touches stands with the words that show it", async () => {
  await page.goto(toolUrl(OWN, "send_note"));
  const touched = section("facets");
  expect(await touched.getByRole("link", { name: "messaging" }).getAttribute("href")).toBe(
    "/facets/messaging",
  );
  expect(await touched.innerText()).toMatch(/It sends messages to people, as .+ shows?\./);
  await touched.locator(".note-refs a").first().click();
  expect(new URL(page.url()).hash).toMatch(/^#note-\d+$/);
});

test("questions are answered from the policy that stands above them", async () => {
  await page.goto(toolUrl(OWN, "run_script"));
  const policy = JSON.parse((await page.locator("#policy-document").textContent()) ?? "");
  expect(policy.tools.run_script.deny_if[0].conditions).toEqual([]);
  expect(await page.locator("#answer-unasked").innerText()).toContain("No. Every call is denied");
  expect(await page.locator("#answer-blocked").innerText()).toContain(
    "Every call, whatever its arguments are.",
  );
});

test("the same definition and other ones of the name are found on other servers, with their verdicts", async () => {
  await page.goto(toolUrl(OWN, "read_note"));
  expect(await section("elsewhere").locator(".plain-list a").allInnerTexts()).toEqual([
    "npm/@example/other-notes",
    HOSTILE,
  ]);
  await page.goto(toolUrl(OWN, "delete_note"));
  expect(await section("elsewhere").innerText()).toMatch(
    /Its verdict is not the same: here it is Destructive/,
  );
  await section("elsewhere").locator(".alike a.machine").click();
  expect(new URL(page.url()).pathname).toBe(toolUrl("npm/@example/other-notes", "delete_note"));
  await page.goto(toolUrl(OWN, "send_note"));
  expect(await section("elsewhere").innerText()).toContain(
    "No other server in this catalog has a tool of this definition",
  );
});

test("the definition is there as it was served, as JSON", async () => {
  await page.goto(toolUrl(OWN, "read_note"));
  await page.getByText("The definition as JSON").click();
  expect(JSON.parse(await page.locator("#raw-definition").innerText())).toEqual(NOTE);
});

test("a tool that is gone says since when, and what there is in its place", async () => {
  await page.goto(toolUrl(OWN, "renamed_away"));
  expect(await page.locator(".notice").innerText()).toMatch(
    /since 20 Nov 2026, 10:00 UTC[\s\S]*another name now: list_notes/,
  );
  await page.goto(toolUrl(OWN, "old_note"));
  expect(await page.locator(".notice a").allInnerTexts()).toContain("read_note");
});

test("an address with a tool misspelt leads to the tool", async () => {
  const answer = await page.goto(toolUrl(OWN, "delete_notes"));
  expect(answer?.status()).toBe(404);
  await page.getByRole("link", { name: "delete_note, which this server has" }).click();
  expect(await page.locator("h1").innerText()).toBe("delete_note");
  await page.goto(toolUrl("npm/none", "x"));
  expect(await page.locator(".tries a").allInnerTexts()).toContain("All servers");
});

test("a server's tools are sorted and filtered without scripts, and the words stay in their field", async () => {
  await page.goto(serverUrl(OWN));
  const names = () => page.locator(".sortable tbody th a").allInnerTexts();
  expect((await names())[0]).toBe("delete_note");
  await page.getByRole("link", { name: "Tool", exact: true }).click();
  expect(await names()).toEqual(TOOLS.map(({ name }) => name).toSorted());
  expect(await page.locator('[aria-sort="ascending"]').innerText()).toContain("Tool");
  await page.getByLabel("Words in these tools").fill("note reads");
  await page.getByRole("button", { name: "Filter" }).click();
  expect(await names()).toEqual(["old_note", "read_note", "renamed_away"]);
  expect(await page.getByLabel("Words in these tools").inputValue()).toBe("note reads");
  await page.getByRole("link", { name: "Show all" }).click();
  expect(await names()).toHaveLength(TOOLS.length);
});
