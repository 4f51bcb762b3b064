import { describe, expect, it } from "vitest";
import { classify } from "../../classifier/index.ts";
import { judge } from "../../classifier/model/judge.ts";
import type { Opinion } from "../../classifier/model/opinion.ts";

/** What the rules still say where the model is sure of something milder. */

const readOnly: Opinion = {
  category: "Read",
  risk: "low",
  confidence: 0.99,
  rules: "Read",
  ruled: "Unknown",
  ruledRisk: "unknown",
  insisted: "Unknown",
  insistedRisk: "unknown",
  isSure: true,
  contributions: [],
  facets: [],
};

describe("a rule that insists", () => {
  it("is not talked down by a model that is sure", () => {
    const insisted: Opinion = { ...readOnly, insisted: "Destructive", insistedRisk: "high" };
    expect(judge(insisted, [], [])).toMatchObject({ category: "Destructive", risk: "high" });
    expect(judge(readOnly, [], [])).toMatchObject({ category: "Read", risk: "low" });
  });

  it("lowers nothing that is worse", () => {
    const worse: Opinion = { ...readOnly, category: "Financial", risk: "critical", insisted: "Destructive" };
    expect(judge(worse, [], [])).toMatchObject({ category: "Financial", risk: "critical" });
  });

  it.each([
    ["delete", "Destructive", "high"],
    ["deleteAfter", "Destructive", "high"],
    ["exec", "Execute", "critical"],
  ])("finds the danger of an argument %s beside a name that only reads", (argument, category, risk) => {
    const definition = {
      name: "list_files",
      description: "Lists the files of a folder.",
      inputSchema: { type: "object", properties: { folder: { type: "string" }, [argument]: {} } },
    };
    expect(classify(definition)).toMatchObject({ category, risk });
  });
});
