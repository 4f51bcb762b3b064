import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  attacksOf,
  classify,
  flowsOf,
  MODEL_RULE,
  type ToolDefinition,
  type Verdict,
} from "../../classifier/index.ts";
import { toolUrl } from "../../site/src/lib/addresses.ts";
import { toolAttacks } from "../../site/src/lib/attacks.ts";
import { serverFlows } from "../../site/src/lib/flows.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";

const DOCUMENT = { name: "get_submission", description: "Gets a submission of a workspace." };
const PAGE: ToolDefinition = {
  name: "fetch_page",
  description: "Fetches a web page and returns its text.",
  inputSchema: { type: "object", properties: { address: { type: "string" } } },
};
const OWN = "local/guesses";
/** The same verdict as if only the trained model had said what the tool touches. */
const guessed = (verdict: Verdict): Verdict => ({
  ...verdict,
  evidence: verdict.facets.map((facet) => ({
    rule: MODEL_RULE,
    pointer: "/description",
    start: 0,
    end: 7,
    excerpt: "Fetches",
    facet,
  })),
});

let site: SiteServer;
const pageAt = async (address: string) => {
  const html = await (await fetch(`${site.url}${address}`)).text();
  return html
    .replace(/<sup.*?<\/sup>/g, "")
    .replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ");
};

beforeAll(async () => {
  site = await startSite(fakeCatalog([{ id: OWN, tools: [DOCUMENT, PAGE] }, OFFICE]));
});
afterAll(async () => {
  await site?.close();
});

describe("what only the trained model says", () => {
  test("is called probable on the tool's page and in its Markdown", async () => {
    const verdict = classify(DOCUMENT);
    expect(verdict.facets).toEqual(["private-data"]);
    expect(verdict.evidence.filter(({ facet }) => facet).map(({ rule }) => rule)).toEqual([MODEL_RULE]);
    const page = await pageAt(toolUrl(OWN, DOCUMENT.name));
    expect(page).toContain(
      "It probably returns private or user data: tools with words such as submission mostly do.",
    );
    expect(page).toContain("suggests private-data");
    expect(page).not.toContain("shows private-data");
    expect(await (await fetch(`${site.url}${toolUrl(OWN, DOCUMENT.name)}.md`)).text()).toContain(
      "Touches: private-data (probably).",
    );
  });

  test("is said as before where a rule says it", async () => {
    const page = await pageAt(toolUrl(OWN, PAGE.name));
    expect(page).toMatch(/It returns text that strangers wrote, [^.]*, as [^.]* shows?\./);
    expect(page).not.toContain("probably returns");
  });

  test("makes the reasons of attacks and of flows' legs probable", async () => {
    const sure = classify(PAGE);
    const unsure = guessed(sure);
    const reasons = (verdict: Verdict) => toolAttacks({ definition: PAGE, verdict }).matches;
    expect(reasons(sure)).toEqual(attacksOf(PAGE, sure));
    expect(reasons(sure).map(({ because }) => because.slice(0, 8))).not.toContain("Probably");
    const injection = reasons(unsure).find(({ pattern }) => pattern === "indirect-prompt-injection");
    expect(injection?.because).toBe("Probably it returns text that anybody may have written.");

    const tools = await fakeCatalog([OFFICE]).serverTools(OFFICE.id);
    const legs = (verdictOf: (verdict: Verdict) => Verdict) =>
      serverFlows(
        OFFICE.id,
        tools.map((tool) => ({ ...tool, digest: verdictOf.name, verdict: verdictOf(tool.verdict) })),
      ).flows.flatMap((flow) => flow.legs.flatMap((leg) => leg.tools));
    const asTheyAre = (verdict: Verdict) => verdict;
    expect(legs(guessed).filter(({ because }) => because.startsWith("Probably ")).length).toBeGreaterThan(1);
    const plain = flowsOf([{ server: OFFICE.id, tools }]).flatMap((flow) =>
      flow.legs.flatMap((leg) => leg.tools),
    );
    expect(legs(asTheyAre)).toEqual(plain);
  });
});
