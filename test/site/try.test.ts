import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { correctionsOf } from "../../policy/index.ts";
import { judgeText, MOST_CHARACTERS, MOST_ENTRIES, policyOfText } from "../../site/src/lib/try.ts";
import { placard } from "../cli/_run.ts";
import { fakeCatalog } from "./_catalog.ts";
import { sidewaysOf } from "./_looks.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

const NONE = correctionsOf([]);
const FIXTURES = "test/cli/fixtures";
const NOTE = { name: "read_note", description: "Reads a note." };
const PURGE = { name: "purge", description: "Permanently deletes all notes." };

describe("what is pasted", () => {
  test.each(["garden.json", "garden.jsonl", "hostile.json"])(
    "%s gets what the command line prints",
    async (name) => {
      const file = `${FIXTURES}/${name}`;
      const judged = await judgeText(await readFile(file, "utf8"), NONE);
      const { stdout } = await placard(["classify", file, "--format", "ndjson"]);
      expect(judged.ok && judged.ndjson.map((line) => `${line}\n`).join("")).toBe(stdout);
      expect(stdout).toContain("\n");
    },
  );

  test.each([
    ["an array", JSON.stringify([NOTE, PURGE])],
    ["a response", JSON.stringify({ jsonrpc: "2.0", id: 1, result: { tools: [NOTE, PURGE] } })],
    ["a pretty list", JSON.stringify({ tools: [NOTE, PURGE] }, null, 2)],
    ["one a line, with empty lines", `${JSON.stringify(NOTE)}\n\n${JSON.stringify(PURGE)}\n`],
  ])("may be %s", async (_what, text) => {
    const judged = await judgeText(text, NONE);
    expect(judged).toMatchObject({ ok: true, refused: [] });
    expect(judged.ok && judged.tools.map(({ verdict }) => [verdict.name, verdict.category])).toEqual([
      ["read_note", "Read"],
      ["purge", "Destructive"],
    ]);
  });

  test("gets the corrections of reviewers", async () => {
    const [first] = await toolsOf(JSON.stringify(PURGE));
    const corrected = correctionsOf([
      {
        digest: first?.verdict.digest ?? "",
        server: "local/x",
        tool: "purge",
        who: "Jo",
        when: "2026-11-23",
        why: "It is a mock.",
        category: "Read",
        risk: "low",
      },
    ]);
    const judged = await judgeText(JSON.stringify(PURGE), corrected);
    expect(judged.ok && judged.tools[0]?.verdict).toMatchObject({ category: "Read", risk: "low" });
  });

  test("is told in a sentence where it holds no definitions, or too many", async () => {
    const problemOf = async (text: string) => {
      const judged = await judgeText(text, NONE);
      return judged.ok ? undefined : judged.problem;
    };
    expect(await problemOf("")).toMatch(
      /^Reading tool definitions from the text: it is empty\. Give a tools\/list result/,
    );
    expect(await problemOf("{")).toMatch(/^Reading JSON from the text: line 1, column 2: expected /);
    expect(await problemOf("[]")).toBe("There is no tool in the text: its list is empty.");
    expect(await problemOf("x".repeat(MOST_CHARACTERS + 1))).toMatch(
      /^Reading the text: it has 16,000,001 characters, and this page takes 16,000,000\./,
    );
    expect(await problemOf(`{"name":"a"}\n`.repeat(MOST_ENTRIES + 1))).toBe(
      "Reading the text: it has more than 20,000 entries. The command line takes any number: npx placard classify <file>.",
    );
  });

  test.each([
    ["JSON that stops", '{"tools":[{"name":"a","descr', "It stops in the middle"],
    ["comments", '{\n // mine\n "tools":[]}', "JSON has no comments"],
    ["comments in front", '// mine\n{"tools":[]}', "JSON has no comments"],
    ["a comma too many", '{"tools":[{"name":"a"},\n ]}', "Take out the comma"],
    ["another comma too many", '{"name":"a",}', "Take out the comma"],
    ["single quotes", "{'name':'a'}", "double quotes"],
    ["YAML", "tools:\n  - name: a\n", "It looks like YAML"],
    ["a list in YAML", "- name: a\n", "It looks like YAML"],
    ["Markdown", '```json\n{"name":"a"}\n```', "the lines with ```"],
    ["events", 'event: message\ndata: {"result":{"tools":[]}}\n', "behind “data:”"],
    ["a web page", "<!doctype html>", "HTML or XML"],
    ["a client's configuration", '{"mcpServers":{"a":{"command":"npx"}}}', "the configuration of a client"],
    ["another client's", '{"servers":{"a":{"url":"https://h.invalid"}}}', "placard crawl --configs"],
    ["tools by name", '{"tools":{"a":{}}}', "where a list is wanted"],
    ["a request", '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', "not an answer"],
    ["another answer", '{"jsonrpc":"2.0","id":1,"result":{"prompts":[]}}', "without a list of tools"],
    ["text", "please look at my tools", 'found "p". Give a tools/list result'],
    ["a path", "/home/me/tools.json", 'found "/". Give a tools/list result'],
    ["a pattern", '{"name":"a","pattern":/x/}', 'found "/". Give a tools/list result'],
    ["a comment behind many lines", `[${"\n".repeat(1_000)}/* mine */]`, "JSON has no comments"],
    ["a log", "Error: cannot connect", 'found "E". Give a tools/list result'],
    ["a difference", "--- a/tools.json\n+++ b/tools.json\n", 'found "-". Give a tools/list result'],
    ["YAML with an id", "id: foo\nname: bar\n", 'found "i". Give a tools/list result'],
    ["events with an id", 'id: 1\r\nevent: message\r\ndata: {"result":{}}\r\n', "behind “data:”"],
    ["a request of another kind", '{"method":"GET","path":"/"}', 'without "tools" and without "name"'],
    ["a model's function", '{"type":"function","function":{"name":"a"}}', "is a function as APIs of models"],
  ])("may be %s, and then what to do is told", async (_what, text, sentence) => {
    const judged = await judgeText(text, NONE);
    expect(judged.ok ? "" : judged.problem).toContain(sentence);
  });

  test("may have functions in it as models take them, which are refused in words", async () => {
    const text = JSON.stringify([{ type: "function", function: { name: "a", parameters: {} } }, NOTE]);
    const judged = await judgeText(text, NONE);
    expect(judged).toMatchObject({ ok: true, tools: [{ definition: NOTE }] });
    expect(judged.ok && judged.refused[0]?.error).toContain("it is a function as APIs of models take it");
  });

  test.each([
    ["a page of a list", { tools: [NOTE], nextCursor: "2" }, true],
    ["a page in an answer", { jsonrpc: "2.0", id: 1, result: { tools: [NOTE], nextCursor: "2" } }, true],
    ["the last page", { tools: [NOTE], nextCursor: null }, false],
    ["a tool that speaks of it", { tools: [{ ...NOTE, description: '"nextCursor": "2"' }] }, false],
    ["a tool that takes it", { tools: [{ ...NOTE, inputSchema: { nextCursor: "2" } }] }, false],
  ])("that is %s is told so, or not", async (_what, value, goesOn) => {
    for (const text of [
      JSON.stringify(value),
      JSON.stringify(value, null, 2),
      `${JSON.stringify(value)}\n{"name":"b"}`,
    ]) {
      const judged = await judgeText(text, NONE);
      expect(judged.ok && judged.goesOn === true).toBe(goesOn);
    }
  });

  test.each([
    ["all pages of a list", [{ tools: [NOTE], nextCursor: "2" }, { tools: [PURGE] }], false],
    [
      "all but the last",
      [
        { tools: [NOTE], nextCursor: "2" },
        { tools: [PURGE], nextCursor: "3" },
      ],
      true,
    ],
    [
      "one of a server, all of another",
      [
        { server: "a", tools: [NOTE], nextCursor: "2" },
        { server: "b", tools: [PURGE] },
      ],
      true,
    ],
    ["a definition with such a key", [{ ...NOTE, nextCursor: "2" }], false],
  ])("that is %s is told so by its last pages", async (_what, pages, goesOn) => {
    const judged = await judgeText(pages.map((page) => JSON.stringify(page)).join("\n"), NONE);
    expect(judged.ok && judged.goesOn === true).toBe(goesOn);
  });

  test("makes one policy, of each server that it names and of the rest together", async () => {
    const lines = [{ ...NOTE, server: "npm/@example/notes" }, PURGE]
      .map((tool) => JSON.stringify(tool))
      .join("\n");
    const tools = await toolsOf(lines);
    const made = policyOfText(tools, { format: "claude-code", preset: "strict", alias: "own" });
    expect(made.ok && Object.values(JSON.parse(made.text).permissions).flat()).toEqual(
      expect.arrayContaining(["mcp__notes__read_note", "mcp__own__purge"]),
    );
    expect(policyOfText(tools, { format: "none", preset: "strict", alias: "" })).toMatchObject({ ok: false });
  });
});

async function toolsOf(text: string) {
  const judged = await judgeText(text, NONE);
  if (!judged.ok) throw new Error(judged.problem);
  return judged.tools;
}

describe("the page", () => {
  let browser: Browser;
  let site: SiteServer;
  beforeAll(async () => {
    [browser, site] = await Promise.all([startBrowser(), startSite(fakeCatalog(SERVERS))]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(options = {}): Promise<{ page: Page; seen: string[] }> {
    const context = await browser.newContext({ baseURL: site.url, ...options });
    const page = await context.newPage();
    const seen: string[] = [];
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => seen.push(`dialog ${dialog.message()}`)));
    page.on("pageerror", (error) => seen.push(`error ${error.message}`));
    page.on("console", (message) => seen.push(`console ${message.text()}`));
    await page.goto("/try", { waitUntil: "networkidle" });
    context.on("request", (request) => seen.push(`request ${request.url()}`));
    return { page, seen };
  }

  test("classifies in the browser, and nothing is asked of anybody meanwhile", async () => {
    const { page, seen } = await open();
    const text = await readFile(`${FIXTURES}/hostile.json`, "utf8");
    await page.getByLabel("A tools/list answer").fill(text);
    await page.getByRole("button", { name: "Classify" }).click();
    await page.locator("#try-tools > li").first().waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download verdicts.ndjson" }).click();
    const file = await (await saved).path();
    const { stdout } = await placard(["classify", `${FIXTURES}/hostile.json`, "--format", "ndjson"]);
    expect(await readFile(file, "utf8")).toBe(stdout);
    expect(seen.filter((line) => !line.startsWith("request blob:"))).toEqual([]);
    await page.context().close();
  });

  test("draws hostile definitions as text, with what does not show", async () => {
    const { page, seen } = await open();
    const hostile = SERVERS[2]?.tools ?? [];
    await page.getByLabel("A tools/list answer").fill(JSON.stringify({ tools: hostile }));
    await page.getByRole("button", { name: "Classify" }).click();
    await page
      .locator("#try-tools > li")
      .nth(HOSTILE_NAMES.length - 1)
      .waitFor();
    for (const summary of await page.locator("#try-tools summary").all()) await summary.click();
    expect(
      await page.locator("#try-tools img, #try-tools script, #try-tools style, #try-tools [onerror]").count(),
    ).toBe(0);
    expect(await page.locator("#try-tools h3").allInnerTexts()).toContain("U+202Eevil");
    expect(await page.locator("#try-tools .served .hidden-character").allInnerTexts()).toContain("U+200B");
    expect(await sidewaysOf(page)).toBe(0);
    expect(seen).toEqual([]);
    await page.context().close();
  });

  test("shows the words that prove a verdict, and a policy in the format chosen", async () => {
    const { page } = await open();
    await page.getByRole("button", { name: "Take an example" }).click();
    await page.locator("#try-tools > li").nth(2).waitFor();
    expect(await page.locator("#try-status").innerText()).toMatch(/^3 tools: /);
    const purge = page.locator("#try-tools > li", { hasText: "purge_notes" });
    await purge.locator("summary").click();
    const mark = purge.locator(".served a.evidence").first();
    expect(await mark.getAttribute("href")).toMatch(/^\/rules\/[\w-]+$/);
    await page.getByLabel("Format").selectOption("claude-code");
    await page.getByLabel("The server's name in your client").fill("notes");
    await page.getByLabel("The server's name in your client").blur();
    await page.locator("#policy-document", { hasText: "mcp__notes__purge_notes" }).waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download settings.json" }).click();
    const file = await (await saved).path();
    expect(await readFile(file, "utf8")).toBe(await page.locator("#policy-document").textContent());
    await page.context().close();
  });

  test("says what is wrong with a text, and takes the next", async () => {
    const { page } = await open();
    await page.getByLabel("A tools/list answer").fill("no JSON");
    await page.getByRole("button", { name: "Classify" }).click();
    await page
      .locator("#try-status.notice", { hasText: "Reading JSON from the text: line 1, column 1" })
      .waitFor();
    expect(await page.locator("#try-results").isVisible()).toBe(false);
    await page.getByLabel("Or a file with it").setInputFiles(`${FIXTURES}/garden.json`);
    await page.getByRole("button", { name: "Classify" }).click();
    await page.locator("#try-tools > li").first().waitFor();
    await page.context().close();
  });

  test("stays usable while a large paste is classified", async () => {
    const { page } = await open();
    const tools = Array.from({ length: 6_000 }, (_, index) => ({
      ...PURGE,
      name: `purge_${index}`,
      description: `${PURGE.description} ${"Words of no weight. ".repeat(70)}`,
    }));
    const buffer = Buffer.from(JSON.stringify({ tools }));
    expect(buffer.length).toBeGreaterThan(8_000_000);
    await page
      .getByLabel("Or a file with it")
      .setInputFiles({ name: "tools.json", mimeType: "application/json", buffer });
    await page.getByRole("button", { name: "Classify" }).click();
    await page.locator("#try-status", { hasText: "Classified" }).waitFor();
    // The page answers while the worker is at it.
    await page.getByLabel("A tools/list answer").fill("still here");
    await page.locator("#try-status", { hasText: "6,000 tools: " }).waitFor();
    expect(await page.locator("#try-tools > li").count()).toBe(50);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.locator("#try-tools > li").nth(99).waitFor();
    expect(await page.locator("#policy-document").textContent()).toContain(
      "6,000 tools, and one document speaks of 5,000",
    );
    await page.context().close();
  });

  test("without scripts says so, and gives the command", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator("#try-form").isVisible()).toBe(false);
    expect(await page.locator("noscript p.notice").isVisible()).toBe(true);
    expect(await page.getByText("npx placard classify tools.json --format ndjson").isVisible()).toBe(true);
    await page.context().close();
  });
});
