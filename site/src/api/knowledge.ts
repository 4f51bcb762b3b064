/** Rules and attack patterns as the API answers them. */
import {
  type AttackPattern,
  type FindingKind,
  listAttacks,
  listFindingKinds,
  MODEL_RULE,
  type RulePage,
} from "../../../classifier/index.ts";
import { attackUrl, ruleUrl } from "../lib/addresses.ts";
import { attackNamed, incidentRows, taxonomyRows } from "../lib/attacks.ts";
import { allRules, findingKind, ruleNamed, ruleTitle } from "../lib/rules.ts";
import type { ApiAttackEntry, ApiAttackPattern, ApiRule, ApiRuleDetail } from "./knowledge-types.ts";

/** All that evidence and findings name, by id. */
export function apiRules(): ApiRule[] {
  return [...allRules().map(ofRule), ...listFindingKinds().map(ofKind), MODEL].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
}

/** The one with that id, or undefined. */
export function apiRule(id: string): ApiRuleDetail | undefined {
  const [rule, kind] = [ruleNamed(id), findingKind(id)];
  if (rule) return ruleDetail(rule);
  if (kind) {
    const { body: text, message, examples } = kind;
    return { ...ofKind(kind), text, message, examples };
  }
  return id === MODEL_RULE ? { ...MODEL, text: MODEL_TEXT } : undefined;
}

function ofRule({ id, title, category, risk, facets }: RulePage): ApiRule {
  return { id, url: ruleUrl(id), kind: "rule", title, category, risk, facets };
}

function ruleDetail(rule: RulePage): ApiRuleDetail {
  const { body: text, status, strength, raises, refines, reversible, reach, match, examples } = rule;
  return { ...ofRule(rule), text, status, strength, raises, refines, reversible, reach, match, examples };
}

function ofKind({ id, title, severity }: FindingKind): ApiRule {
  return { id, url: ruleUrl(id), kind: "finding", title, facets: [], severity };
}

const MODEL: ApiRule = {
  id: MODEL_RULE,
  url: ruleUrl(MODEL_RULE),
  kind: "model",
  title: ruleTitle(MODEL_RULE),
  facets: [],
};
const MODEL_TEXT =
  "A small trained model weighs the words that no rule knows. It has heard what the rules found, and says the category; text that is put behind a description never lowers it.";

/** All attack patterns, by slug. */
export function apiAttackEntries(): ApiAttackEntry[] {
  return listAttacks()
    .map((pattern) => ({ ...entryOf(pattern), incidents: pattern.incidents.length }))
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}

/** The pattern with that slug, or undefined. */
export function apiAttackPattern(slug: string): ApiAttackPattern | undefined {
  const pattern = attackNamed(slug);
  if (!pattern) return undefined;
  const { body: text, mitigations, match, sources } = pattern;
  return {
    ...entryOf(pattern),
    text,
    mitigations,
    match,
    taxonomy: taxonomyRows(pattern).map(({ title, version, url, ids }) => ({ title, version, url, ids })),
    incidents: incidentRows(pattern).map(({ title, when, fact, sources }) => ({
      title,
      when,
      fact,
      sources,
    })),
    sources,
  };
}

function entryOf({ slug, title, summary, concerns }: AttackPattern) {
  return { slug, url: attackUrl(slug), title, summary, concerns };
}
