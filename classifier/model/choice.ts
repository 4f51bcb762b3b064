import { RISKS } from "../types.ts";
import { MODEL_CATEGORIES, RISK_STEPS } from "./weights.ts";

/**
 * How likely it may be at most, in all, that a tool executes, destroys or spends, where reading is likelier than each of
 * these: to call a danger Read is the worst mistake.
 */
const MOST_DANGER = 0.45;
const DANGER_ODDS = MOST_DANGER / (1 - MOST_DANGER);
const CATEGORY_COUNT = MODEL_CATEGORIES.length;
const WRITE = MODEL_CATEGORIES.indexOf("Write");
/** The categories from here on are the dangerous ones. */
const FIRST_DANGER = WRITE + 1;

/** How far the likeliest of them may be behind reading, in logits, where they could still be too likely in all. */
const LEAST_DANGER = Math.log(DANGER_ODDS / (CATEGORY_COUNT - FIRST_DANGER));

/** For each category where its steps are among the outputs, and up to which of RISKS each leads. */
const STEPS = MODEL_CATEGORIES.map((category) =>
  RISK_STEPS.flatMap(([of, risk], at) =>
    of === category ? [{ at: CATEGORY_COUNT + at, level: RISKS.indexOf(risk) }] : [],
  ),
);

/**
 * Index of the category with the highest sum, the milder one of two equals; not reading where it is too likely something
 * dangerous.
 *
 * @param lead what the categories up to `upTo` get in addition, in logits
 */
export function topCategory(sums: Float64Array, upTo: number, lead: number): number {
  let top = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < CATEGORY_COUNT; at++) {
    const sum = (sums[at] as number) + (at <= upTo ? lead : 0);
    if (sum <= most) continue;
    top = at;
    most = sum;
  }
  return top === 0 ? readOrWorse(sums, upTo, lead) : top;
}

/** The likeliest of the dangerous categories where they are too likely in all, else reading. */
function readOrWorse(sums: Float64Array, upTo: number, lead: number): number {
  const read = (sums[0] as number) + (upTo >= 0 ? lead : 0);
  let worst: number = FIRST_DANGER;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = FIRST_DANGER; at < CATEGORY_COUNT; at++) most = Math.max(most, sums[at] as number);
  // Even if all of them were as likely as the likeliest: nearly always so, and what follows is slow.
  if (most + (upTo >= FIRST_DANGER ? lead : 0) - read < LEAST_DANGER) return 0;
  let danger = 0;
  for (let at = FIRST_DANGER; at < CATEGORY_COUNT; at++) {
    danger += Math.exp((sums[at] as number) + (at <= upTo ? lead : 0) - read);
    if ((sums[at] as number) > (sums[worst] as number)) worst = at;
  }
  if (danger <= DANGER_ODDS) return 0;
  const write = (sums[WRITE] as number) + (upTo >= WRITE ? lead : 0);
  return danger > DANGER_ODDS * (1 + Math.exp(write - read)) ? worst : 0;
}

/** Index in RISKS of the highest step of a category that is likelier than not; 0 where none is. */
export function levelOf(sums: Float64Array, category: number): number {
  let level = 0;
  for (const step of STEPS[category] as (typeof STEPS)[number]) {
    if ((sums[step.at] as number) > 0) level = step.level;
  }
  return level;
}

/** How likely the dangerous categories are in all, 0 to 1, by the sums. */
export function dangerOf(sums: Float64Array): number {
  let danger = 0;
  for (let at = FIRST_DANGER; at < CATEGORY_COUNT; at++) danger += probability(sums, at, 1);
  return danger;
}

/** How likely a category is, 0 to 1, by the sums and the temperature that divides them. */
export function probability(sums: Float64Array, category: number, temperature: number): number {
  let total = 0;
  for (let at = 0; at < CATEGORY_COUNT; at++) {
    total += Math.exp(((sums[at] as number) - (sums[category] as number)) / temperature);
  }
  return 1 / total;
}
