import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../classifier/index.ts";
import { OUTCOMES } from "../../review/index.ts";
import { settle } from "../../review/settle.ts";
import { reviewSchema, toolDetailSchema } from "../../site/src/api/types.ts";
import { apiToolUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

const SERVER = "local/garden";
/** A definition that would like to be markup, and one that nobody read twice. */
const HEDGE = { name: "hedge", title: "Hedge <img src=x>\u202e", description: "Hedge." };
const PLAIN = { name: "list_beds", description: "Lists the beds." };
const MODEL = "m<b>1</b>";
const reviewed = settle(
  HEDGE,
  classify(HEDGE),
  { category: "Execute", risk: "high", quotes: ["Hedge <img src=x>\u202e", "Hedge."] },
  MODEL,
);

/** A catalog in which the hedge was reviewed. */
function reviewedCatalog(): Catalog {
  const catalog = fakeCatalog([{ id: SERVER, tools: [HEDGE, PLAIN] }]);
  return {
    ...catalog,
    tool: async (server, name) => {
      const tool = await catalog.tool(server, name);
      return tool && name === HEDGE.name ? { ...tool, verdict: reviewed } : tool;
    },
  };
}

let site: SiteServer;
beforeAll(async () => {
  site = await startSite(reviewedCatalog());
});
afterAll(() => site?.close());

const pageOf = async (tool: string) => (await fetch(`${site.url}${toolUrl(SERVER, tool)}`)).text();
const jsonOf = async (tool: string) =>
  toolDetailSchema.parse(await (await fetch(`${site.url}${apiToolUrl(SERVER, tool)}`)).json());

describe("a tool that had a second reading", () => {
  test("has a page that says what the rules said, what the model said, and which of them counts", async () => {
    const page = await pageOf(HEDGE.name);
    const section = page.slice(page.indexOf('id="stages"'), page.indexOf('id="definition"'));
    const text = section.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
    const { review } = reviewed;
    expect(text).toContain(`The rules said ${classify(HEDGE).category}`);
    expect(text).toContain(`asked with prompt version ${review?.promptVersion}, said `);
    expect(text).toContain(review?.note.replaceAll("'", "&#39;"));
    // Strangers' text stays text, and what does not show is named.
    expect(section).toContain("m&lt;b&gt;1&lt;/b&gt;");
    expect(section).toContain("Hedge &lt;img src=x&gt;");
    expect(section).toContain("U+202E");
    expect(section).not.toContain("<img");
    expect(section).not.toContain("\u202e");
    expect(text).toContain("in /title");
  });

  test("has the review in the API's answer", async () => {
    const { verdict } = await jsonOf(HEDGE.name);
    expect(verdict.review).toEqual(reviewed.review);
  });
});

test("of a tool that had none neither page nor API says a word", async () => {
  expect(await pageOf(PLAIN.name)).not.toContain("Which stage said what");
  expect((await jsonOf(PLAIN.name)).verdict).not.toHaveProperty("review");
});

test("the API knows the outcomes that there are", () => {
  expect(reviewSchema.shape.outcome.options).toEqual([...OUTCOMES]);
});
