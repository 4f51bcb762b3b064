import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify, listAttacks, listFindingKinds, MODEL_RULE } from "../../classifier/index.ts";
import { serverDetailSchema, toolDetailSchema } from "../../site/src/api/types.ts";
import {
  apiServerUrl,
  apiToolUrl,
  attackUrl,
  ruleUrl,
  serverUrl,
  toolUrl,
} from "../../site/src/lib/addresses.ts";
import { incidentRows, taxonomyRows, toolAttacks } from "../../site/src/lib/attacks.ts";
import { CROWDED, MARKUP_PATH, MENDED, OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

const catalog = fakeCatalog([OFFICE, POISONED, MENDED, CROWDED]);
let site: SiteServer;

beforeAll(async () => {
  site = await startSite(catalog);
});
afterAll(() => site?.close());

/** A page that is there. */
async function pageAt(path: string): Promise<string> {
  const response = await fetch(`${site.url}${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
}
const jsonAt = async (path: string) => (await fetch(`${site.url}${path}`)).json();
const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
/** What a reader sees of it, on one line. */
const textOf = (html: string) => html.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
const linksIn = (html: string) => [
  ...new Set([...html.matchAll(/href="(\/[^"#]*)/g)].map((match) => match[1] ?? "")),
];

describe("attack patterns", () => {
  test("each has a page with its ids, the edition they are from, and sources that say whether they were read", async () => {
    const list = await pageAt("/attacks");
    for (const pattern of listAttacks()) {
      expect(list).toContain(`href="${attackUrl(pattern.slug)}"`);
      const page = await pageAt(attackUrl(pattern.slug));
      expect(page).toContain(escaped(pattern.summary));
      for (const { version, ids } of taxonomyRows(pattern)) {
        expect(page).toContain(escaped(version));
        for (const { id, title } of ids) expect(page).toContain(`<code>${id}</code> ${escaped(title)}`);
      }
      const sources = [...incidentRows(pattern).flatMap(({ sources }) => sources), ...pattern.sources];
      for (const { url } of sources) expect(page).toContain(`href="${url}"`);
      expect(textOf(page).match(/we read it|we read its public record|we did not read it/g)?.length).toBe(
        sources.length + taxonomyRows(pattern).length,
      );
    }
  });

  test("each line of what it needs can be read: conditions stand apart, and long lists of words fold", async () => {
    const page = await pageAt("/attacks/path-traversal");
    const needs = page.slice(page.indexOf('id="match"'));
    expect(needs).toMatch(
      /<div class="clause">\s*<span class="quiet">it touches<\/span> <a href="\/facets\/filesystem">filesystem<\/a>\s*<\/div><div class="clause">/,
    );
    expect(needs).toMatch(/<details><summary>or \d+ more<\/summary>/);
  });

  test("a slug that is none is not found", async () => {
    expect((await fetch(`${site.url}/attacks/none`)).status).toBe(404);
  });

  test("a tool's page and answer give each pattern that fits, with the reason", async () => {
    const tool = await catalog.tool(OFFICE.id, "run_command");
    const expected = tool ? toolAttacks(tool).matches : [];
    expect(expected.map(({ pattern }) => pattern)).toContain("command-injection");
    const answer = toolDetailSchema.parse(await jsonAt(apiToolUrl(OFFICE.id, "run_command")));
    expect(answer.attacks).toEqual(expected.map((match) => ({ ...match, url: attackUrl(match.pattern) })));
    const page = await pageAt(toolUrl(OFFICE.id, "run_command"));
    for (const { title, because } of expected) {
      expect(page).toContain(title);
      expect(page).toContain(escaped(because));
    }
    expect(page).toMatch(/\d+ patterns concern every tool/);
  });

  test("a reason that quotes markup is text", async () => {
    const answer = toolDetailSchema.parse(await jsonAt(apiToolUrl(POISONED.id, "read_text_file")));
    expect(answer.attacks.flatMap(({ evidence }) => evidence.map(({ excerpt }) => excerpt))).toContain(
      MARKUP_PATH,
    );
    const page = await pageAt(toolUrl(POISONED.id, "read_text_file"));
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain("\u202E");
  });
});

test("every kind of finding and the trained model have a page, and the list of rules leads there", async () => {
  const list = await pageAt("/rules");
  for (const id of [MODEL_RULE, ...listFindingKinds().map((kind) => kind.id)]) {
    expect(list).toContain(`href="${ruleUrl(id)}"`);
    expect(await pageAt(ruleUrl(id))).toContain(`<code>${id}</code>`);
  }
});

test("a finding says how bad it is in words, and leads to its kind", async () => {
  const page = await pageAt(toolUrl(POISONED.id, "add"));
  expect(textOf(page)).toContain("▲ Error The text asks the model to keep something from the user.");
  expect(page).toContain('href="/rules/concealment-from-user"');
  const server = textOf(await pageAt(serverUrl(POISONED.id)));
  expect(server).toContain("▲ Error The text asks the model to keep something from the user.");
});

describe("toxic flows", () => {
  test("of a server: the tools of each leg, and what breaks it, as page and as JSON", async () => {
    const { flows } = serverDetailSchema.parse(await jsonAt(apiServerUrl(OFFICE.id)));
    expect(flows.map(({ id }) => id)).toEqual(expect.arrayContaining(["data-theft", "remote-code"]));
    const page = await pageAt(serverUrl(OFFICE.id));
    for (const flow of flows) {
      expect(page).toContain(escaped(flow.title));
      expect(page).toContain(escaped(flow.break.because));
      for (const { title, tools } of flow.legs) {
        expect(page).toContain(title);
        for (const { tool, url } of tools) expect([tool, url]).toEqual([tool, toolUrl(OFFICE.id, tool)]);
      }
    }
    expect(page.match(/Break it here/g)).toHaveLength(flows.length);
  });

  test("name a tool that makes one alone, and fold what is long", async () => {
    const { flows } = serverDetailSchema.parse(await jsonAt(apiServerUrl(CROWDED.id)));
    const loss = flows.find(({ id }) => id === "induced-loss");
    expect(loss?.break).toMatchObject({ how: "separate", steps: [] });
    expect(loss?.legs.map(({ tools }) => tools.length)).toEqual([10, 10]);
    const text = textOf(await pageAt(serverUrl(CROWDED.id)));
    expect(text).toContain("One tool makes all of it by itself: answer_mail.");
    expect(text).toContain("too many to list");
    expect(text).toMatch(/and 92 others/);
  });

  test("where there is none, one sentence says so", async () => {
    const page = await pageAt(serverUrl(MENDED.id));
    expect(page).toContain("No toxic flow:");
    expect(page).not.toContain('class="flow"');
  });
});

test("published flaws stand with the version that has them, and with no other", async () => {
  for (const path of [serverUrl(POISONED.id), toolUrl(POISONED.id, "add")])
    expect(textOf(await pageAt(path))).toMatch(/CVE-2025-53109.*This version is affected/);
  const { advisories } = serverDetailSchema.parse(await jsonAt(apiServerUrl(POISONED.id)));
  expect(advisories).toContainEqual(
    expect.objectContaining({ id: "CVE-2025-53109", applies: "yes", url: attackUrl("path-traversal") }),
  );
  expect(await pageAt(serverUrl(MENDED.id))).not.toContain("CVE-");
});

test("no link of these pages leads nowhere", async () => {
  const starts = [
    "/attacks",
    "/rules",
    serverUrl(OFFICE.id),
    serverUrl(POISONED.id),
    toolUrl(POISONED.id, "add"),
  ];
  const pages = [...starts, ...listAttacks().map(({ slug }) => attackUrl(slug)), ruleUrl(MODEL_RULE)];
  const links = new Set((await Promise.all(pages.map(pageAt))).flatMap(linksIn));
  const broken: string[] = [];
  for (const link of links) {
    const { status } = await fetch(`${site.url}${link.replaceAll("&amp;", "&")}`);
    if (status !== 200) broken.push(`${status} ${link}`);
  }
  expect(links.size).toBeGreaterThan(pages.length);
  expect(broken).toEqual([]);
});

test("a tool whose text looks like an attack says so beside its mark, in its server's table and in its twin", async () => {
  const poisoned = POISONED.tools.filter((tool) =>
    classify(tool).findings.some(({ severity }) => severity === "error"),
  );
  expect(poisoned.length).toBeGreaterThan(0);
  const SENTENCE = /Its text looks like an attack: \d findings?/g;
  const table = textOf(await pageAt(serverUrl(POISONED.id)));
  expect(table.match(SENTENCE)).toHaveLength(poisoned.length);
  for (const { name } of poisoned) {
    const address = toolUrl(POISONED.id, name);
    const [head = ""] = (await pageAt(address)).split("</header>").slice(1);
    expect(head).toMatch(/<p class="alarm"><a href="#findings">/);
    expect(textOf(head)).toMatch(SENTENCE);
    expect(await pageAt(`${address}.md`)).toMatch(
      /^\*\*▲ Its text looks like an attack: \d findings?\.\*\*$/m,
    );
  }
  const list = "/tools?limit=200";
  const [listed, twin] = [textOf(await pageAt(list)), await pageAt("/tools.md?limit=200")];
  const all = [POISONED, MENDED, OFFICE].flatMap(({ tools }) => tools);
  expect(all.length).toBeGreaterThan(poisoned.length);
  expect(listed.match(/Its text looks like an attack/g)).toHaveLength(poisoned.length);
  expect(twin.match(/\*\*Its text looks like an attack\.\*\*/g)).toHaveLength(poisoned.length);
  for (const { name } of OFFICE.tools) {
    expect(textOf(await pageAt(toolUrl(OFFICE.id, name)))).not.toMatch(SENTENCE);
  }
});
