import { auditAnnotations } from "./annotations.ts";
import { branchesOf } from "./branches.ts";
import { compileMatcher } from "./compile.ts";
import { digestOf } from "./digest.ts";
import { explain } from "./explain.ts";
import { featuresOf } from "./features.ts";
import { findingsOf } from "./findings.ts";
import { type Matches, matchRules } from "./match.ts";
import { clueEvidence, dullWords } from "./model/evidence.ts";
import { facetEvidence, joinFacets } from "./model/facets.ts";
import { judge } from "./model/judge.ts";
import { formOpinion } from "./model/opinion.ts";
import { loadModel } from "./model/rows.ts";
import { weights } from "./model/weights.ts";
import { RULES_VERSION, ruleSet } from "./rules.ts";
import type { Evidence, ToolDefinition, Verdict } from "./types.ts";
import { type Decision, decideBy } from "./verdict.ts";
import { Scale } from "./weigh.ts";

const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);
const trained = loadModel(weights);
const dull = dullWords(ruleSet.vocabulary);

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
  for (const match of chosen) found.matches.push(match);
  const { matches, withdrawn } = found;
  const { unfinished } = matcher;
  const scale = new Scale(matches);
  const opinion = model && formOpinion(model, { features, matches, withdrawn, branches, unfinished, scale });
  const clues = opinion ? clueEvidence(opinion, dull) : [];
  const decision = decideBy(scale, branches, opinion && judge(opinion, branches, clues));
  const words = opinion?.category === decision.category ? clues : [];
  const text = explain(features, decision, found, words);
  const more = opinion?.facets.filter(({ facet }) => !decision.facets.includes(facet)) ?? [];
  const facets = joinFacets(decision.facets, more);
  return {
    name: definition.name,
    digest: digestOf(definition),
    category: decision.category,
    risk: decision.risk,
    confidence: decision.confidence,
    facets,
    reversible: decision.reversible,
    reach: decision.reach,
    summary: text.summary,
    because: text.because,
    notBecause: text.notBecause,
    evidence: collectEvidence(decision, [...words, ...facetEvidence(more)], found),
    branches,
    annotations: auditAnnotations(definition, decision, facets),
    findings: findingsOf(definition, features.description),
    rules: RULES_VERSION,
  };
}

/** Most pieces of evidence a verdict carries; beyond it they repeat. */
const MAX_EVIDENCE = 40;

/** What decided first, then the rest, each place and rule once. */
function collectEvidence({ deciding }: Decision, words: Evidence[], found: Matches): Evidence[] {
  const list: Evidence[] = [];
  for (const match of deciding) addEvidence(list, match.evidence);
  addEvidence(list, words);
  for (const match of found.matches) addEvidence(list, match.evidence);
  for (const denial of found.denials) addEvidence(list, [denial.evidence]);
  return list;
}

function addEvidence(list: Evidence[], more: Evidence[]): void {
  for (const one of more) if (list.length < MAX_EVIDENCE && !isListed(list, one)) list.push(one);
}

function isListed(list: Evidence[], one: Evidence): boolean {
  for (const known of list) if (isSamePlace(known, one)) return true;
  return false;
}

/** Numbers first: they tell most apart. */
const isSamePlace = (one: Evidence, other: Evidence): boolean =>
  one === other ||
  (one.start === other.start &&
    one.end === other.end &&
    one.rule === other.rule &&
    one.pointer === other.pointer &&
    one.facet === other.facet);
