import { auditAnnotations } from "./annotations.ts";
import { branchesOf } from "./branches.ts";
import { compileMatcher } from "./compile.ts";
import { digestOf } from "./digest.ts";
import { explain } from "./explain.ts";
import { featuresOf } from "./features.ts";
import { findingsOf } from "./findings.ts";
import { type Match, matchRules } from "./match.ts";
import { clueEvidence } from "./model/evidence.ts";
import { formOpinion, loadModel, type Opinion, riskWithin } from "./model/opinion.ts";
import { weights } from "./model/weights.ts";
import { RULES_VERSION, ruleSet } from "./rules.ts";
import { type Branch, CATEGORIES, type Evidence, RISKS, type ToolDefinition, type Verdict } from "./types.ts";
import { decide, type Judgement } from "./verdict.ts";

const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);
const trained = loadModel(weights);

export interface ClassifyOptions {
  /** Whether the trained model is asked beside the rules, which it is unless this is false. */
  model?: boolean;
}

/**
 * Says what a tool can do and how bad that can get, from its definition alone. Pure: the same definition always gets
 * the same verdict, without network, clock or disk.
 *
 * @param definition what `parseDefinition` let through; anything in it but the name may be of any type
 * @returns a verdict with the evidence it rests on; Unknown where nothing in the definition says what the tool does
 */
export function classify(definition: ToolDefinition, options: ClassifyOptions = {}): Verdict {
  const model = options.model === false ? undefined : trained;
  const features = featuresOf(definition);
  const found = matchRules(matcher, features);
  const { branches, matches: chosen } = branchesOf(features, matcher);
  found.matches.push(...chosen);
  const { unfinished } = matcher;
  const opinion = model && formOpinion(model, { features, ...found, branches, unfinished });
  const decision = decide(found.matches, branches, opinion && judge(opinion, branches));
  const words = opinion?.category === decision.category ? clueEvidence(opinion, matcher.openers) : [];
  const text = explain(features, decision, found, words);
  return {
    name: definition.name,
    digest: digestOf(definition),
    category: decision.category,
    risk: decision.risk,
    confidence: decision.confidence,
    facets: decision.facets,
    reversible: decision.reversible,
    reach: decision.reach,
    summary: text.summary,
    because: text.because,
    notBecause: text.notBecause,
    evidence: collectEvidence([
      ...decision.deciding.map(evidenceOf),
      words,
      ...found.matches.map(evidenceOf),
      found.denials.map((denial) => denial.evidence),
    ]),
    branches,
    annotations: auditAnnotations(definition, decision),
    findings: findingsOf(definition),
    rules: RULES_VERSION,
  };
}

/** Below this, where no rule holds either, the definition says nothing that could be relied on. */
const MIN_SURENESS = 0.5;

/** How often the rules are right where they see something worse than the model does: 8 of 17, by folds. */
const RULES_AGAINST_MODEL = 0.5;

/**
 * The worse of what the model says, which has heard the rules, and what the rules say; and a tool is never less than the
 * worst of its own branches. Where neither knows a word of the definition, it is Unknown.
 */
function judge(opinion: Opinion, branches: Branch[]): Judgement {
  const isBlank = opinion.contributions.length === 0 || opinion.sureness < MIN_SURENESS;
  if (opinion.rules === "Unknown" && isBlank) return { category: "Unknown", risk: "unknown", confidence: 0 };
  const others = [opinion.rules, ...branches.map((branch) => branch.category)];
  const category = worst(CATEGORIES, opinion.category, ...others);
  return {
    category,
    risk: worst(RISKS, riskWithin(category, opinion.risk), ...branches.map((branch) => branch.risk)),
    confidence: category === opinion.category ? round(opinion.confidence) : RULES_AGAINST_MODEL,
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

const isWorse = <T>(order: readonly T[], one: T, other: T): boolean =>
  order.indexOf(one) > order.indexOf(other);

const worst = <T>(order: readonly T[], first: T, ...others: T[]): T =>
  others.reduce((top, other) => (isWorse(order, other, top) ? other : top), first);

/** Most pieces of evidence a verdict carries; beyond it they repeat. */
const MAX_EVIDENCE = 40;

/** What decided first, then the rest, each place and rule once. */
function collectEvidence(groups: Evidence[][]): Evidence[] {
  const list = new Map<string, Evidence>();
  for (const evidence of groups.flat()) {
    const key = `${evidence.rule}|${evidence.start}|${evidence.end}|${evidence.pointer}`;
    if (!list.has(key)) list.set(key, evidence);
    if (list.size === MAX_EVIDENCE) break;
  }
  return [...list.values()];
}

const evidenceOf = (match: Match): Evidence[] => match.evidence;
