import { type Branch, CATEGORIES, type Category, type Evidence, RISKS } from "../types.ts";
import type { Judgement } from "../verdict.ts";
import { type Opinion, riskWithin } from "./opinion.ts";

/** How often the rules are right where they see something worse than the model does: about half of the time, by folds. */
const RULES_AGAINST_MODEL = 0.5;

/**
 * The worse of what the model says, which has heard the rules, and what the rules say; and a tool is never less than the
 * worst of its own branches. Where neither knows a word of the definition, it is Unknown; and where no word could be shown
 * for it, nobody is told that a tool only reads.
 *
 * @param words evidence of the opinion: the words that can be shown for it
 */
export function judge(opinion: Opinion, branches: Branch[], words: readonly Evidence[]): Judgement {
  const isGuess = opinion.category === "Read" && words.length === 0;
  const isBlank = opinion.contributions.length === 0 || !opinion.isSure || isGuess;
  if (opinion.rules === "Unknown" && isBlank) return { category: "Unknown", risk: "unknown", confidence: 0 };
  let category: Category = worse(CATEGORIES, opinion.category, opinion.rules);
  for (const branch of branches) category = worse(CATEGORIES, category, branch.category);
  let risk = riskWithin(category, worse(RISKS, opinion.risk, opinion.rulesRisk));
  for (const branch of branches) risk = worse(RISKS, risk, branch.risk);
  return {
    category,
    risk,
    confidence: category === opinion.category ? round(opinion.confidence) : RULES_AGAINST_MODEL,
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

const worse = <T>(order: readonly T[], one: T, other: T): T =>
  order.indexOf(other) > order.indexOf(one) ? other : one;
