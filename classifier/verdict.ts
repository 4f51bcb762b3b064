import type { Match } from "./match.ts";
import { sortFew } from "./sorted-keys.ts";
import {
  type Branch,
  CATEGORIES,
  type Category,
  FACETS,
  type Facet,
  REACHES,
  type Reach,
  type Reversible,
  RISKS,
  type Risk,
} from "./types.ts";
import { highestMild, refined, Scale, scoreCategories, type Weighed, worstRisk } from "./weigh.ts";

/** A verdict without its words. */
export interface Decision {
  category: Category;
  risk: Risk;
  /** Sum of what spoke for each category. */
  scores: Record<Category, number>;
  /** What sets the risk, to complete "the tool may …": of a rule, or of the worst branch. */
  riskReason: string | undefined;
  /** Whether the risk is lower than what was judged, because the name shows a milder case: see `highestMild`. */
  isMild: boolean;
  confidence: number;
  /** The matches that speak for the category, those of the highest risk first; none where no rule speaks for it. */
  deciding: Match[];
  facets: Facet[];
  reversible: Reversible;
  reach: Reach;
}

/** A verdict's category, risk and confidence, wherever they come from. */
export type Judgement = Pick<Decision, "category" | "risk" | "confidence">;

/**
 * Finds what in the definition a verdict rests on, and what follows from it.
 *
 * @param judged the verdict; by default what the rules alone say
 */
export function decide(all: Match[], branches: Branch[] = [], judged?: Judgement): Decision {
  return decideBy(new Scale(all), branches, judged);
}

/** The same for matches that were put on a scale before. */
export function decideBy(scale: Scale, branches: Branch[], judged?: Judgement): Decision {
  const standing = scale.standing(scale.all);
  const scores = scoresOf(standing);
  const { category, risk: judgedRisk, confidence } = judged ?? rulesAlone(scale, branches, scores);
  const severity = CATEGORIES.indexOf(category);
  const deciding = sortFew(
    decidingOf(severity, standing, scale.all),
    (a, b) => b.match.rule.level - a.match.rule.level || b.score - a.score,
  );
  const found = worstRisk(severity, deciding, standing, branches);
  const highest = RISKS[Math.max(found.level, highestMild(severity, standing, scale.all))] ?? judgedRisk;
  const isMild = RISKS.indexOf(highest) < RISKS.indexOf(judgedRisk);
  const risk = isMild ? highest : higherRisk(judgedRisk, leastRisk(deciding, severity));
  const matches = deciding.map(({ match }) => match);
  return {
    category,
    risk,
    isMild,
    riskReason: RISKS[found.level] === risk ? found.reason : undefined,
    confidence,
    scores,
    deciding: matches,
    facets: facetsOf(standing),
    reversible: category === "Unknown" ? "unknown" : worstReversible(matches, standing, severity),
    reach: matches.length === 0 ? USUAL_REACH[category] : widestReach(matches),
  };
}

/** The risk that rules of the category insist on, because of the name: what it says is no matter of the other words. */
function leastRisk(deciding: readonly Weighed[], severity: number): number {
  let level = 0;
  for (const { match } of deciding) {
    const { rule, place } = match;
    if (place === "name" && (rule.raised & (1 << severity)) !== 0) level = Math.max(level, rule.level);
  }
  return level;
}

const higherRisk = (risk: Risk, level: number): Risk => RISKS[Math.max(RISKS.indexOf(risk), level)] ?? risk;

/**
 * The matches that speak for a category. Where a special case of a milder category silenced them all, and the judgement
 * is nevertheless this one, they count again: a verdict must not deny evidence that it shows.
 */
function decidingOf(severity: number, standing: readonly Weighed[], all: readonly Weighed[]): Weighed[] {
  const found = refined(severity, standing);
  return found.length > 0 ? found : refined(severity, all);
}

function rulesAlone(scale: Scale, branches: Branch[], scores: Decision["scores"]): Judgement {
  const { category, risk } = scale.weigh(scale.all, branches);
  return { category, risk, confidence: confidenceOf(category, scores) };
}

function scoresOf(standing: readonly Weighed[]): Decision["scores"] {
  const [Unknown = 0, Read = 0, Write = 0, Execute = 0, Destructive = 0, Financial = 0] =
    scoreCategories(standing);
  return { Unknown, Read, Write, Execute, Destructive, Financial };
}

/** How far the chosen category leads what speaks for the others, as a share between 0.3 and 0.97. */
function confidenceOf(category: Category, scores: Record<Category, number>): number {
  if (category === "Unknown") return 0;
  const mine = scores[category];
  const others = Object.entries(scores).reduce(
    (sum, [key, score]) => (key === category ? sum : Math.max(sum, score)),
    0,
  );
  const lead = mine / (mine + 0.6 * others + 0.8);
  return Math.round(Math.min(0.97, Math.max(0.3, 0.25 + 0.8 * lead)) * 100) / 100;
}

function facetsOf(standing: readonly Weighed[]): Facet[] {
  let bits = 0;
  for (const { match } of standing) bits |= match.rule.facetBits;
  return bits === 0 ? [] : FACETS.filter((_, at) => (bits & (1 << at)) !== 0);
}

function worstReversible(
  deciding: readonly Match[],
  standing: readonly Weighed[],
  severity: number,
): Reversible {
  let least: Reversible | undefined;
  for (const { rule } of deciding) least = lessReversible(least, rule.reversible);
  for (const { match } of standing) {
    if ((match.rule.raised & (1 << severity)) !== 0) least = lessReversible(least, match.rule.reversible);
  }
  return least ?? "unknown";
}

function lessReversible(one: Reversible | undefined, other: Reversible | undefined): Reversible | undefined {
  if (one === "no" || other === "no") return "no";
  if (one === "unknown" || other === "unknown") return "unknown";
  return one ?? other;
}

/**
 * How far a tool of a category reaches where no rule says so: what the rules say most often of the definitions in the
 * corpus that they decide (Write 85 %, Execute 61 %, Destructive 73 % of them, Financial 80 %).
 */
const USUAL_REACH: Record<Category, Reach> = {
  Unknown: "call",
  Read: "call",
  Write: "account",
  Execute: "account",
  Destructive: "account",
  Financial: "other people",
};

function widestReach(deciding: readonly Match[]): Reach {
  let widest = 0;
  for (const { rule } of deciding) if (rule.reach) widest = Math.max(widest, REACHES.indexOf(rule.reach));
  return REACHES[widest] ?? "call";
}
