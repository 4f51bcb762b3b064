import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareUrl, homeUrl, reportUrl, toolsUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

let served: SiteServer;
let published: SiteServer;
const pageAt = async (site: SiteServer, address: string) => (await fetch(`${site.url}${address}`)).text();

beforeAll(async () => {
  const catalog: Catalog = {
    ...fakeCatalog([OFFICE]),
    report: async () => ({ judged: [{ category: "Execute", risk: "high", facets: [], tools: 3 }] }),
  };
  served = await startSite(catalog);
  published = await startSite(catalog, 0, "127.0.0.1", { published: true });
});
afterAll(async () => {
  await served?.close();
  await published?.close();
});

describe("a page of a static site", () => {
  test.each([homeUrl(), reportUrl()])("%s does not lead to what only a program answers", async (address) => {
    expect(await pageAt(served, address)).toContain(`href="${compareUrl()}"`);
    expect(await pageAt(published, address)).not.toContain(`href="${compareUrl()}"`);
  });

  test("has the numbers of the report without links to filtered lists", async () => {
    const link = `href="${toolsUrl({ category: "Execute", risk: "high" }).replace("&", "&amp;")}"`;
    const [live, still] = [await pageAt(served, reportUrl()), await pageAt(published, reportUrl())];
    expect(live.replaceAll("&#38;", "&amp;")).toContain(`<a ${link}>3</a>`);
    expect(still).not.toMatch(/href="\/tools\?category=Execute/);
    expect(still).toContain('<td class="number">3</td>');
  });
});

test("a list of tools that was asked for by words says in what order it stands", async () => {
  expect(await pageAt(served, "/tools")).toContain("Tools, worst first");
  const found = await pageAt(served, "/tools?text=mail");
  expect(found).toContain("Tools, best match first");
  expect(found).not.toContain("Tools, worst first");
  expect(await pageAt(served, "/tools.md?text=mail")).toContain("Tools, best match first.");
});

test("a tool's page has no search that finds only the tool itself", async () => {
  const page = await pageAt(served, toolUrl(OFFICE.id, "run_command"));
  expect(page).toContain("On other servers");
  expect(page).not.toContain('href="/tools?text=run_command"');
});
