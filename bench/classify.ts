/**
 * `npm run bench:classify [rounds]`: what a verdict costs, as a multiple of what JSON.parse of the same definitions
 * costs in the same run, whole and by stage; and what stays in memory after one pass and after twenty. In processor time,
 * as other work on the machine would count otherwise; neighbours that fill its caches still make the multiples larger.
 */
import { existsSync, readFileSync } from "node:fs";
import { branchesOf } from "../classifier/branches.ts";
import { classify } from "../classifier/classify.ts";
import { compileMatcher } from "../classifier/compile.ts";
import { digestOf } from "../classifier/digest.ts";
import { type Features, featuresOf } from "../classifier/features.ts";
import { findingsOf } from "../classifier/findings.ts";
import { type Matches, matchRules } from "../classifier/match.ts";
import { formOpinion } from "../classifier/model/opinion.ts";
import { loadModel } from "../classifier/model/rows.ts";
import { weights } from "../classifier/model/weights.ts";
import { ruleSet } from "../classifier/rules.ts";
import type { Branch, ToolDefinition } from "../classifier/types.ts";
import { median } from "./_median.ts";

const CORPUS = new URL("../../shared/corpus/tools-dev.jsonl", import.meta.url);
const OWN = new URL("../eval/own/tools.jsonl", import.meta.url);
/** What a server sends; the rest of a line says where it is from. */
const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];
/** A round reads so many definitions at least: less is too short to be timed. */
const LEAST = 5_000;
const PASSES = 20;

const rounds = Number(process.argv[2] ?? 9);
const isCorpus = existsSync(CORPUS);
const texts = readFileSync(isCorpus ? CORPUS : OWN, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    return JSON.stringify(Object.fromEntries(SERVED.map((key) => [key, row[key]])));
  });
const definitions = texts.map((text) => JSON.parse(text) as ToolDefinition);
const repeats = Math.ceil(LEAST / texts.length);
console.log(`${texts.length} definitions of ${isCorpus ? "../shared/corpus" : "eval/own"}, ${rounds} rounds`);

// First of all, as classifying is what fills the caches.
const before = heap();
pass();
const afterOne = heap();
for (let done = 1; done < PASSES; done++) pass();
const afterAll = heap();

const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);
const { unfinished } = matcher;
const model = loadModel(weights);
/** What each stage begins with: stages are timed one by one. */
interface Prepared {
  definition: ToolDefinition;
  features: Features;
  found: Matches;
  branches: Branch[];
}
const prepared: Prepared[] = definitions.map((definition) => {
  const features = featuresOf(definition);
  const found = matchRules(matcher, features);
  const { branches, matches } = branchesOf(features, matcher);
  found.matches.push(...matches);
  return { definition, features, found, branches };
});
const stages: Record<string, (one: Prepared) => unknown> = {
  classify: ({ definition }) => classify(definition),
  "  without the model": ({ definition }) => classify(definition, { model: false }),
  "  digest": ({ definition }) => digestOf(definition),
  "  features": ({ definition }) => featuresOf(definition),
  "  rules": ({ features }) => [matchRules(matcher, features), branchesOf(features, matcher)],
  "  model": ({ features, found, branches }) =>
    formOpinion(model, { features, ...found, branches, unfinished }),
  "  findings": ({ definition }) => findingsOf(definition),
};

/** Processor time of each round, in microseconds. */
const times = new Map<string, number[]>();
/** Kept, so that nothing can be left out as unused. */
let last: unknown;
const parse = "JSON.parse";
for (let round = 0; round < rounds; round++) {
  note(parse, texts, (text) => JSON.parse(text) as unknown);
  for (const [stage, run] of Object.entries(stages)) note(stage, prepared, run);
}
const unit = median(times.get(parse) ?? []);
for (const [stage, all] of times) {
  const micros = median(all) / texts.length / repeats;
  console.log(
    `${stage.padEnd(22)}${(median(all) / unit).toFixed(1).padStart(6)} ×${us(micros)} a definition`,
  );
}
if (last === undefined) throw new Error("nothing was timed");
console.log(
  `heap in use: ${mib(before)} before, ${mib(afterOne)} after 1 pass, ${mib(afterAll)} after ${PASSES} passes`,
);

function pass(): void {
  for (const definition of definitions) classify(definition);
}

function note<Input>(what: string, inputs: Input[], run: (input: Input) => unknown): void {
  const from = process.cpuUsage();
  for (let turn = 0; turn < repeats; turn++) for (const input of inputs) last = run(input);
  const { user, system } = process.cpuUsage(from);
  times.set(what, [...(times.get(what) ?? []), user + system]);
}

function heap(): number {
  global.gc?.();
  return process.memoryUsage().heapUsed;
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function us(micros: number): string {
  return `${micros.toFixed(1).padStart(7)} µs`;
}
