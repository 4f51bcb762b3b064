import { expect, test } from "vitest";
import { classify, type ToolDefinition } from "../../classifier/index.ts";
import { tokenCost } from "../../classifier/tokens.ts";
import { auditServer } from "../../site/src/lib/annotations.ts";
import { MAX_SERVER_CHARACTERS, serverTokens, toolTokens } from "../../site/src/lib/tokens.ts";
import { tokenWords } from "../../site/src/lib/words.ts";
import { fakeCatalog } from "./_catalog.ts";

const costly = (definition: ToolDefinition) => ({ digest: classify(definition).digest, definition });

test("a server's tokens are the sum of its tools', the ten heaviest first", async () => {
  const tools = [...Array(12).keys()].map((index) =>
    costly({ name: `tool_${index}`, description: "word ".repeat(index + 1) }),
  );
  const sum = tools.reduce((count, { definition }) => count + tokenCost(definition).count, 0);
  const { count, complete, heaviest } = await serverTokens(tools);
  expect({ count, complete }).toEqual({ count: sum, complete: true });
  expect(heaviest.map(({ tool }) => tool)).toEqual(tools.slice(2).reverse());
  expect(heaviest[0]?.count).toBe(toolTokens(tools[11] ?? costly({ name: "none" })).count);
});

test("of a server without end only the beginning is counted, the same every time", async () => {
  const tools = [...Array(40).keys()].map((index) =>
    costly({ name: `tool_${index}`, description: `${index} ${"a".repeat(99_000)}` }),
  );
  const first = await serverTokens(tools);
  expect(first.complete).toBe(false);
  const counted = tools.slice(0, Math.ceil(MAX_SERVER_CHARACTERS / 99_000));
  const most = counted.reduce((count, { definition }) => count + tokenCost(definition).count, 0);
  expect(first.count).toBeLessThanOrEqual(most);
  expect(first.count).toBeGreaterThan(most * 0.9);
  expect(await serverTokens([...tools])).toEqual(first);
});

test("a count that is not complete is said to be a lower bound", () => {
  expect(tokenWords({ count: 1, complete: true })).toBe("1 token");
  expect(tokenWords({ count: 1234, complete: false })).toBe("at least 1,234 tokens");
});

test("the audit of a server lists at most fifty conflicts and counts the rest", async () => {
  const tools = [...Array(53).keys()].map((index) => ({
    name: `delete_bed_${index}`,
    description: "Permanently deletes a bed and everything recorded about it.",
    annotations: { readOnlyHint: true },
  }));
  const served = await fakeCatalog([{ id: "local/wrong", tools }]).serverTools("local/wrong");
  const { conflicts, left, sentences } = auditServer(served);
  expect([conflicts.length, left]).toEqual([50, 3]);
  expect(conflicts[0]).toMatchObject({ tool: "delete_bed_0", url: "/tools/local/wrong/delete_bed_0" });
  expect(sentences.join(" ")).toBe(
    "Hints are declared by 53 of 53 tools. 53 declared hints contradict the definition. 53 tools could say more.",
  );
});
