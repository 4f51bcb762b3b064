import { describe, expect, test } from "vitest";
import {
  type AdvisoryMatch,
  classify,
  listAttacks,
  listRules,
  MODEL_RULE,
  type ToolDefinition,
} from "../../classifier/index.ts";
import { numbersOf, weights } from "../../classifier/model/weights.ts";
import { affectedWords, conditionRows, flawsOf, toolAttacks } from "../../site/src/lib/attacks.ts";
import { findingsOfServer } from "../../site/src/lib/findings.ts";
import { MAX_FLOW_TOOLS, serverFlows, stepWords } from "../../site/src/lib/flows.ts";
import { learntCategories } from "../../site/src/lib/model.ts";
import { ruleTitle } from "../../site/src/lib/rules.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";

const catalog = fakeCatalog([OFFICE, POISONED]);

test("no condition of a pattern is left out on its page", () => {
  const clauses = listAttacks().flatMap(({ match }) => [...(match?.any ?? []), ...(match?.not ?? [])]);
  expect(clauses.length).toBeGreaterThan(20);
  for (const clause of clauses) {
    const keys = Object.keys(clause).filter((key) => key !== "because");
    expect(conditionRows(clause)).toHaveLength(keys.length);
  }
});

test("reasons quote no verb where they speak of a thing", () => {
  const reasons = (definition: ToolDefinition) =>
    toolAttacks({ definition, verdict: classify(definition) }).matches.map(
      ({ pattern, because }) => `${pattern}: ${because}`,
    );
  const tabs = reasons({
    name: "browser_tabs",
    description: "List, create, close, or select a browser tab.",
    inputSchema: { type: "object", properties: { url: { type: "string" } } },
  });
  expect(tabs).toContain(
    "server-side-request-forgery: The browser goes to the address in “url”, and it stands in the server's network.",
  );
  expect(tabs).toContain(
    "indirect-prompt-injection: It shows what is open in a browser, and anybody may have written that.",
  );
  const pods = reasons({ name: "restart_pods", description: "Restarts the pods of a cluster." });
  expect(pods).toContain("runaway-loops: Each repetition starts something again.");
});

describe("published flaws", () => {
  const id = "npm/@modelcontextprotocol/server-filesystem";

  test("go by the package where it is known, else by the server's id, and say when the version is not known", () => {
    const applies = (server: Parameters<typeof flawsOf>[0]) => flawsOf(server).map((flaw) => flaw.applies);
    const [registry, name] = ["npm" as const, "@modelcontextprotocol/server-filesystem"];
    expect(applies({ id: "local/files", package: { registry, name, version: "2025.3.28" } })).toEqual([
      "yes",
      "yes",
    ]);
    expect(applies({ id, package: { registry, name, version: "2025.7.1" } })).toEqual([]);
    expect(applies({ id, version: "0.6.3" })).toEqual(["yes", "yes"]);
    expect(applies({ id })).toEqual(["unknown", "unknown"]);
    expect(applies({ id: "local/files", version: "2025.3.28" })).toEqual([]);
  });

  test("ranges of versions are said in words", () => {
    const words = (affected: AdvisoryMatch["affected"]) => affectedWords({ affected } as AdvisoryMatch);
    expect(words([{ introduced: "1.0.0", last: "1.2.0" }])).toBe("from 1.0.0 up to and with 1.2.0");
    expect(words([{ fixed: "0.6.4" }, { introduced: "2025.1.0", fixed: "2025.7.1" }])).toBe(
      "before 0.6.4; from 2025.1.0 before 2025.7.1",
    );
    expect(words([{}])).toBe("all versions");
  });
});

describe("the flows of a server", () => {
  test("are computed once for the same tools in any order, and anew when a verdict changes", async () => {
    const tools = await catalog.serverTools(OFFICE.id);
    const { flows } = serverFlows(OFFICE.id, tools);
    expect(flows.length).toBeGreaterThan(0);
    expect(serverFlows(OFFICE.id, tools.toReversed()).flows).toBe(flows);
    const harmless = tools.map((tool) => ({
      ...tool,
      verdict: { ...tool.verdict, category: "Read" as const, risk: "low" as const, facets: [] },
    }));
    expect(serverFlows(OFFICE.id, harmless).flows).toEqual([]);
    expect(serverFlows("local/other", tools).flows[0]?.legs[0]?.tools[0]?.server).toBe("local/other");
  });

  test("are of a bounded number of tools, the same ones whatever their order", () => {
    const verdict = classify({ name: "run_command", description: "Runs a shell command." });
    const copy = (index: number) => {
      const name = `tool_${String(index).padStart(5, "0")}`;
      return { digest: name, definition: { name }, verdict: { ...verdict, name } };
    };
    const many = Array.from({ length: MAX_FLOW_TOOLS + 3 }, (_, index) => copy(index));
    const first = serverFlows("local/many", many);
    expect(first.looked).toBe(MAX_FLOW_TOOLS);
    expect(serverFlows("local/many", many.toReversed()).flows).toBe(first.flows);
  });

  test("each step is a sentence around the tool's name", () => {
    const name = { server: "a", tool: "b" };
    expect(stepWords({ ...name, action: "hide" })).toEqual({ before: "Hide", behind: "" });
    expect(stepWords({ ...name, action: "ask" }).before).toBe("Ask before each call of");
    expect(
      stepWords({ ...name, action: "restrict", argument: "url", to: "hosts that were allowed" }),
    ).toEqual({
      before: "Bound",
      argument: "url",
      behind: "to hosts that were allowed",
    });
  });
});

test("a server's findings are said once each, worst first, with names that its own tools share", async () => {
  const office = findingsOfServer(OFFICE.id, await catalog.serverTools(OFFICE.id));
  expect(office.tools).toBe(2);
  expect(office.kinds).toMatchObject([
    { id: "shadowed-name", severity: "info", tools: [{ name: "send_email" }, { name: "sendEmail" }] },
  ]);
  const poisoned = findingsOfServer(POISONED.id, await catalog.serverTools(POISONED.id));
  // Its section is on pages of tools that have findings of their own; a shared name is the server's.
  expect(office.kinds.flatMap(({ tools }) => tools.filter(({ url }) => url.includes("#")))).toEqual([]);
  expect(
    poisoned.kinds.flatMap(({ tools }) => tools.filter(({ url }) => !url.endsWith("#findings"))),
  ).toEqual([]);
  const ranks = poisoned.kinds.map(({ severity }) => ["error", "warning", "info"].indexOf(severity));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(poisoned.kinds.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["asks-for-secrets", "concealment-from-user", "hidden-characters"]),
  );
});

describe("the trained model", () => {
  test("its tables are its weights: the strongest words and rules of each category, most severe first", () => {
    const learnt = learntCategories();
    expect(learnt.map(({ category }) => category)).toEqual([
      "Financial",
      "Destructive",
      "Execute",
      "Write",
      "Read",
    ]);
    const destructive = learnt[1];
    expect(destructive?.words[0]?.key).toBe("delete");
    const [read = 0, write = 0, execute = 0, own = 0, financial = 0] = numbersOf(
      weights.clues.name?.delete ?? [],
    );
    const lead = (own - (read + write + execute + financial) / 4) / weights.scale;
    expect(destructive?.words[0]?.weight).toBeCloseTo(lead, 10);
    const ids = new Set(listRules().map((rule) => rule.id));
    for (const { words, rules } of learnt) {
      const falling = words.map(({ weight }) => weight);
      expect(falling).toEqual(falling.toSorted((a, b) => b - a));
      expect(words[0]?.width).toBe(100);
      expect(rules.map(({ key }) => key).filter((key) => !ids.has(key))).toEqual([]);
    }
  });

  test("links to it and to kinds of findings have a title", () => {
    expect(ruleTitle(MODEL_RULE)).toBe("Trained model");
    expect(ruleTitle("hidden-characters")).toBe("Characters that do not show");
    expect(ruleTitle("no-such-rule")).toBe("no-such-rule");
  });
});
