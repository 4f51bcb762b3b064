import { describe, expect, it } from "vitest";
import { compileMatcher } from "../../classifier/compile.ts";
import { featuresOf } from "../../classifier/features.ts";
import { matchRules } from "../../classifier/match.ts";
import { judge } from "../../classifier/model/judge.ts";
import { formOpinion, type Opinion } from "../../classifier/model/opinion.ts";
import { loadModel } from "../../classifier/model/rows.ts";
import { OUTPUTS, weights } from "../../classifier/model/weights.ts";
import { ruleSet } from "../../classifier/rules.ts";

/** How numbers become an opinion, with a model of a few words that no rule knows. */

const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);

const SCALE = 100;
/** Read, Write, Execute, Destructive, Financial in logits; of the steps of the risk nothing is asked here. */
const says = (...categories: number[]): number[] =>
  Array.from({ length: OUTPUTS }, (_, at) => Math.round(SCALE * (categories[at] ?? 0)));
/** The same as a row of weights. */
const row = (...categories: number[]): number[] =>
  says(...categories).flatMap((number, at) => (number === 0 ? [] : [at, number]));

const model = loadModel({
  ...weights,
  scale: SCALE,
  temperature: 1,
  bias: says(2, 0, 0, 0, 0),
  clues: {
    name: { plim: row(0.5, 0, 0, 0, 0), frob: row(0, 4, 0, 0, 0) },
    text: {
      zorp: row(0, 0, 0, 2.55, 0),
      krull: row(0, 0, 0, 7, 0),
      murk: row(-4, -4, -2.2, -2.2, -2.2),
      dim: row(-4, -4, -2.6, -2.5, -9),
    },
  },
});

function opinionOn(name: string, description: string): Opinion {
  const features = featuresOf({ name, description });
  const { matches, withdrawn } = matchRules(matcher, features);
  return formOpinion(model, { features, matches, withdrawn, branches: [], unfinished: matcher.unfinished });
}

describe("an opinion", () => {
  it("is raised by the first sentence as soon as that says more than the name", () => {
    expect(opinionOn("plim", "").category).toBe("Read");
    expect(opinionOn("plim", "Zorp quix.").category).toBe("Destructive");
  });

  it("is raised by a later sentence only where that says half a logit more than the name", () => {
    expect(opinionOn("plim", "Quix wug. Zorp quix.").category).toBe("Read");
    expect(opinionOn("plim", "Quix wug. Krull quix.").category).toBe("Destructive");
    expect(opinionOn("frob", "Quix wug. Zorp quix.").category).toBe("Write");
    expect(opinionOn("frob", "Quix wug. Krull quix.").category).toBe("Destructive");
  });

  it("is not lowered by what is put behind a text", () => {
    for (const text of ["Zorp quix", "Zorp quix.", "Quix wug. Krull quix"]) {
      const { category } = opinionOn("plim", text);
      for (const more of [" plim wug", ". Quix wug.", "\n\nQuix wug wug wug."]) {
        expect(opinionOn("plim", `${text}${more}`).category, `${text}${more}`).toBe(category);
      }
    }
  });

  it("is not that a tool reads where all dangers together are nearly as likely", () => {
    expect(opinionOn("wug", "Murk quix.").category).toBe("Execute");
    expect(opinionOn("wug", "Dim quix.").category).toBe("Destructive");
    expect(opinionOn("plim", "Dim quix.").category).toBe("Read");
  });
});

describe("a judgement", () => {
  const opinion = { ...opinionOn("plim", ""), rules: "Execute", isSure: true } as const;
  const shown = [
    { rule: "trained-model", pointer: "/name", start: 0, end: 4, excerpt: "plim", supports: "Read" } as const,
  ];

  it("is what the model says, which has heard the rules", () => {
    expect(judge(opinion, [], shown).category).toBe("Read");
  });

  it("is what the rules say where that is two steps worse", () => {
    expect(judge({ ...opinion, ruled: "Execute" }, [], shown)).toMatchObject({
      category: "Execute",
      confidence: 0.5,
    });
    expect(opinionOn("plim", "Deletes every file of the account.").ruled).toBe("Destructive");
    expect(opinionOn("plim", "Creates a document.")).toMatchObject({ rules: "Write", ruled: "Unknown" });
  });

  it("is never milder than a branch", () => {
    const branch = { value: "drop", category: "Destructive", risk: "high" } as Parameters<
      typeof judge
    >[1][number];
    expect(judge(opinion, [branch], shown)).toMatchObject({ category: "Destructive", risk: "high" });
  });
});
