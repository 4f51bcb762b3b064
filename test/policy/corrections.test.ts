import { describe, expect, test } from "vitest";
import { classify, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import { type CorrectedVerdict, correctionsOf, parseCorrections, recommend } from "../../policy/index.ts";
import { toolOf } from "./_verdict.ts";

const { verdict } = toolOf("run", { reversible: "no", notBecause: [{ category: "Write", why: "It runs." }] });
const ENTRY = {
  digest: verdict.digest,
  server: "npm/a",
  tool: "run",
  who: "a reviewer",
  why: "It only reads",
  when: "2026-11-01",
};
const READ = { category: "Read", risk: "low" };

function corrections(...entries: object[]) {
  const parsed = parseCorrections(entries.map((entry) => ({ ...ENTRY, ...entry })));
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return correctionsOf(parsed.value);
}
const corrected = (changes: object, before: Verdict = verdict): CorrectedVerdict =>
  corrections(changes).apply(before);

describe("a correction", () => {
  test("lowers a verdict, and keeps who, when, why and what the classifier said", () => {
    const after = corrected(READ);
    expect(after).toMatchObject({
      ...READ,
      confidence: 1,
      reversible: "yes",
      summary: "It only reads.",
      because:
        "Corrected by a reviewer on 2026-11-01: It only reads. The classifier said Execute, high risk.",
      notBecause: [],
      annotations: { suggested: { readOnlyHint: true } },
      correction: { who: "a reviewer", when: "2026-11-01", why: "It only reads" },
    });
    expect(after.correction?.classified).toMatchObject({
      category: "Execute",
      risk: "high",
      notBecause: verdict.notBecause,
    });
    expect(verdict.category).toBe("Execute");
  });

  test("raises one too, and then a policy is as tight as for any such tool", () => {
    const definition: ToolDefinition = { name: "list_beds", description: "Lists the beds." };
    const before = classify(definition);
    const after = corrected({ digest: before.digest, category: "Destructive", risk: "critical" }, before);
    expect(after).toMatchObject({ category: "Destructive", risk: "critical", reversible: "unknown" });
    expect(after.annotations.suggested).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(recommend(definition, before).policy.tools?.list_beds).toEqual({});
    expect(recommend(definition, after).policy.tools?.list_beds?.deny_if).toHaveLength(1);
  });

  test("may change facets, reversible, reach or the summary alone, and the rest stays", () => {
    const after = corrected({ facets: ["secrets", "egress"], reach: "machine", summary: "Runs it." });
    expect(after).toMatchObject({ category: "Execute", risk: "high", confidence: 0.9, reversible: "no" });
    expect(after).toMatchObject({
      facets: ["egress", "secrets"],
      reach: "machine",
      summary: "Runs it.",
      notBecause: verdict.notBecause,
    });
  });

  test("to Unknown leaves nothing that looks known", () => {
    expect(corrected({ category: "Unknown", risk: "unknown" })).toMatchObject({
      confidence: 0,
      annotations: { suggested: {} },
    });
  });

  test("that lowers a tool lowers its worse branches, as a tool is the worst of them", () => {
    const branch = { pointer: "/inputSchema/properties/do", argument: "do", because: "It says so." };
    const branches: Verdict["branches"] = [
      { ...branch, value: "look", category: "Read", risk: "low" },
      { ...branch, value: "drop", category: "Destructive", risk: "high" },
    ];
    const after = corrected({ category: "Write", risk: "medium" }, { ...verdict, branches });
    expect(after.branches).toEqual([
      branches[0],
      { ...branches[1], category: "Write", risk: "medium", because: after.because },
    ]);
  });

  test("says of a declared hint that it contradicts what the reviewer says", () => {
    const annotations = {
      declared: { readOnlyHint: true, destructiveHint: false },
      suggested: { readOnlyHint: true },
      conflicts: [],
    };
    const after = corrected({ category: "Financial", risk: "high" }, { ...verdict, annotations });
    expect(after.annotations.conflicts.map(({ hint, suggested }) => [hint, suggested])).toEqual([
      ["readOnlyHint", false],
      ["destructiveHint", true],
    ]);
  });

  test("is about one definition: others stay as they are", () => {
    const other = { ...verdict, digest: `sha256:${"1".repeat(64)}` };
    expect(corrections(READ).apply(other)).toEqual(other);
    expect(corrections(READ).digests).toEqual([verdict.digest]);
  });

  test("applied again changes nothing, another one starts anew, and none takes it back", () => {
    const once = corrected(READ);
    expect(JSON.stringify(corrected(READ, once))).toBe(JSON.stringify(once));
    const other = { category: "Write", risk: "low", who: "somebody else" };
    expect(corrected(other, once)).toEqual(corrected(other));
    expect(corrections().apply(once)).toEqual(verdict);
    expect(corrections().apply(once)).not.toHaveProperty("correction");
  });

  test("on a verdict that a model has read keeps the model's review, and says whose word it was", () => {
    const reviewed = { ...verdict, review: { stage: "model" } };
    const after = corrections(READ).apply(reviewed);
    expect(after.review).toBe(reviewed.review);
    expect(after.because).toContain("The classifier and a model said Execute");
    expect(corrections().apply(after)).toEqual(reviewed);
  });
});

describe("a list of corrections", () => {
  test("may be empty, and of two lists the later one counts", () => {
    expect(parseCorrections(null)).toEqual({ ok: true, value: [] });
    expect(parseCorrections([])).toEqual({ ok: true, value: [] });
    const shipped = parseCorrections([{ ...ENTRY, ...READ }]);
    const own = parseCorrections([{ ...ENTRY, ...READ, risk: "medium" }]);
    if (!shipped.ok || !own.ok) throw new Error("not read");
    expect(correctionsOf([...shipped.value, ...own.value]).apply(verdict).risk).toBe("medium");
  });

  test.each<[string, unknown, string | RegExp]>([
    ["no list", { corrections: [] }, /^At the top: .*expected array/],
    ["no digest", [{ ...ENTRY, ...READ, digest: undefined }], /^At \/0\/digest: /],
    ["half a digest", [{ ...ENTRY, ...READ, digest: "sha256:12" }], /^At \/0\/digest: sha256: and 64/],
    ["no tool", [{ ...ENTRY, ...READ, tool: undefined }], /^At \/0\/tool: /],
    ["nobody", [{ ...ENTRY, ...READ, who: " " }], /^At \/0\/who: /],
    ["no day", [{ ...ENTRY, ...READ, when: "yesterday" }], /^At \/0\/when: .*date/],
    ["a word we do not have", [{ ...ENTRY, category: "Read", risk: "tiny" }], /^At \/0\/risk: .*"low"/],
    ["a key we do not have", [{ ...ENTRY, ...READ, confidence: 1 }], /^At \/0: .*"confidence"/],
    ["two lines", [{ ...ENTRY, ...READ, why: "One.\nTwo." }], /^At \/0\/why: one line of plain text/],
    ["turned text", [{ ...ENTRY, ...READ, who: "a\u202eb" }], /^At \/0\/who: one line of plain text/],
    ["nothing corrected", [ENTRY], /^At \/0: nothing is corrected/],
    ["risk alone", [{ ...ENTRY, risk: "low" }], /^At \/0: category and risk go together/],
    ["half unknown", [{ ...ENTRY, category: "Unknown", risk: "low" }], /^At \/0: the category Unknown/],
    [
      "one definition twice",
      [
        { ...ENTRY, ...READ },
        { ...ENTRY, reach: "call" },
      ],
      /^At \/1\/digest: .*at \/0/,
    ],
  ])("with %s is refused with the place", (_, data, words) => {
    const parsed = parseCorrections(data);
    expect(parsed.ok ? [] : parsed.problems).toEqual([expect.stringMatching(words)]);
  });
});
