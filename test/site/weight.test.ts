import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ToolDefinition } from "../../classifier/index.ts";
import { serverUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { PAGES } from "./_pages.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const LIMIT = 30 * 1024;

/** As long as the longest tenth of real definitions: 3,000 characters of text, twenty arguments, seven actions. */
const REAL_SIZE: ToolDefinition = {
  name: "manage_ticket",
  title: "Manage a ticket",
  description: Array.from(
    { length: 24 },
    (_, index) =>
      `Step ${index + 1}: give the ticket's number, say which of its fields is meant, and what is to stand in it; field ${index * 37} is kept as it was otherwise.`,
  ).join("\n"),
  inputSchema: {
    type: "object",
    properties: {
      action: {
        type: "string",
        enum: ["get", "list", "create", "update", "assign", "close", "delete"],
        description: "What to do with the ticket.",
      },
      ...Object.fromEntries(
        Array.from({ length: 19 }, (_, index) => [
          `field_${index + 1}`,
          {
            type: index % 3 === 0 ? "integer" : "string",
            description: `What stands in field ${index + 1} of the ticket, as the project's table of fields has it.`,
            default: index,
          },
        ]),
      ),
    },
    required: ["action", "field_1", "field_2"],
  },
  annotations: { readOnlyHint: false, destructiveHint: true },
};

const ALL = [
  ...SERVERS,
  OFFICE,
  POISONED,
  { id: "npm/@example/tickets", tools: [REAL_SIZE] },
  ...Array.from({ length: 6 }, (_, index) => ({
    id: `npm/@example/tickets-${index}`,
    tools: [REAL_SIZE, { ...REAL_SIZE, description: `Otherwise ${index}.` }],
  })),
];
let site: SiteServer;

beforeAll(async () => {
  site = await startSite(fakeCatalog(ALL));
});
afterAll(async () => {
  await site?.close();
});

/** Bytes of a page and of every style it links to, compressed as servers do (gzip, level 6). */
async function weightOf(address: string): Promise<{ html: number; css: number }> {
  const html = await (await fetch(`${site.url}${address}`)).text();
  const links = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(links.length).toBeGreaterThan(0);
  expect(html).not.toMatch(/<(link|script|img|iframe)[^>]+(href|src)="(https?:)?\/\/(?!127\.0\.0\.1)/);
  const styles = await Promise.all(links.map(async (link) => (await fetch(new URL(link, site.url))).text()));
  for (const style of styles) expect(style).not.toMatch(/@font-face|@import|url\((?!["']?data:)/);
  const size = (text: string) => gzipSync(text, { level: 6 }).length;
  return { html: size(html), css: styles.reduce((sum, style) => sum + size(style), 0) };
}

test("a usual tool page weighs at most 30 KB with its styles", async () => {
  // The hostile server's tools have 10,000 characters of text each, and are no usual ones.
  const usual = ALL.filter(({ id }) => !id.startsWith("local/hostile"));
  const addresses = usual.flatMap(({ id, tools }) => [
    ...new Set(tools.map(({ name }) => toolUrl(id, name))),
  ]);
  const weights = await Promise.all(
    addresses.map(async (address) => ({ address, ...(await weightOf(address)) })),
  );
  const heaviest = weights.toSorted((a, b) => b.html - a.html);
  for (const { address, html, css } of heaviest.slice(0, 5)) {
    console.info(`${address}: ${html + css} bytes (HTML ${html}, CSS ${css})`);
  }
  expect(heaviest[0]?.address).toContain("tickets");
  expect(heaviest.filter(({ html, css }) => html + css > LIMIT)).toEqual([]);
});

test("and so does every kind of page, without type or anything else from elsewhere", async () => {
  const weights = await Promise.all(
    PAGES.map(async (address) => ({ address, ...(await weightOf(address)) })),
  );
  for (const { address, html, css } of weights
    .toSorted((a, b) => b.html + b.css - a.html - a.css)
    .slice(0, 3))
    console.info(`${address}: ${html + css} bytes (HTML ${html}, CSS ${css})`);
  expect(weights.filter(({ html, css }) => html + css > LIMIT)).toEqual([]);
});

test("and so does the page of a server with a few tools", async () => {
  const weights = await Promise.all(
    [OFFICE.id, "npm/@example/sessions"].map((id) => weightOf(serverUrl(id))),
  );
  console.info(`server pages: ${weights.map(({ html, css }) => html + css).join(", ")} bytes`);
  expect(weights.filter(({ html, css }) => html + css > LIMIT)).toEqual([]);
});
