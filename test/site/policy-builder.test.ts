import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiPoliciesUrl, policiesUrl, policyFormatsUrl, serverUrl } from "../../site/src/lib/addresses.ts";
import { CROWDED, OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { sidewaysOf, VIEWS, violationsOf } from "./_looks.ts";
import { type SiteServer, startBrowser, startSite } from "./_server.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

const SESSIONS = "npm/@example/sessions";
const HOSTILE = "local/hostile <b>one</b>";
const TWIN = { id: "local/twin", tools: OFFICE.tools };
const MANY = {
  id: "local/many",
  tools: Array.from({ length: 1_500 }, (_, index) => ({
    name: `write_${index}`,
    description: "Writes a note.",
  })),
};
const catalog = () =>
  fakeCatalog([...SERVERS, OFFICE, POISONED, CROWDED, TWIN, MANY, { id: "local/none", tools: [] }]);
const KINDS = {
  nothing: policiesUrl(),
  found: policiesUrl({ find: "page" }),
  "not found": policiesUrl({ servers: [SESSIONS], find: "zzz" }),
  one: policiesUrl({ servers: [OFFICE.id], format: "claude-code" }),
  "one tool": policiesUrl({ servers: [OFFICE.id], tool: "run_command", format: "rego", preset: "strict" }),
  several: policiesUrl({ servers: [OFFICE.id, POISONED.id, TWIN.id, "npm/none", "local/none"] }),
  hostile: policiesUrl({ servers: [HOSTILE], format: "cedar-mcp", aliases: new Map([[HOSTILE, "<b>"]]) }),
  "hostile, each": policiesUrl({ servers: [HOSTILE], format: "codex", aliases: new Map([[HOSTILE, "x"]]) }),
  refused: policiesUrl({ servers: [MANY.id], format: "envoy-ai-gateway" }),
  long: policiesUrl({ servers: [MANY.id] }),
  wrong: policiesUrl({ servers: [OFFICE.id], format: "<script>" }),
  formats: policyFormatsUrl(),
  "server page": serverUrl(OFFICE.id),
};

let browser: Browser;
let site: SiteServer;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), startSite(catalog())]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: site.url, ...options });
  return context.newPage();
}

const documentOf = async (page: Page) => page.locator("#policy-text").textContent();
const answerOf = async (path: string) => (await fetch(`${site.url}${path}`)).text();
const addressOf = (page: Page) => page.url().slice(site.url.length);

describe("without scripts", () => {
  test("servers are found, chosen, named and left out again; the address says it all", async () => {
    const page = await openPage({ javaScriptEnabled: false });
    await page.goto("/");
    await page.getByRole("link", { name: "Policies" }).click();
    await page.getByRole("searchbox").fill("whatsapp");
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: SESSIONS }).check();
    await page.getByRole("button", { name: "Add those ticked" }).click();
    expect(addressOf(page)).toBe(policiesUrl({ servers: [SESSIONS], find: "whatsapp" }));

    await page.getByRole("searchbox").fill("OFFICE");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("checkbox", { name: OFFICE.id }).check();
    await page.getByLabel("Its name in your client").fill("chat");
    await page.getByRole("radio", { name: "strict" }).check();
    await page.getByRole("combobox", { name: "Format" }).selectOption("claude-code");
    await page.getByRole("button", { name: "Make the policy" }).click();
    const choice = {
      servers: [SESSIONS, OFFICE.id],
      aliases: new Map([[SESSIONS, "chat"]]),
      format: "claude-code",
      preset: "strict",
    };
    expect(addressOf(page)).toBe(policiesUrl(choice, "policy"));
    const shown = await documentOf(page);
    expect(shown).toBe(await answerOf(apiPoliciesUrl(choice)));
    expect(shown).toContain("mcp__chat__logout_instance");
    expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
    const download = page.getByRole("link", { name: "Download settings.json" });
    expect(await download.getAttribute("href")).toBe(apiPoliciesUrl({ ...choice, download: true }));

    await page.getByRole("link", { name: `remove ${OFFICE.id}` }).click();
    expect(addressOf(page)).toBe(policiesUrl({ ...choice, servers: [SESSIONS] }));
    await page.getByRole("checkbox", { name: SESSIONS }).uncheck();
    await page.getByRole("button", { name: "Make the policy" }).click();
    expect(await page.locator("#policy-text").count()).toBe(0);
    await page.context().close();
  });

  test("a tool's page leads to its policy in a format, and the form keeps to the tool, whatever its name", async () => {
    const page = await openPage({ javaScriptEnabled: false });
    for (const tool of HOSTILE_NAMES) {
      await page.goto(policiesUrl({ servers: [HOSTILE], tool }));
      const before = await documentOf(page);
      await page.getByRole("radio", { name: "permissive" }).check();
      await page.getByRole("button", { name: "Make the policy" }).click();
      const choice = { servers: [HOSTILE], tool, preset: "permissive" };
      expect(addressOf(page)).toBe(policiesUrl(choice, "policy"));
      expect(await documentOf(page)).toBe(await answerOf(apiPoliciesUrl(choice)));
      expect(before).toBe(await answerOf(apiPoliciesUrl({ servers: [HOSTILE], tool })));
    }
    await page.context().close();
  });
});

test("what is copied is the document", async () => {
  const page = await openPage({ permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(KINDS.one);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await answerOf(apiPoliciesUrl({ servers: [OFFICE.id], format: "claude-code" })));
  await page.context().close();
});

test("all of it can be reached and used by keyboard", async () => {
  const page = await openPage({ javaScriptEnabled: false });
  await page.goto(KINDS.one);
  const reached: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const focused = document.activeElement;
        return focused?.getAttribute("name") ?? focused?.id ?? "";
      }),
    );
  }
  const wanted = ["server", "find", "do", "preset", "format", "policy-text"];
  expect(wanted.filter((name) => !reached.includes(name))).toEqual([]);
  expect(reached.indexOf("server")).toBeLessThan(reached.indexOf("preset"));
  expect(reached.indexOf("format")).toBeLessThan(reached.indexOf("policy-text"));
  await page.context().close();
});

describe("what cannot be made is said", () => {
  const textOf = async (path: string) => {
    const answer = await fetch(`${site.url}${path}`);
    const html = await answer.text();
    const plain = html.replaceAll(/<[^>]*>/g, "").replaceAll("&lt;", "<");
    return { status: answer.status, text: plain, has: html.includes('id="policy-text"') };
  };
  test.each([
    [policiesUrl({ servers: ["npm/none"] }), 404, "The catalog has no server “npm/none”"],
    [policiesUrl({ servers: ["local/none"] }), 200, "None of the servers chosen lists a tool"],
    [policiesUrl({ servers: [OFFICE.id], tool: "none" }), 404, "has no tool “none”"],
    [policiesUrl({ servers: [OFFICE.id, SESSIONS], tool: "read_file" }), 400, "is a name on one server"],
    [KINDS.refused, 200, "a route has 32 at most"],
    [KINDS.long, 200, "too long to read here"],
    [KINDS.wrong, 400, "The parameter format must be one of policy.json"],
    [`${policiesUrl()}?prset=strict`, 400, "Perhaps preset is meant"],
    [`${policiesUrl({ servers: [OFFICE.id] })}&alias=other%3Dx`, 400, "of a server that is given"],
    [
      policiesUrl({
        servers: [OFFICE.id, TWIN.id],
        aliases: new Map([[TWIN.id, "office"]]),
        format: "codex",
      }),
      200,
      "stands for local/office already",
    ],
  ])("%s", async (path, status, sentence) => {
    const answer = await textOf(path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(sentence);
    expect(answer.has).toBe(false);
  });

  test("a server that is gone does not keep the others from their policy", async () => {
    const answer = await textOf(policiesUrl({ servers: ["npm/none", OFFICE.id] }));
    expect([answer.status, answer.has]).toEqual([200, true]);
    expect(answer.text).toContain("The policy below is for the others.");
  });

  test("names that several servers have are explained: together, and apart", async () => {
    const servers = [OFFICE.id, TWIN.id];
    expect((await textOf(policiesUrl({ servers }))).text).toContain("the tighter one counts");
    const apart = await textOf(policiesUrl({ servers, format: "codex" }));
    expect(apart.text).toContain("keeps the rules of its own server");
  });

  test("an empty catalog says how to fill it", async () => {
    const empty = await startSite(fakeCatalog([]));
    try {
      const answer = await fetch(`${empty.url}${policiesUrl()}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain("npx placard crawl --help");
    } finally {
      await empty.close();
    }
  });
});

describe("the looks of it", () => {
  test.each(VIEWS)("nothing is out of place at $width px in $colorScheme", async ({ width, colorScheme }) => {
    const page = await openPage({ viewport: { width, height: 800 }, colorScheme });
    for (const [kind, path] of Object.entries(KINDS)) {
      await page.goto(path);
      const sideways = await sidewaysOf(page);
      const violations = await violationsOf(page);
      expect({ kind, sideways, violations }).toEqual({ kind, sideways: 0, violations: [] });
    }
    await page.context().close();
  });
});
