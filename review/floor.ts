import {
  CATEGORIES,
  type Category,
  type Evidence,
  listRules,
  RISKS,
  type Risk,
  RULES_VERSION,
  type ToolDefinition,
  type Verdict,
} from "../classifier/index.ts";
import { isQuoted } from "./quotes.ts";
import type { Judgement } from "./types.ts";

/**
 * What a model may not go below. This is the one place that says what hard evidence is.
 *
 * **Hard** is what a server cannot talk about, only be: evidence of the rules in the tool's name, in the names of its
 * arguments, in the values they take, and the verdicts of its branches. **Soft** is evidence in prose: a description or
 * a title, the tool's own or one in a schema. Soft evidence can be overruled, but only by a model that quotes the
 * passage it stands in.
 */

/** From this many pieces of evidence on some may have been left out, so all of the verdict is hard. */
const MANY_PIECES = 40;

const levelOf = (risk: Risk): number => RISKS.indexOf(risk);
const severityOf = (category: Category): number => CATEGORIES.indexOf(category);

/**
 * The lowest judgement that the hard evidence of an offline verdict allows; never above the verdict itself.
 *
 * In: a verdict of the rules. Out: category and risk, each on its own. A verdict is hard as a whole when it is of other
 * rules than these, when it may have more evidence than is listed, and when none is listed for its category: nobody can
 * quote words that are not named.
 */
export function hardFloor(verdict: Verdict): Judgement {
  const { category, risk } = verdict;
  const isNamed = category === "Unknown" || verdict.evidence.some(({ supports }) => supports === category);
  const isKnown = verdict.rules === RULES_VERSION && verdict.evidence.length < MANY_PIECES;
  if (!isKnown || !isNamed) return { category, risk };
  const claims = [
    ...verdict.branches,
    ...verdict.evidence.filter(isHard).map((piece) => claimOf(piece, verdict)),
  ];
  const severities = claims
    .map((claim) => severityOf(claim.category))
    .filter((s) => s <= severityOf(category));
  const levels = claims.map((claim) => Math.min(levelOf(claim.risk), levelOf(risk)));
  return {
    category: CATEGORIES[Math.max(0, ...severities)] ?? category,
    risk: RISKS[Math.max(0, ...levels)] ?? risk,
  };
}

/**
 * Soft evidence that speaks for more than `proposed` and that a model did not deal with. Each piece of a rule must stand
 * in one of the quotes. Weights that were learnt lie on single words, which nobody quotes one by one: of them, one must.
 * Evidence for more than the verdict itself is left out, since the rules did not follow it either.
 */
export function overlooked(
  definition: ToolDefinition,
  verdict: Verdict,
  proposed: Judgement,
  quotes: string[],
): Evidence[] {
  const against = verdict.evidence.filter((piece) => {
    if (isHard(piece)) return false;
    const claim = claimOf(piece, verdict);
    if (severityOf(claim.category) > severityOf(verdict.category)) return false;
    return (
      severityOf(claim.category) > severityOf(proposed.category) ||
      levelOf(claim.risk) > levelOf(proposed.risk)
    );
  });
  const unquoted = against.filter((piece) => !isQuoted(definition, piece, quotes));
  const ofRules = unquoted.filter(({ rule }) => ruleOf(rule));
  const isUnanswered = unquoted.length === against.length;
  return ofRules.length > 0 || !isUnanswered ? ofRules : unquoted;
}

/** Whether a piece of evidence stands anywhere but in prose. An argument may be called `description`. */
function isHard({ pointer }: Evidence): boolean {
  const tokens = pointer.split("/").slice(1);
  if (tokens[0] === "annotations") return false;
  const isProse = ["description", "title"].includes(tokens.at(-1) ?? "");
  return !isProse || tokens.at(-2) === "properties";
}

let rules: Map<string, { category?: Category; risk?: Risk; raises?: Category[] }> | undefined;

/** A rule of ours; undefined for evidence of learnt weights. */
function ruleOf(id: string) {
  rules ??= new Map(listRules().map((rule) => [rule.id, rule]));
  return rules.get(id);
}

/** What a piece of evidence speaks for. Learnt weights for the verdict's category may have made all of its risk. */
function claimOf({ rule: id, supports, opposes }: Evidence, verdict: Verdict): Judgement {
  if (opposes) return { category: "Unknown", risk: "unknown" };
  const category = supports ?? "Unknown";
  const rule = ruleOf(id);
  if (!rule) return { category, risk: supports === verdict.category ? verdict.risk : "unknown" };
  const weighs = rule.category !== undefined || rule.raises?.includes(verdict.category);
  return { category, risk: (weighs && rule.risk) || "unknown" };
}
