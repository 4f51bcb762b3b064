import { afterAll, beforeAll, expect, test } from "vitest";
import { classify, digestOf } from "../../classifier/index.ts";
import { correctionsOf, parseCorrections } from "../../policy/index.ts";
import { toolDetailSchema } from "../../site/src/api/types.ts";
import { apiToolUrl, toolUrl } from "../../site/src/lib/addresses.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

const SERVER = "local/garden";
const DELETE = { name: "delete_bed", description: "Deletes a bed for good." };
const PLAIN = { name: "list_beds", description: "Lists the beds." };
const parsed = parseCorrections([
  {
    digest: digestOf(DELETE),
    server: SERVER,
    tool: DELETE.name,
    who: "Jo <b>Example</b>",
    when: "2026-11-20",
    why: "It only <img src=x> hides the bed",
    category: "Write",
    risk: "low",
  },
]);

/** A catalog in which a reader has corrected the first tool. */
function correctedCatalog(): Catalog {
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  const { apply } = correctionsOf(parsed.value);
  const catalog = fakeCatalog([{ id: SERVER, tools: [DELETE, PLAIN] }]);
  return {
    ...catalog,
    tool: async (server, name) => {
      const tool = await catalog.tool(server, name);
      return tool && { ...tool, verdict: apply(tool.verdict) };
    },
  };
}

let site: SiteServer;
beforeAll(async () => {
  site = await startSite(correctedCatalog());
});
afterAll(() => site?.close());

const pageOf = async (tool: string) => (await fetch(`${site.url}${toolUrl(SERVER, tool)}`)).text();
const jsonOf = async (tool: string) =>
  toolDetailSchema.parse(await (await fetch(`${site.url}${apiToolUrl(SERVER, tool)}`)).json());

test("a corrected tool's page says who, when, why, and what the classifier said, as text", async () => {
  const page = await pageOf(DELETE.name);
  const section = page.slice(page.indexOf('id="correction"'), page.indexOf('id="definition"'));
  const text = section.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
  expect(text).toContain(
    "Jo &lt;b&gt;Example&lt;/b&gt; read this definition on 20 Nov 2026: It only &lt;img src=x&gt; hides the bed",
  );
  expect(text).toContain("The classifier said Destructive, high risk. ");
  // In the head it is the value of an attribute.
  expect(page.slice(page.indexOf("<body"))).not.toContain("<img src=x>");
  expect(page).toContain("Corrected by Jo &lt;b&gt;Example&lt;/b&gt; on 2026-11-20:");
  expect(page).toContain("was corrected here by somebody who read the definition");
  expect(page).toMatch(/class="risk-text risk-low"/);
});

test("the API's verdict has the correction with what the classifier said", async () => {
  const { verdict, policy } = await jsonOf(DELETE.name);
  const { category, risk, because } = classify(DELETE);
  expect(verdict).toMatchObject({
    category: "Write",
    risk: "low",
    correction: {
      who: "Jo <b>Example</b>",
      when: "2026-11-20",
      why: "It only <img src=x> hides the bed",
      classified: { category, risk, because },
    },
  });
  expect(JSON.stringify(policy)).not.toContain("deny_if");
});

test("of a tool that nobody has corrected neither says a word", async () => {
  expect(await pageOf(PLAIN.name)).not.toContain("Corrected by");
  expect((await jsonOf(PLAIN.name)).verdict).not.toHaveProperty("correction");
});
