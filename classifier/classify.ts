import { auditAnnotations } from "./annotations.ts";
import { branchesOf } from "./branches.ts";
import { compileMatcher } from "./compile.ts";
import { digestOf } from "./digest.ts";
import { explain } from "./explain.ts";
import { featuresOf } from "./features.ts";
import { type Match, matchRules } from "./match.ts";
import { RULES_VERSION, ruleSet } from "./rules.ts";
import type { Evidence, ToolDefinition, Verdict } from "./types.ts";
import { decide } from "./verdict.ts";

const matcher = compileMatcher(ruleSet.pages, ruleSet.vocabulary);

/**
 * Says what a tool can do and how bad that can get, from its definition alone. Pure: the same definition always gets
 * the same verdict, without network, clock or disk.
 *
 * @param definition what `parseDefinition` let through; anything in it but the name may be of any type
 * @returns a verdict with the evidence it rests on; Unknown where nothing in the definition says what the tool does
 */
export function classify(definition: ToolDefinition): Verdict {
  const features = featuresOf(definition);
  const found = matchRules(matcher, features);
  const { branches, matches: chosen } = branchesOf(features, matcher);
  found.matches.push(...chosen);
  const decision = decide(found, branches);
  const text = explain(features, decision, found);
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
    evidence: collectEvidence(
      decision.deciding,
      found.matches,
      found.denials.map((denial) => denial.evidence),
    ),
    branches,
    annotations: auditAnnotations(definition, decision),
    findings: [],
    rules: RULES_VERSION,
  };
}

/** Most pieces of evidence a verdict carries; beyond it they repeat. */
const MAX_EVIDENCE = 40;

/** What decided first, then the rest, each place and rule once. */
function collectEvidence(deciding: Match[], all: Match[], denials: Evidence[]): Evidence[] {
  const list = new Map<string, Evidence>();
  for (const group of [...deciding.map(evidenceOf), ...all.map(evidenceOf), denials]) {
    for (const evidence of group) {
      const key = `${evidence.rule}|${evidence.start}|${evidence.end}|${evidence.pointer}`;
      if (!list.has(key)) list.set(key, evidence);
      if (list.size === MAX_EVIDENCE) return [...list.values()];
    }
  }
  return [...list.values()];
}

const evidenceOf = (match: Match): Evidence[] => match.evidence;
