import { expect, test } from "vitest";
import type { ToolDefinition } from "../../classifier/index.ts";
import { getTool, listTools, reclassify, storeCrawl } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, verdictOn } from "./_catalog.ts";

const SERVER = "npm/@example/mail-mcp";
const newRules = (tool: ToolDefinition) =>
  verdictOn(tool, { rules: "test-2", category: "Write", risk: "medium", facets: ["messaging"] });

test("new rules reclassify what is stored, once", async () => {
  const database = await openTestDatabase();
  const tools = Array.from({ length: 230 }, (_, index) => ({ name: `tool_${index}` }));
  await storeCrawl(
    database,
    crawlOf(tools),
    tools.map((tool) => verdictOn(tool)),
  );
  expect(await reclassify(database, newRules, "test-1")).toEqual({ classified: 0, failed: [] });
  expect(await reclassify(database, newRules, "test-2")).toEqual({ classified: 230, failed: [] });
  expect(await reclassify(database, newRules, "test-2")).toEqual({ classified: 0, failed: [] });
  const tool = await getTool(database, SERVER, "tool_7");
  expect(tool).toMatchObject({ category: "Write", risk: "medium", facets: ["messaging"] });
  expect(tool?.verdict.rules).toBe("test-2");
  expect(tool?.versions[0]).toMatchObject({ category: "Write", risk: "medium" });
  expect((await listTools(database, { risk: "medium", limit: 200 })).items).toHaveLength(200);
  expect((await listTools(database, { risk: "low" })).items).toEqual([]);
});

test("a definition that the classifier throws at keeps its verdict and stops nobody", async () => {
  const database = await openTestDatabase();
  const tools = [{ name: "good" }, { name: "bad" }];
  await storeCrawl(
    database,
    crawlOf(tools),
    tools.map((tool) => verdictOn(tool)),
  );
  const outcome = await reclassify(
    database,
    (tool) => {
      if (tool.name === "bad") throw new Error("too odd");
      return newRules(tool);
    },
    "test-2",
  );
  expect(outcome).toMatchObject({ classified: 1, failed: [{ reason: "too odd" }] });
  expect((await getTool(database, SERVER, "bad"))?.verdict.rules).toBe("test-1");
  expect((await getTool(database, SERVER, "good"))?.verdict.rules).toBe("test-2");
});
