import type { ReviewedVerdict, ReviewProgress } from "../../review/index.ts";
import { OUTCOMES } from "../../review/types.ts";
import { brief, columnsOf } from "./text.ts";

const BAR = 20;

/** How far a second reading is, in one line of at most `width` columns. The bar is the part of the budget that is spent. */
export function renderReviewProgress(progress: ReviewProgress, width: number): string {
  const { tokens, budget, asking, cached } = progress;
  const filled = Math.min(BAR, Math.floor((tokens / budget) * BAR));
  const parts = [
    `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}] ${count(tokens)}/${count(budget)} tokens`,
    `  ${reviewed(progress)} reviewed`,
    ...(cached > 0 ? [`, ${cached} from the cache`] : []),
    ...(progress.outcomes.failed > 0 ? [`, ${progress.outcomes.failed} failed`] : []),
    ...(asking > 0 ? [`, ${asking} asked`] : []),
  ];
  let line = "";
  for (const part of parts) {
    if (columnsOf(line) + columnsOf(part) > width - 1) break;
    line += part;
  }
  return line;
}

/** A verdict that the second reading changed, for people; undefined where it changed nothing. */
export function renderChange({ name, category, risk, review }: ReviewedVerdict): string | undefined {
  if (review?.outcome !== "raised" && review?.outcome !== "lowered") return undefined;
  const { offline, outcome } = review;
  return `"${brief(name, 60)}" ${outcome} from ${offline.category} (${offline.risk}) to ${category} (${risk})`;
}

/** How the reviews of a run ended, a line each. */
export function renderReviewSummary(progress: ReviewProgress, model: string): string[] {
  const { outcomes, cached, unasked, tokens, stopped, failures, cacheNotes } = progress;
  const counts = OUTCOMES.filter((outcome) => outcomes[outcome] > 0).map(
    (outcome) => `${outcomes[outcome]} ${outcome}`,
  );
  const lines = [
    `review by ${brief(model, 80)}: ${counts.join(", ") || "no tool needed it"}; ${count(tokens)} tokens, ${cached} from the cache.`,
  ];
  for (const { note, tools } of failures) {
    lines.push(`review: ${brief(note, 500)}${tools > 1 ? ` (${tools} tools)` : ""}`);
  }
  if (stopped !== undefined) {
    const tools = unasked === 1 ? "1 tool was" : `${unasked} tools were`;
    lines.push(`review: ${tools} not reviewed: ${stopped}. Run it again to go on; answers are kept.`);
  }
  return [...lines, ...cacheNotes.map((note) => `review: ${brief(note, 500)}`)];
}

const reviewed = ({ outcomes }: ReviewProgress): number =>
  OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0) - outcomes.failed;

const count = (number: number): string => number.toLocaleString("en-US");
