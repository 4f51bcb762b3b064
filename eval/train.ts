/**
 * `npm run train [corpus folder]`: trains the model from labelled definitions and writes `weights.generated.json`.
 * Families that `placard eval --share held` measures on are never looked at. Prints what the model is worth on
 * families of the other share that a model did not see (five folds).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { branchesOf } from "../classifier/branches.ts";
import { compileMatcher } from "../classifier/compile.ts";
import { parseDefinition } from "../classifier/definition.ts";
import { evaluate, type Judged, shareOf } from "../classifier/evaluate.ts";
import { type Features, featuresOf } from "../classifier/features.ts";
import { type Match, matchRules, type Withdrawn } from "../classifier/match.ts";
import { CLUE_KINDS, type ClueKind, verdictKeys } from "../classifier/model/clues.ts";
import { formOpinion, loadModel } from "../classifier/model/opinion.ts";
import { readAloud } from "../classifier/model/reading.ts";
import { MODEL_CATEGORIES, MODEL_RISKS, OUTPUTS, type Weights } from "../classifier/model/weights.ts";
import { ruleSet } from "../classifier/rules.ts";
import type { Branch, Category, Risk } from "../classifier/types.ts";
import type { RulesSay } from "../classifier/verdict.ts";
import { type Example, fitSoftmax } from "./_softmax.ts";

const SETTINGS = {
  /** L2 penalty. */
  penalty: 8,
  /** Definitions a clue must occur in to get a weight. */
  occurrences: 3,
  /** How much of a label goes to the other categories that careful reading could defend. */
  doubt: 0.2,
  /** What a definition counts once more with only its name and schema read. */
  nameOnly: 0.5,
  folds: 5,
  scale: 100,
  /** Clues whose weights are all smaller are left out. */
  least: 0.05,
};

interface Label {
  server: string;
  name: string;
  category: Category;
  risk: Risk;
  alternatives: Category[];
}

/** A labelled definition, taken apart. */
interface Row {
  label: Label;
  fold: number;
  features: Features;
  matches: Match[];
  withdrawn: Withdrawn[];
  branches: Branch[];
  /** Clues after name and schema, and after everything. */
  fixed: string[];
  all: string[];
}

const corpus = process.argv[2] ?? "../shared/corpus";
const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];
const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);

const { unfinished } = matcher;
const rows = readRows();
console.log(`${rows.length} labelled definitions of the share to tune on`);
const outside = Array.from({ length: SETTINGS.folds }, (_, fold) => {
  const model = loadModel(train(rows.filter((row) => row.fold !== fold)));
  return { model, rows: rows.filter((row) => row.fold === fold) };
});
const temperature = bestTemperature();
report("rules and model, by folds", judgeOutside(temperature));
const trained = { ...train(rows), temperature };
writeFileSync(
  new URL("../classifier/model/weights.generated.json", import.meta.url),
  `${JSON.stringify(trained).replaceAll("],", "],\n")}\n`,
);
console.log(`${Object.values(trained.clues).reduce((sum, keys) => sum + Object.keys(keys).length, 0)} clues`);

function readRows(): Row[] {
  const lines = <T>(file: string): T[] =>
    readFileSync(`${corpus}/${file}`, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as T);
  type Tool = Record<string, unknown> & { server: string; name: string; family: string };
  const keyOf = (row: { server: string; name: string }) => JSON.stringify([row.server, row.name]);
  const tools = new Map(lines<Tool>("tools-dev.jsonl").map((tool) => [keyOf(tool), tool]));
  const labels = new Map(
    ["labels-dev.jsonl", "gold-dev.jsonl"].flatMap((file) =>
      lines<Label>(file).map((label) => [keyOf(label), label] as const),
    ),
  );
  const found: Row[] = [];
  for (const [key, label] of labels) {
    const tool = tools.get(key);
    if (!tool || shareOf(tool.family) !== "tune") continue;
    const parsed = parseDefinition(Object.fromEntries(SERVED.map((name) => [name, tool[name]])));
    if (!parsed.ok) continue;
    const features = featuresOf(parsed.definition);
    const { matches, withdrawn } = matchRules(matcher, features);
    const { branches, matches: chosen } = branchesOf(features, matcher);
    matches.push(...chosen);
    const [fixed, all] = cluesOf(features, matches, branches);
    const fold = foldOf(tool.family);
    found.push({ label, fold, features, matches, withdrawn, branches, fixed, all });
  }
  return found;
}

/** Families are spread over the folds by a hash that has nothing to do with the one that holds shares back. */
function foldOf(family: string): number {
  let hash = 7;
  for (const character of family) hash = (hash * 33 + character.charCodeAt(0)) >>> 0;
  return hash % SETTINGS.folds;
}

/** Clues of the name alone, and of everything, as `kind\0key`. */
function cluesOf(features: Features, matches: Match[], branches: Branch[]): [string[], string[]] {
  const heard = new Set<string>();
  const besides = new Set<string>();
  let named: string[] | undefined;
  let last: string[] = [];
  const keysOf = (say: RulesSay) => verdictKeys(say).map((key) => `verdict\0${key}`);
  readAloud(
    { features, matches, withdrawn: [], branches, unfinished },
    {
      clue: (kind, key) => heard.add(`${kind}\0${key}`),
      aside: (_, kind, key) => besides.add(`${kind}\0${key}`),
      sentence: () => {},
      pause(say, { title, schema }) {
        named ??= [...heard, ...keysOf(say)];
        last = keysOf(schema ?? title ?? say);
      },
    },
  );
  return [named ?? [], [...new Set([...heard, ...besides, ...last])]];
}

function train(from: Row[]): Omit<Weights, "temperature"> & { temperature: number } {
  const counts = new Map<string, number>();
  for (const { all } of from) for (const clue of all) counts.set(clue, (counts.get(clue) ?? 0) + 1);
  const known = [...counts].filter(([, count]) => count >= SETTINGS.occurrences).map(([clue]) => clue);
  const indices = new Map(known.sort().map((clue, index) => [clue, index]));
  const holding = (clues: string[]) => clues.flatMap((clue) => indices.get(clue) ?? []);
  const examples = (target: (label: Label) => number[]): Example[] =>
    from.flatMap(({ label, fixed, all }) => [
      { features: holding(all), target: target(label), weight: 1 },
      { features: holding(fixed), target: target(label), weight: SETTINGS.nameOnly },
    ]);
  const fitted = (classes: number, target: (label: Label) => number[]) =>
    fitSoftmax(examples(target), known.length, classes, SETTINGS.penalty);
  const category = fitted(MODEL_CATEGORIES.length, categoryTarget);
  const risk = fitted(MODEL_RISKS.length, ({ risk: labelled }) =>
    MODEL_RISKS.map((level) => (level === labelled ? 1 : 0)),
  );
  const rounded = (values: Float64Array) => [...values].map((value) => Math.round(value * SETTINGS.scale));
  const rowOf = (values: Float64Array, index: number, classes: number) =>
    rounded(values.subarray(index * classes, (index + 1) * classes));
  const clues: Weights["clues"] = Object.fromEntries(CLUE_KINDS.map((kind) => [kind, {}]));
  for (const [clue, index] of indices) {
    const [kind, key] = clue.split("\0") as [ClueKind, string];
    const row = [
      ...rowOf(category.weights, index, MODEL_CATEGORIES.length),
      ...rowOf(risk.weights, index, MODEL_RISKS.length),
    ];
    const keys = clues[kind];
    if (keys && row.some((value) => Math.abs(value) >= SETTINGS.least * SETTINGS.scale)) keys[key] = row;
  }
  const bias = [...rounded(category.bias), ...rounded(risk.bias)];
  if (bias.length !== OUTPUTS) throw new Error("a bias is missing");
  return { scale: SETTINGS.scale, temperature: 1, bias, clues };
}

function categoryTarget({ category, alternatives }: Label): number[] {
  const others = alternatives.filter((other) => other !== category);
  return MODEL_CATEGORIES.map((each) => {
    if (each === category) return others.length > 0 ? 1 - SETTINGS.doubt : 1;
    return others.includes(each) ? SETTINGS.doubt / others.length : 0;
  });
}

function judgeOutside(warmth: number): Judged[] {
  return outside.flatMap(({ model, rows: unseen }) => {
    const warmed = { ...model, weights: { ...model.weights, temperature: warmth } };
    return unseen.map(({ label, features, matches, withdrawn, branches }) => ({
      server: label.server,
      name: label.name,
      label,
      verdict: {
        ...formOpinion(warmed, { features, matches, withdrawn, branches, unfinished }),
        because: "",
      },
    }));
  });
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
