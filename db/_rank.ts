import type { Category, Risk } from "../classifier/index.ts";
import type { AnyOf } from "./types.ts";

/** Worst first. Unknown stands above low: what is not known is never treated as harmless. */
const RISK_ORDER: Record<Risk, number> = { critical: 0, high: 1, medium: 2, unknown: 3, low: 4 };
const CATEGORY_ORDER: Record<Category, number> = {
  Financial: 0,
  Destructive: 1,
  Execute: 2,
  Write: 3,
  Unknown: 4,
  Read: 5,
};

/** Place in a list that starts with the worst: by risk, then by category. Smaller is worse. */
export function rankOf(risk: Risk, category: Category): number {
  return RISK_ORDER[risk] * 10 + CATEGORY_ORDER[category];
}

/** All places there are, the worst first. */
export const RANKS = Object.values(RISK_ORDER).flatMap((risk) =>
  Object.values(CATEGORY_ORDER).map((category) => risk * 10 + category),
);

/** Whether tools of such a risk and category can have this place; what is absent, or has no values, is any. */
export function isOfRank(
  rank: number,
  { risk, category }: { risk?: AnyOf<Risk>; category?: AnyOf<Category> },
): boolean {
  const risks = valuesOf(risk).map((word) => RISK_ORDER[word]);
  const categories = valuesOf(category).map((word) => CATEGORY_ORDER[word]);
  return (
    (risks.length === 0 || risks.includes(Math.floor(rank / 10))) &&
    (categories.length === 0 || categories.includes(rank % 10))
  );
}

/** The values of a filter; none when it is absent. */
export function valuesOf<Value extends string>(any: AnyOf<Value> | undefined): readonly Value[] {
  if (any === undefined) return [];
  return typeof any === "string" ? [any] : any;
}
