import type { CorrectedVerdict } from "../../policy/index.ts";
import { brief, safe, wrap } from "./text.ts";

/** A verdict that a reviewer has corrected, for people; undefined where nobody has. */
export function renderCorrected({ name, category, risk, correction }: CorrectedVerdict): string | undefined {
  if (!correction) return undefined;
  const { who, classified } = correction;
  return `"${brief(name, 60)}" corrected from ${classified.category} (${classified.risk}) to ${category} (${risk}) by ${safe(who)}`;
}

/** What stood in place of a correction, for people; empty where nothing was corrected. */
export function renderBeforeCorrection({ correction }: CorrectedVerdict, width: number): string {
  if (!correction) return "";
  const { category, risk, summary, because } = correction.classified;
  const known = category === "Unknown" ? "Unknown" : `${category}, ${risk} risk`;
  return [`${known}. ${summary}`, because].map((line) => wrap(safe(line), width, "  ")).join("\n");
}
