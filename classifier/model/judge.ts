import { type Branch, CATEGORIES, type Category, type Evidence, RISKS } from "../types.ts";
import type { Judgement } from "../verdict.ts";
import type { Opinion } from "./opinion.ts";
import { riskWithin } from "./risk-range.ts";

/** How sure a verdict is that is worse than what the model says: because of the rules, or of a branch. */
const AGAINST_MODEL = 0.5;

/**
 * What the model says, which has heard the rules; and a tool is never less than the worst of its own branches, what a rule
 * insists on, or what the rules say where that is two steps or more worse (Execute only where the model doubts too). Elsewhere,
 * where they were worse than the model on families neither had met, they were wrong far oftener than right. Where neither knows
 * a word of the definition, it is Unknown; and where no word could be shown for it, nobody is told that a tool only reads.
 *
 * @param words evidence of the opinion: the words that can be shown for it
 */
export function judge(opinion: Opinion, branches: Branch[], words: readonly Evidence[]): Judgement {
  const isGuess = opinion.category === "Read" && words.length === 0;
  const isBlank = opinion.contributions.length === 0 || !opinion.isSure || isGuess;
  if (opinion.rules === "Unknown" && isBlank) return { category: "Unknown", risk: "unknown", confidence: 0 };
  const ruled = worse(CATEGORIES, opinion.ruled, opinion.insisted);
  let category: Category = worse(CATEGORIES, opinion.category, ruled);
  for (const branch of branches) category = worse(CATEGORIES, category, branch.category);
  const ruledRisk = worse(RISKS, riskWithin(category, opinion.ruledRisk), opinion.insistedRisk);
  let risk = worse(RISKS, riskWithin(category, opinion.risk), ruledRisk);
  for (const branch of branches) risk = worse(RISKS, risk, branch.risk);
  return {
    category,
    risk,
    confidence: category === opinion.category ? round(opinion.confidence) : AGAINST_MODEL,
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

const worse = <T>(order: readonly T[], one: T, other: T): T =>
  order.indexOf(other) > order.indexOf(one) ? other : one;
