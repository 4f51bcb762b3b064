import { afterAll, beforeAll, expect, test } from "vitest";
import { listAttacks, listRules, MODEL_RULE } from "../../classifier/index.ts";
import type { ChangeRow } from "../../db/types.ts";
import {
  apiToolsUrl,
  attackUrl,
  compareUrl,
  ruleUrl,
  serverUrl,
  toolsUrl,
} from "../../site/src/lib/addresses.ts";
import { POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

const PURGE = { name: "purge_notes", description: "Permanently deletes all notes." };
const NOTES = {
  id: "npm/@example/notes",
  tools: [PURGE, { name: "read_note", description: "Reads one note." }],
};
const state = {
  name: "<b>purge",
  digest: "sha256:0",
  category: "Destructive" as const,
  risk: "critical" as const,
  facets: [],
};
const CHANGES: ChangeRow[] = [
  {
    id: 2,
    server: NOTES.id,
    at: "2026-11-22T20:00:00.000Z",
    kind: "tool-added",
    tool: state.name,
    worse: false,
    after: state,
  },
];

let site: SiteServer;
let empty: SiteServer;
beforeAll(async () => {
  site = await startSite(fakeCatalog([NOTES, POISONED], undefined, CHANGES));
  empty = await startSite(fakeCatalog([]));
});
afterAll(async () => {
  await site?.close();
  await empty?.close();
});

async function open(address: string, from = site): Promise<{ status: number; html: string }> {
  const answer = await fetch(from.url + address);
  return { status: answer.status, html: (await answer.text()).replace(/\s+/g, " ") };
}
const section = (html: string, id: string): string =>
  html.split(`<h2 id="${id}">`)[1]?.split("</section>")[0] ?? "";

test("a rule's page lists the tools that it hits, and leads to all of them", async () => {
  const hits = section((await open(ruleUrl("delete-data"))).html, "tools");
  expect(hits).toContain(">purge_notes<");
  expect(hits).not.toContain(">read_note<");
  expect(section((await open(ruleUrl(MODEL_RULE))).html, "tools")).toMatch(
    /tools-table|None in this catalog/,
  );
  expect(section((await open(ruleUrl("delete-data"), empty)).html, "tools")).toContain(
    "None in this catalog.",
  );
  const list = (await open(toolsUrl({ rule: "delete-data" }))).html;
  expect(list).toContain('<input name="rule" value="delete-data"');
  expect(list).toContain(">purge_notes<");
  expect(list).not.toContain(">read_note<");
  expect((await open(apiToolsUrl({ rule: "delete-data" }))).html).toContain('"name":"purge_notes"');
});

test("a rule that there is none of is said to be none", async () => {
  const { status, html } = await open(`${apiToolsUrl()}?rule=none`);
  expect([status, html]).toEqual([
    400,
    expect.stringContaining("The parameter rule must be the id of a rule"),
  ]);
});

test("a finding's page lists the tools that have it", async () => {
  const hits = section((await open(ruleUrl("hidden-characters"))).html, "tools");
  expect(hits).toContain(">add<");
  expect(hits).not.toContain(">purge_notes<");
});

test("an attack pattern's page lists the tools that it fits, of how many", async () => {
  const fits = section((await open(attackUrl("path-traversal"))).html, "tools");
  expect(fits).toContain(">read_text_file<");
  expect(fits).toMatch(/of all \d+ tools/);
  expect(section((await open(attackUrl("path-traversal"), empty)).html, "tools")).toContain(
    "lists no tool yet",
  );
});

test("every rule and attack pattern has a page over this catalog", async () => {
  const addresses = [
    ...listRules().map(({ id }) => ruleUrl(id)),
    ...listAttacks().map(({ slug }) => attackUrl(slug)),
  ];
  const statuses = await Promise.all(
    addresses.map(async (address) => [address, (await open(address)).status]),
  );
  expect(statuses.filter(([, status]) => status !== 200)).toEqual([]);
});

test("the home page says what changed lately", async () => {
  const changes = section((await open("/")).html, "changes");
  expect(changes).toContain("&lt;b&gt;purge");
  expect(changes).toContain("Added");
  expect((await open("/", empty)).html).not.toContain("What changed lately");
});

test("a published page has no links to lists and comparisons that nobody is there to make", async () => {
  const published = await startSite(fakeCatalog([NOTES, POISONED]), 0, "127.0.0.1", { published: true });
  try {
    for (const address of [ruleUrl("delete-data"), serverUrl(NOTES.id), compareUrl()]) {
      const { status, html } = await open(address, published);
      expect([address, status]).toEqual([address, 200]);
      expect(html).not.toMatch(/href="\/(compare|tools)\?/);
    }
  } finally {
    await published.close();
  }
});
