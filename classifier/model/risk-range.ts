import { type Category, RISKS, type Risk } from "../types.ts";

/** The lowest and highest risk a category can have, by the conventions the labels follow. */
const RISK_RANGE: Record<Category, [lowest: Risk, highest: Risk]> = {
  Unknown: ["unknown", "unknown"],
  Read: ["low", "medium"],
  Write: ["low", "high"],
  Execute: ["medium", "critical"],
  Destructive: ["medium", "critical"],
  Financial: ["high", "critical"],
};

/** The nearest risk that a category can have. */
export function riskWithin(category: Category, risk: Risk): Risk {
  const [lowest, highest] = RISK_RANGE[category];
  if (RISKS.indexOf(risk) < RISKS.indexOf(lowest)) return lowest;
  return RISKS.indexOf(risk) > RISKS.indexOf(highest) ? highest : risk;
}
