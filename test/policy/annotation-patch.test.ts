import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { classify, type Evidence, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import { annotationPatch, patchTool } from "../../policy/index.ts";
import { toolOf } from "./_verdict.ts";

const WORD: Evidence = { rule: "look-up", pointer: "/name", start: 0, end: 4, excerpt: "list" };
const READ = {
  category: "Read",
  risk: "low",
  evidence: [{ ...WORD, supports: "Read" }],
} satisfies Partial<Verdict>;

const patchOf = (
  { declared = {}, suggested = {}, conflicts = [] }: Partial<Verdict["annotations"]>,
  changes: Partial<Verdict> = {},
) => patchTool(toolOf("tool", { annotations: { declared, suggested, conflicts }, ...changes }));

const judged = (definition: ToolDefinition) => ({ definition, verdict: classify(definition) });
const DELETE = {
  name: "delete_bed",
  description: "Permanently deletes a bed and everything recorded about it.",
  inputSchema: { type: "object", properties: { bed: { type: "string" } } },
};

describe("a hint", () => {
  test("that contradicts the definition is corrected, with the audit's reason", () => {
    const why = "It is declared read-only, but the definition shows Execute.";
    const patch = patchOf({
      declared: { readOnlyHint: true },
      suggested: { readOnlyHint: false, destructiveHint: true },
      conflicts: [{ hint: "readOnlyHint", declared: true, suggested: false, why }],
    });
    expect(patch.suggested).toEqual({ readOnlyHint: false, destructiveHint: true });
    expect(patch.changed[0]).toEqual({
      hint: "readOnlyHint",
      declared: true,
      suggested: false,
      conflict: true,
      why,
    });
  });

  test("that is absent is added, saying what clients assume without it", () => {
    const { changed } = patchOf({ suggested: { readOnlyHint: false, destructiveHint: false } }, READ);
    expect(changed.map(({ hint, declared, conflict, why }) => [hint, declared, conflict, why])).toEqual([
      [
        "readOnlyHint",
        undefined,
        false,
        "The definition shows Read. Not declared: clients assume false anyway.",
      ],
      [
        "destructiveHint",
        undefined,
        false,
        "The definition shows nothing but additions. Not declared: clients assume true.",
      ],
    ]);
  });

  test("that is declared more careful than we would stays", () => {
    const declared = { readOnlyHint: false, destructiveHint: true, openWorldHint: true };
    const patch = patchOf({ declared, suggested: { readOnlyHint: true, destructiveHint: false } }, READ);
    expect(patch).toMatchObject({ suggested: declared, changed: [] });
  });

  test("that we say nothing of stays", () => {
    const declared = { idempotentHint: true, openWorldHint: false };
    expect(patchOf({ declared, suggested: { readOnlyHint: true } }, READ).suggested).toEqual({
      readOnlyHint: true,
      ...declared,
    });
  });

  test.each<[string, Partial<Verdict>]>([
    ["an unsure verdict", { ...READ, confidence: 0.69 }],
    ["a verdict without evidence", { ...READ, evidence: [] }],
    ["evidence of something else only", { ...READ, evidence: [{ ...WORD, supports: "Write" }] }],
  ])("that makes clients less careful is not suggested on %s", (_what, changes) => {
    expect(patchOf({ suggested: { readOnlyHint: true } }, changes).changed).toEqual([]);
    expect(patchOf({ suggested: { readOnlyHint: true } }, READ).changed).toHaveLength(1);
  });

  test("of destruction is not given to a tool that stays read-only", () => {
    const unsure = {
      declared: { readOnlyHint: true },
      suggested: { readOnlyHint: false, destructiveHint: true },
    };
    expect(patchOf(unsure, { confidence: 0.4 })).toMatchObject({ suggested: unsure.declared, changed: [] });
  });

  test("is not suggested where nobody can tell", () => {
    const { verdict } = judged({ name: "tool" });
    const unknown = {
      ...verdict,
      category: "Unknown" as const,
      annotations: { declared: {}, suggested: {}, conflicts: [] },
    };
    expect(patchTool({ verdict: unknown }).changed).toEqual([]);
  });
});

describe("the patch of servers", () => {
  test("has every tool, in order, with the server and what it was made for", () => {
    const tools = [judged(DELETE), judged({ name: "list_beds", description: "Lists the beds." })];
    const patch = annotationPatch([
      { server: "local/one", tools },
      { server: "local/two", tools: tools.slice(0, 1) },
    ]);
    expect(patch.tools.map(({ server, name, digest }) => [server, name, digest])).toEqual([
      ["local/one", "delete_bed", tools[0]?.verdict.digest],
      ["local/one", "list_beds", tools[1]?.verdict.digest],
      ["local/two", "delete_bed", tools[0]?.verdict.digest],
    ]);
    expect(JSON.parse(JSON.stringify(patch))).toEqual(patch);
  });

  test("applied once leaves no conflict and nothing to change", () => {
    for (const annotations of [{}, { readOnlyHint: true }, { destructiveHint: false, title: "Delete" }]) {
      const { suggested } = patchTool(judged({ ...DELETE, annotations }));
      const again = judged({ ...DELETE, annotations: { ...annotations, ...suggested } });
      expect(again.verdict.annotations.conflicts).toEqual([]);
      expect(patchTool(again).changed).toEqual([]);
    }
  });

  test("applied to real tools leaves no conflict, where the corpus is", { timeout: 60_000 }, (context) => {
    const file = resolve(import.meta.dirname, "../../../shared/corpus/annotated-dev.jsonl");
    if (!existsSync(file)) {
      context.annotate("There is no ../shared/corpus here: the patch was not tried on real annotations.");
      return;
    }
    const definitions = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ToolDefinition);
    const wrong = definitions.filter((definition) => {
      const { verdict } = judged(definition);
      const { changed, suggested } = patchTool({ verdict });
      const corrected = new Set(changed.filter(({ conflict }) => conflict).map(({ hint }) => hint));
      const annotations = { ...(definition.annotations as object), ...suggested };
      return (
        verdict.annotations.conflicts.some(({ hint }) => !corrected.has(hint)) ||
        judged({ ...definition, annotations }).verdict.annotations.conflicts.length > 0
      );
    });
    expect(definitions.length).toBeGreaterThan(0);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
