/**
 * `npm run train [corpus folder]`: trains the model from labelled definitions, those of the corpus and those in our own
 * words, and writes `weights.generated.json`. Families that `placard eval --share held` measures on are never looked at.
 * Prints what the model is worth on families that a model did not see (five folds).
 */
import { writeFileSync } from "node:fs";
import { compileMatcher } from "../classifier/compile.ts";
import { evaluate, type Judged } from "../classifier/evaluate.ts";
import type { Label } from "../classifier/labelled.ts";
import { CLUE_KINDS, type ClueKind } from "../classifier/model/clues.ts";
import { clueEvidence, dullWords } from "../classifier/model/evidence.ts";
import { judge } from "../classifier/model/judge.ts";
import { formOpinion } from "../classifier/model/opinion.ts";
import { loadModel } from "../classifier/model/rows.ts";
import {
  type FacetWeights,
  MODEL_CATEGORIES,
  OUTPUTS,
  RISK_STEPS,
  type Weights,
} from "../classifier/model/weights.ts";
import { ruleSet } from "../classifier/rules.ts";
import { FACETS, type Facet } from "../classifier/types.ts";
import { decide } from "../classifier/verdict.ts";
import { fitRisk } from "./_risk.ts";
import { FOLDS, type Row, takeApart } from "./_rows.ts";
import { CORPUS, hasCorpus, readCorpus, readTraining, type SetName } from "./_sets.ts";
import { type Example, fitSoftmax } from "./_softmax.ts";

const SETTINGS = {
  /** L2 penalty of the category. */
  penalty: 12,
  /**
   * Servers a clue must occur with to get a weight: what fewer say is about them. On families a model had not seen, more
   * verdicts are right than with three definitions of any server, and a tenth of the clues is gone.
   */
  servers: 3,
  /** How much of a label goes to the other categories that careful reading could defend. */
  doubt: 0.2,
  /** What a definition counts once more with only its name and schema read. */
  nameOnly: 0.5,
  /**
   * And once more without what the rules say, for the category: they were written by readers of the corpus, so on
   * others they are right less often than here, and the words must bear some of the verdict. The risk is better without.
   */
  wordsOnly: 1,
  /** L2 penalty of the facets. */
  facetPenalty: 5,
  /** What a clue must say for or against a facet to be heard. */
  leastOfFacet: 0.25,
  scale: 100,
  /**
   * Clues of which no number is as large are left out, and the others fitted anew: four in ten are gone, and on families a
   * model had not seen as many verdicts are right. With 0.15 there too, but a title lowered a verdict. What is slighter than
   * the second is zero.
   */
  least: 0.12,
  slight: 0.05,
};

/** For models of which only category and risk are asked. */
const NO_FACETS = Object.fromEntries(
  FACETS.map((facet) => [facet, { bias: 0, from: 1 }]),
) as Weights["facets"];

const corpus = process.argv[2] ?? CORPUS;
if (!hasCorpus(corpus)) {
  console.error(
    `train: Reading ${corpus}: there is no tools-dev.jsonl. Name the corpus's folder: npm run train -- <folder>.`,
  );
  process.exit(2);
}
const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);
const dull = dullWords(ruleSet.vocabulary);
const rows = takeApart([...readCorpus(corpus, "tune"), ...readTraining()], matcher);
console.log(
  `${rows.length} labelled definitions, ${rows.filter(({ set }) => set === "training").length} in our own words`,
);
const outside = Array.from({ length: FOLDS }, (_, fold) => {
  const model = loadModel({ ...train(rows.filter((row) => row.fold !== fold)), facets: NO_FACETS });
  return { model, rows: rows.filter((row) => row.fold === fold) };
});
const temperature = bestTemperature();
// Whoever wrote the rules had read the corpus; the definitions in our own words are as new to them as other servers are.
report("corpus, by folds", judgeOutside(temperature, "corpus"));
report("own words, by folds", judgeOutside(temperature, "training"));
const facets = Object.fromEntries(FACETS.map((facet) => [facet, tuneFacet(facet)])) as Weights["facets"];
const trained = addFacets({ ...train(rows), temperature }, facets);
writeFileSync(
  new URL("../classifier/model/weights.generated.json", import.meta.url),
  `${JSON.stringify(trained).replaceAll("],", "],\n")}\n`,
);
console.log(`${Object.values(trained.clues).reduce((sum, keys) => sum + Object.keys(keys).length, 0)} clues`);

/** Trains category and risk twice: the second time with those clues only that said enough the first time. */
function train(from: Row[]): Omit<Weights, "facets"> {
  const least = SETTINGS.least * SETTINGS.scale;
  const first = fitWeights(from, knownClues(from));
  const strong = [...first.rows].filter(([, row]) => row.some((value) => Math.abs(value) >= least));
  const { rows: kept, bias } = fitWeights(
    from,
    strong.map(([clue]) => clue),
  );
  const clues: Weights["clues"] = Object.fromEntries(CLUE_KINDS.map((kind) => [kind, {}]));
  for (const [clue, row] of kept) {
    const [kind, key] = clue.split("\0") as [ClueKind, string];
    const stored = sparse(row);
    const keys = clues[kind];
    if (keys && stored.length > 0) keys[key] = stored;
  }
  return { scale: SETTINGS.scale, temperature: 1, bias, clues };
}

/**
 * Fits category and risk.
 *
 * @param known the clues that get a weight
 * @returns the outputs' numbers for each of them, and without any
 */
function fitWeights(from: Row[], known: string[]): { rows: Map<string, number[]>; bias: number[] } {
  const indices = new Map(known.map((clue, index) => [clue, index]));
  const holding = (clues: string[]) => clues.flatMap((clue) => indices.get(clue) ?? []);
  const examples = from.flatMap(({ label, fixed, all }): Example[] => {
    const target = categoryTarget(label);
    return [
      { features: holding(all), target, weight: 1 },
      { features: holding(fixed), target, weight: SETTINGS.nameOnly },
      { features: holding(all.filter(isOfWords)), target, weight: SETTINGS.wordsOnly },
    ];
  });
  // Not refined: then more verdicts are right by folds (by 0.2 points), and fewer dangers are seen.
  const category = fitSoftmax(examples, known.length, MODEL_CATEGORIES.length, SETTINGS.penalty);
  const risk = fitRisk(from, holding, known.length);
  const rounded = (values: Float64Array) => [...values].map((value) => Math.round(value * SETTINGS.scale));
  const rowOf = (values: Float64Array, index: number, classes: number) =>
    rounded(values.subarray(index * classes, (index + 1) * classes));
  const rows = known.map((clue, index): [clue: string, row: number[]] => [
    clue,
    [
      ...rowOf(category.weights, index, MODEL_CATEGORIES.length),
      ...rowOf(risk.weights, index, RISK_STEPS.length),
    ],
  ]);
  const bias = [...rounded(category.bias), ...rounded(risk.bias)];
  if (bias.length !== OUTPUTS) throw new Error("a bias is missing");
  return { rows: new Map(rows), bias };
}

/** The clues that get a weight, sorted. */
function knownClues(from: Row[]): string[] {
  const servers = new Map<string, Set<string>>();
  for (const { all, label } of from) {
    for (const clue of all) {
      const seen = servers.get(clue);
      if (seen) seen.add(label.server);
      else servers.set(clue, new Set([label.server]));
    }
  }
  return [...servers].flatMap(([clue, { size }]) => (size >= SETTINGS.servers ? [clue] : [])).sort();
}

/** A row as weights are stored: without the numbers that hardly count. */
function sparse(row: number[]): number[] {
  return row.flatMap((number, at) =>
    Math.abs(number) < SETTINGS.slight * SETTINGS.scale ? [] : [at, number],
  );
}

/** Whether a clue is a word of the definition, and nothing that a rule says. */
function isOfWords(clue: string): boolean {
  return !/^(rule|verdict)\0/.test(clue);
}

function categoryTarget({ category, alternatives }: Label): number[] {
  const others = alternatives.filter((other) => other !== category);
  return MODEL_CATEGORIES.map((each) => {
    if (each === category) return others.length > 0 ? 1 - SETTINGS.doubt : 1;
    return others.includes(each) ? SETTINGS.doubt / others.length : 0;
  });
}

/**
 * The verdicts, as `classify` gives them, on families that the model did not see.
 *
 * @param of which set; all of them when absent
 */
function judgeOutside(warmth: number, of?: SetName): Judged[] {
  return outside.flatMap(({ model, rows: unseen }) => {
    const warmed = { ...model, weights: { ...model.weights, temperature: warmth } };
    const asked = unseen.filter(({ set }) => of === undefined || of === set);
    return asked.map(({ label, reading }) => {
      const { matches, branches } = reading;
      const opinion = formOpinion(warmed, reading);
      const judgement = judge(opinion, branches, clueEvidence(opinion, dull));
      const { category, risk, confidence } = decide(matches, branches, judgement);
      return {
        server: label.server,
        name: label.name,
        label,
        verdict: { category, risk, confidence, because: "" },
      };
    });
  });
}

/** Clues of a row, and whether its label has a facet, for the rows that are labelled with facets. */
function facetExamples(from: Row[], facet: Facet, indices: Map<string, number>): Example[] {
  return from.flatMap(({ label, all }) => {
    if (!label.facets) return [];
    const target = label.facets.includes(facet) ? [0, 1] : [1, 0];
    return [{ features: all.flatMap((clue) => indices.get(clue) ?? []), target, weight: 1 }];
  });
}

/** What each clue says for a facet, and what is said without any. Outside the name, no clue speaks against one. */
function trainFacet(from: Row[], facet: Facet): { bias: number; says: Map<string, number> } {
  const known = knownClues(from).filter((clue) => !clue.startsWith("verdict\0"));
  const indices = new Map(known.map((clue, index) => [clue, index]));
  const rising = known.map((clue) => !/^(name|first|last)\0|^rule\0.*@name$/.test(clue));
  const examples = facetExamples(from, facet, indices);
  const fit = fitSoftmax(examples, known.length, 2, SETTINGS.facetPenalty, rising);
  const saidBy = (at: number) =>
    Math.round(SETTINGS.scale * ((fit.weights[2 * at + 1] ?? 0) - (fit.weights[2 * at] ?? 0)));
  const says = new Map(known.map((clue, at) => [clue, saidBy(at)]));
  for (const [clue, value] of says) {
    if (Math.abs(value) < SETTINGS.leastOfFacet * SETTINGS.scale) says.delete(clue);
  }
  return { bias: Math.round(SETTINGS.scale * ((fit.bias[1] ?? 0) - (fit.bias[0] ?? 0))), says };
}

/** Finds, by folds, from which sum on a facet is said beside those that rules show: where F1 is highest. */
function tuneFacet(facet: Facet): FacetWeights {
  const seen = outside.flatMap(({ rows: unseen }, fold) => {
    const { bias, says } = trainFacet(
      rows.filter((row) => row.fold !== fold),
      facet,
    );
    return unseen
      .filter(({ label }) => label.facets)
      .map(({ label, all, reading: { matches } }) => ({
        sum: all.reduce((sum, clue) => sum + (says.get(clue) ?? 0), bias),
        byRules: matches.some(({ rule }) => rule.facets.includes(facet)),
        is: label.facets?.includes(facet) ?? false,
      }));
  });
  let best = { f1: -1, from: 0 };
  for (let from = -3 * SETTINGS.scale; from <= 2 * SETTINGS.scale; from += SETTINGS.scale / 10) {
    const said = seen.filter(({ sum, byRules }) => sum >= from || byRules);
    const right = said.filter(({ is }) => is).length;
    const f1 = (2 * right) / (said.length + seen.filter(({ is }) => is).length);
    if (f1 > best.f1) best = { f1, from };
  }
  const rules = seen.filter(({ byRules }) => byRules);
  const f1OfRules =
    (2 * rules.filter(({ is }) => is).length) / (rules.length + seen.filter(({ is }) => is).length);
  console.log(`facet ${facet}: F1 ${best.f1.toFixed(2)}, by the rules alone ${f1OfRules.toFixed(2)}`);
  return { bias: 0, from: best.from };
}

/** Puts what clues say for facets behind the rows' other numbers. */
function addFacets(to: Omit<Weights, "facets">, tuned: Weights["facets"]): Weights {
  const filled = { ...tuned };
  const clues = to.clues;
  FACETS.forEach((facet, place) => {
    const { bias, says } = trainFacet(rows, facet);
    filled[facet] = { ...tuned[facet], bias };
    for (const [clue, value] of says) {
      const [kind, key] = clue.split("\0") as [ClueKind, string];
      const keys = clues[kind];
      if (!keys) continue;
      const row = keys[key] ?? [];
      keys[key] = row;
      row.push(OUTPUTS + place, value);
    }
  });
  return { ...to, facets: filled };
}

/** The temperature under which the confidences fit best how often the verdicts are right (least log loss). */
function bestTemperature(): number {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (let tenth = 6; tenth <= 20; tenth++) {
    let loss = 0;
    for (const { label, verdict } of judgeOutside(tenth / 10)) {
      const sure = Math.min(0.999, Math.max(0.001, verdict.confidence));
      loss -= Math.log(verdict.category === label.category ? sure : 1 - sure);
    }
    if (loss < best.loss) best = { temperature: tenth / 10, loss };
  }
  return best.temperature;
}

function report(what: string, judged: Judged[]): void {
  const { strict, lenient, macroF1, risk, dangerAsRead, calibration } = evaluate(judged);
  const percent = ({ value }: { value: number }) => `${(100 * value).toFixed(1)} %`;
  console.log(
    `${what}: macro-F1 ${macroF1.value.toFixed(3)}, strict ${percent(strict)}, lenient ${percent(lenient)}, ` +
      `risk ${percent(risk.exact)}, two too low ${percent(risk.twoTooLow)}, danger as Read ${percent(dangerAsRead)}`,
  );
  for (const bin of calibration.filter(({ tools }) => tools > 0)) {
    console.log(
      `  confidence ${bin.from} to ${bin.to}: ${bin.tools}, right ${percent({ value: bin.right / bin.tools })}`,
    );
  }
}
