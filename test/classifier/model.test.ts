import { describe, expect, it } from "vitest";
import { branchesOf } from "../../classifier/branches.ts";
import { compileMatcher } from "../../classifier/compile.ts";
import { featuresOf } from "../../classifier/features.ts";
import type { ToolDefinition } from "../../classifier/index.ts";
import { matchRules } from "../../classifier/match.ts";
import {
  type ClueVisitor,
  verdictKeys,
  visitMatch,
  visitName,
  visitSchema,
  visitWord,
} from "../../classifier/model/clues.ts";
import { formOpinion } from "../../classifier/model/opinion.ts";
import { type Reading, readAloud } from "../../classifier/model/reading.ts";
import { loadModel } from "../../classifier/model/rows.ts";
import { MODEL_CATEGORIES, numbersOf, OUTPUTS, weights } from "../../classifier/model/weights.ts";
import { ruleSet } from "../../classifier/rules.ts";
import type { RulesSay } from "../../classifier/weigh.ts";
import { readOwn } from "../../eval/_sets.ts";

/**
 * The model is trained on clues by their keys, and listens by numbers that were looked up beforehand. Here its
 * confidence is worked out from the keys, as slowly and plainly as that can be done.
 */

const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);
const model = loadModel(weights);
const definitions = readOwn().map(({ definition }) => definition);

function readingOf(definition: ToolDefinition): Reading {
  const features = featuresOf(definition);
  const found = matchRules(matcher, features);
  const { branches, matches } = branchesOf(features, matcher);
  found.matches.push(...matches);
  return { features, ...found, branches, unfinished: matcher.unfinished };
}

const outputsOf = (kind: string, key: string): number[] =>
  numbersOf((weights.clues as Record<string, Record<string, number[]>>)[kind]?.[key] ?? []).slice(0, OUTPUTS);

/** For a row that stands beside name and description: no milder category gets more than one more severe, no risk gets less. */
const risen = (numbers: number[]): number[] => {
  const made = numbers.slice();
  for (let at = 1; at < made.length; at++) {
    made[at] = Math.max(made[at] ?? 0, at < MODEL_CATEGORIES.length ? (made[at - 1] ?? 0) : 0);
  }
  return made;
};

/** The sums of the outputs at each pause, for what was heard so far and for that with a part beside it. */
function sumsByKeys(reading: Reading): number[][] {
  let main = new Set<string>();
  const kept = new Set<string>();
  const beside = { title: new Set<string>(), schema: new Set<string>() };
  const pauses: number[][] = [];
  const hear =
    (into: Set<string>, keep: boolean): ClueVisitor =>
    (kind, key) => {
      if (keep && !into.has(`${kind}\0${key}`)) kept.add(`${kind}\0${key}`);
      into.add(`${kind}\0${key}`);
    };
  const say = (said: RulesSay | undefined, part?: Set<string>) => {
    if (!said) return;
    const sums = weights.bias.slice(0, OUTPUTS);
    const add = (numbers: number[]) => {
      numbers.forEach((number, at) => {
        sums[at] = (sums[at] ?? 0) + number;
      });
    };
    for (const clue of main) add(outputsOf(...(clue.split("\0") as [string, string])));
    for (const clue of part ?? []) add(risen(outputsOf(...(clue.split("\0") as [string, string]))));
    for (const key of verdictKeys(said)) add(outputsOf("verdict", key));
    pauses.push(sums);
  };
  readAloud(reading, {
    match: (match, late) => visitMatch(match, late, hear(main, match.place === "name")),
    name: () => visitName(reading.features, hear(main, true)),
    word: (at) => visitWord(reading.features, at, hear(main, false)),
    asideMatch: (part, match) => visitMatch(match, false, hear(beside[part], false)),
    schema: () => visitSchema(reading.features, reading.branches, hear(beside.schema, false)),
    sentence: () => {
      main = new Set(kept);
    },
    pause: (said, title, schema) => {
      say(said);
      say(title, beside.title);
      say(schema, beside.schema);
    },
  });
  return pauses;
}

const probability = (sums: number[], category: number): number => {
  const total = MODEL_CATEGORIES.reduce(
    (sum, _, at) =>
      sum + Math.exp(((sums[at] ?? 0) - (sums[category] ?? 0)) / weights.scale / weights.temperature),
    0,
  );
  return 1 / total;
};

describe("the model's opinion", () => {
  const readings = definitions.map(readingOf);

  it("is as sure of its category as the clues of some pause make it", () => {
    expect(readings.length).toBeGreaterThan(300);
    for (const reading of readings) {
      const { category, confidence } = formOpinion(model, reading);
      const sure = sumsByKeys(reading).map((sums) => probability(sums, MODEL_CATEGORIES.indexOf(category)));
      const nearest = Math.min(...sure.map((each) => Math.abs(each - confidence)));
      expect(nearest, `${reading.features.name.text}: ${confidence} is none of ${sure}`).toBeLessThan(1e-9);
    }
  });

  it("does not depend on what was heard before", () => {
    const once = readings.map((reading) => formOpinion(model, reading));
    const another = loadModel(weights);
    const backwards = readings.toReversed().map((reading) => formOpinion(another, reading));
    expect(backwards.reverse()).toEqual(once);
  });
});
