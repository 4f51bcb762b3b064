import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Evaluation, evaluate, type Judged } from "../../classifier/evaluate.ts";
import { type Category, classify, type Risk, type ToolDefinition } from "../../classifier/index.ts";
import { recommend } from "../../policy/index.ts";

const root = resolve(import.meta.dirname, "../..");

const judged = (
  server: string,
  label: [Category, Risk, ...Category[]],
  verdict: [Category, Risk, number],
): Judged => {
  const [category, risk, ...alternatives] = label;
  return {
    server,
    name: "t",
    label: { category, risk, alternatives },
    verdict: { category: verdict[0], risk: verdict[1], confidence: verdict[2], because: "" },
  };
};

describe("evaluate", () => {
  const evaluation = evaluate([
    judged("a", ["Read", "low"], ["Read", "low", 0.95]),
    judged("a", ["Read", "medium"], ["Write", "medium", 0.55]),
    judged("a", ["Destructive", "critical"], ["Read", "low", 0.9]),
    judged("b", ["Write", "medium", "Execute"], ["Execute", "high", 1]),
  ]);

  it("counts what is right, what is defensible, and per server", () => {
    expect(evaluation.strict).toMatchObject({ value: 0.25, of: 4 });
    expect(evaluation.lenient).toMatchObject({ value: 0.5, of: 4 });
    // One in three on one server, none on the other.
    expect(evaluation.strictByServer).toBeCloseTo(1 / 6);
    expect(evaluation.errors).toHaveLength(3);
  });

  it("scores each category, and averages over those that are labelled", () => {
    const read = evaluation.classes.find((score) => score.category === "Read");
    expect(read).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5, labels: 2 });
    // Read 0.5, Write 0, Destructive 0: nobody labelled Execute or Financial.
    expect(evaluation.macroF1.value).toBeCloseTo(0.5 / 3);
    expect(evaluation.confusion.Destructive).toMatchObject({ Read: 1, Destructive: 0 });
  });

  it("judges risk by levels, and danger called Read", () => {
    expect(evaluation.risk.exact.value).toBe(0.5);
    expect(evaluation.risk.withinOne.value).toBe(0.75);
    expect(evaluation.risk.twoTooLow.value).toBe(0.25);
    expect(evaluation.dangerAsRead).toMatchObject({ value: 1, of: 1 });
  });

  it("puts a confidence of 1 into the last bin", () => {
    expect(evaluation.calibration.at(-1)).toEqual({
      from: 0.9,
      to: 1,
      tools: 3,
      right: 1,
      rightOrAlternative: 2,
    });
  });

  it("gives Wilson's interval", () => {
    // 1 of 4, worked out by hand: centre (0.25 + 0.4802) / 1.9604, spread 0.3274.
    expect(evaluation.strict.low).toBeCloseTo(0.0456, 3);
    expect(evaluation.strict.high).toBeCloseTo(0.6994, 3);
  });
});

const corpus = resolve(root, "../shared/corpus");

describe("the reference definition, where the corpus is", () => {
  it("is Execute, high, and kept from Destructive by its own words", (context) => {
    if (!existsSync(corpus)) {
      context.annotate("There is no ../shared/corpus here: the reference definition was not read.");
      return;
    }
    const line = readFileSync(`${corpus}/tools-dev.jsonl`, "utf8")
      .split("\n")
      .find((row) => row.includes('"logout_instance"'));
    const { name, description, inputSchema } = JSON.parse(line ?? "{}") as ToolDefinition;
    const verdict = classify({ name, description, inputSchema });
    expect(verdict).toMatchObject({ category: "Execute", risk: "high" });
    expect(verdict.notBecause.find((entry) => entry.category === "Destructive")?.why).toContain(
      "without deleting",
    );
    expect(recommend({ name, description, inputSchema }, verdict).policy).toEqual({
      version: "1",
      default: "deny",
      tools: {
        logout_instance: {
          limits: [{ counter: "logout_instance_rate", window: "minute", max: 10, scope: "grant" }],
        },
      },
    });
  });
});

/** Floors are what was reached, less a little for noise in the labels; lowering one needs a reason in the commit. */
describe.each(["held", "all"] as const)("accuracy on the labelled corpus, %s families", (share) => {
  it("keeps above the floors, where the corpus is", (context) => {
    if (!existsSync(corpus)) {
      context.annotate("There is no ../shared/corpus here: accuracy was not measured.");
      return;
    }
    const output = execFileSync(
      process.execPath,
      [
        `${root}/cli/index.ts`,
        "eval",
        ...["--tools", `${corpus}/tools-dev.jsonl`],
        ...["--gold", `${corpus}/labels-dev.jsonl`, `${corpus}/gold-dev.jsonl`],
        ...["--share", share, "--json"],
      ],
      { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    const evaluation = JSON.parse(output) as Evaluation;
    const floors = (
      JSON.parse(readFileSync(`${root}/eval/floors.json`, "utf8")) as Record<string, Record<string, number>>
    )[share];
    expect(evaluation.macroF1.value).toBeGreaterThanOrEqual(floors?.macroF1 ?? 1);
    expect(evaluation.strict.value).toBeGreaterThanOrEqual(floors?.strict ?? 1);
    expect(evaluation.lenient.value).toBeGreaterThanOrEqual(floors?.lenient ?? 1);
    expect(evaluation.risk.exact.value).toBeGreaterThanOrEqual(floors?.risk ?? 1);
    expect(evaluation.dangerAsRead.value).toBeLessThanOrEqual(floors?.dangerAsRead ?? 0);
  }, 60_000);
});
