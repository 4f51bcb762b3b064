import type { Category, Risk } from "../classifier/index.ts";

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

/** Whether tools of such a risk and category can have this place; what is absent is any. */
export function isOfRank(rank: number, { risk, category }: { risk?: Risk; category?: Category }): boolean {
  return (
    (risk === undefined || Math.floor(rank / 10) === RISK_ORDER[risk]) &&
    (category === undefined || rank % 10 === CATEGORY_ORDER[category])
  );
}

/** Counts that start at zero, with every key there. */
export function noCounts<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}
