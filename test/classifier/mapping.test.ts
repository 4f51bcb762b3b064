import { describe, expect, test } from "vitest";
import {
  CATEGORIES,
  classify,
  FACETS,
  fromRiskMetadata,
  type Judgement,
  REACHES,
  REVERSIBLE,
  RISKS,
  toHints,
  toRiskMetadata,
  type Verdict,
} from "../../classifier/index.ts";
import { verdictOn } from "../db/_catalog.ts";

const tool = { name: "purge_logs" };
/** Every judgement there can be, with some facets or none. */
const judgements = CATEGORIES.flatMap((category) =>
  RISKS.filter((risk) => (risk === "unknown") === (category === "Unknown")).flatMap((risk) =>
    REVERSIBLE.flatMap((reversible) =>
      REACHES.flatMap((reach) =>
        [[], [...FACETS]].map((facets) => ({ category, risk, reversible, reach, facets })),
      ),
    ),
  ),
);
const verdicts = judgements.map((judgement) => verdictOn(tool, judgement));

describe("risk metadata", () => {
  test("of a shell says what the proposal can say", () => {
    const verdict = classify({
      name: "run_command",
      description: "Runs a shell command on this machine.",
      inputSchema: { type: "object", properties: { command: { type: "string" } } },
    });
    expect(toRiskMetadata(verdict).annotations).toEqual({
      riskLevel: "critical",
      category: "mutate",
      blastRadius: "cluster",
      reversibility: "none",
      sideEffects: ["code-execution", "infrastructure"],
      approvalRecommendation: "multi",
      minTrustLevel: 5,
    });
  });

  test("uses the proposal's words only, and keeps to the scale of trust", () => {
    const words = {
      riskLevel: ["low", "medium", "high", "critical"],
      category: ["read", "observe", "mutate", "delete", "destroy", "utility"],
      blastRadius: ["item", "namespace", "cluster", "organization", "global"],
      reversibility: ["auto", "manual", "none"],
      approvalRecommendation: ["none", "single", "multi"],
    };
    expect(verdicts.length).toBeGreaterThan(400);
    for (const verdict of verdicts) {
      const { sideEffects = [], minTrustLevel = 1, ...annotations } = toRiskMetadata(verdict).annotations;
      for (const [field, value] of Object.entries(annotations))
        if (value !== undefined) expect(words[field as keyof typeof words]).toContain(value);
      expect(FACETS).toEqual(expect.arrayContaining(sideEffects));
      expect([1, 2, 3, 4, 5]).toContain(minTrustLevel);
    }
  });

  test("gives every judgement back as it was", () => {
    for (const verdict of verdicts) {
      const metadata = JSON.parse(JSON.stringify(toRiskMetadata(verdict)));
      const { digest, category, risk, confidence, facets, reversible, reach, rules } = verdict;
      const judgement: Judgement = { digest, category, risk, confidence, facets, reversible, reach, rules };
      expect(fromRiskMetadata(metadata)).toEqual(judgement);
    }
  });

  test("of what is unknown claims no level, and asks for a person", () => {
    const unknown = verdictOn(tool, { category: "Unknown", risk: "unknown" });
    expect(toRiskMetadata(unknown).annotations).toEqual({ approvalRecommendation: "single" });
  });

  test("asks for no less trust and no fewer people where the risk is higher", () => {
    const people = ["none", "single", "multi"];
    const asked = (verdict: Verdict) => {
      const { approvalRecommendation = "none", minTrustLevel = 0 } = toRiskMetadata(verdict).annotations;
      return { people: people.indexOf(approvalRecommendation), trust: minTrustLevel };
    };
    for (const reversible of REVERSIBLE) {
      const rising = RISKS.slice(1).map((risk) =>
        asked(verdictOn(tool, { category: "Write", risk, reversible })),
      );
      for (const [index, { people, trust }] of rising.entries()) {
        expect(people).toBeGreaterThanOrEqual(rising[index - 1]?.people ?? 0);
        expect(trust).toBeGreaterThan(rising[index - 1]?.trust ?? 0);
      }
    }
  });

  test("tells kinds of loss apart: deleting what can be had back, and destroying", () => {
    const ofLoss = (reversible: Verdict["reversible"]) =>
      toRiskMetadata(verdictOn(tool, { category: "Destructive", risk: "high", reversible })).annotations;
    expect(ofLoss("yes")).toMatchObject({ category: "delete", reversibility: "manual" });
    expect(ofLoss("no")).toMatchObject({ category: "destroy", reversibility: "none" });
    expect(ofLoss("unknown")).toMatchObject({ category: "delete" });
    expect(ofLoss("unknown")).not.toHaveProperty("reversibility");
  });
});

describe("the four hints", () => {
  const lostFields = (verdict: Verdict) => toHints(verdict).lost.map(({ field }) => field);

  test("of a plain look-up lose the grades, but not the category", () => {
    const verdict = classify({ name: "list_colours", description: "Lists the colours there are." });
    expect(toHints(verdict).annotations).toEqual({ readOnlyHint: true });
    expect(lostFields(verdict)).toEqual(["risk", "confidence", "reversible", "reach"]);
  });

  test("of a payment say no more than that it changes things", () => {
    const verdict = classify({ name: "pay_invoice", description: "Pays an invoice from the account." });
    const { annotations, lost } = toHints(verdict);
    expect(verdict.category).toBe("Financial");
    expect(annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(lost).toContainEqual({
      field: "category",
      why: "Financial: the hints say that it may destroy, as of every change like it.",
    });
    expect(lostFields(verdict)).toContain("facets");
  });

  test("of what is unknown say nothing, and that is said", () => {
    const { annotations, lost } = toHints(verdictOn(tool, { category: "Unknown", risk: "unknown" }));
    expect(annotations).toEqual({});
    expect(lost[0]).toEqual({
      field: "category",
      why: "Unknown: no hint is suggested, and clients assume the worst.",
    });
  });

  test("cannot say what depends on an argument", () => {
    const branch = { pointer: "/inputSchema/properties/action", argument: "action", value: "list" } as const;
    const branches = [{ ...branch, category: "Read", risk: "low", because: "It lists." } as const];
    expect(lostFields(verdictOn(tool, { branches }))).toContain("branches");
  });
});
