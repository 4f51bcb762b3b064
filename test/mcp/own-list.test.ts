import { describe, expect, test } from "vitest";
import { classify, flowsOf, type ToolDefinition } from "../../classifier/index.ts";
import { tokenCost } from "../../classifier/tokens.ts";
import { TOOLS } from "../../mcp/index.ts";
import { annotationPatch } from "../../policy/index.ts";
import { placard } from "../cli/_run.ts";
import { connect } from "./_context.ts";

const list = async () => (await (await connect()).listTools()).tools as ToolDefinition[];
const names = TOOLS.map(({ name }) => name);

test("is the same each time, in the order of the names", async () => {
  const tools = await list();
  expect(tools.map(({ name }) => name)).toEqual([
    "check_stack",
    "classify_definition",
    "get_server",
    "get_tool",
    "recommend_policy",
    "search_tools",
  ]);
  expect(JSON.stringify(await list())).toBe(JSON.stringify(tools));
});

test("each says what it is, what it takes and what it answers", async () => {
  for (const tool of await list()) {
    expect(tool.title).toMatch(/^[A-Z]/);
    expect(tool.description).toMatch(/\.$/);
    expect(tool.inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    expect(tool.outputSchema).toMatchObject({ type: "object", required: expect.arrayContaining(["notice"]) });
    expect(tool.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
  }
});

describe("by our own classifier", () => {
  test("every tool is Read, its risk low, and nothing is found", async () => {
    for (const tool of await list()) {
      const { name, category, risk, findings, branches, annotations } = classify(tool);
      expect({ name, category, risk, findings, branches }).toEqual({
        name: tool.name,
        category: "Read",
        risk: "low",
        findings: [],
        branches: [],
      });
      expect(annotations.conflicts).toEqual([]);
    }
  });

  test("the annotations need no change", async () => {
    const tools = (await list()).map((definition) => ({ definition, verdict: classify(definition) }));
    const { tools: patches } = annotationPatch([{ server: "placard", tools }]);
    expect(patches.map(({ name, changed }) => [name, changed])).toEqual(names.map((name) => [name, []]));
  });

  test("the tools together make no toxic flow", async () => {
    const tools = (await list()).map((definition) => ({ definition, verdict: classify(definition) }));
    expect(flowsOf([{ server: "placard", tools }])).toEqual([]);
  });

  test("the list costs a model no more than a thousand tokens", async () => {
    const costs = (await list()).map((tool) => tokenCost(tool).count);
    expect(costs.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1_000);
  });
});

test("the command's help names every tool", async () => {
  const { stdout } = await placard(["mcp", "--help"]);
  for (const name of names) expect(stdout).toContain(`\n  ${name} `);
});
