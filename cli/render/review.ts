import type { Verdict } from "../../classifier/index.ts";
import type { Judgement, ReviewedVerdict, ReviewProgress } from "../../review/index.ts";
import { OUTCOMES } from "../../review/types.ts";
import { brief, columnsOf, safe, wrap } from "./text.ts";

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

/** A tool of the catalog after its review, for people. */
export function renderReviewed(server: string, verdict: ReviewedVerdict, width: number): string {
  const { name, category, risk, review } = verdict;
  const tool = `${safe(server)} "${brief(name, 60)}"`;
  const change = renderChange(verdict);
  const said = change ? `${safe(server)} ${change}` : `${tool} stays ${category} (${risk})`;
  return wrap(`${said}. ${safe(review?.note ?? "")}`, width);
}

/**
 * A tool of the catalog whose review was undone, for people.
 * @param shown how many tools, of whichever servers, have this definition
 */
export function renderUndone(
  server: string,
  { category, risk, review, name }: ReviewedVerdict,
  now: Verdict,
  shown: number,
  width: number,
): string {
  const tool = `${safe(server)} "${brief(name, 60)}"`;
  const back = `is ${now.category} (${now.risk}) again, without the review by ${brief(review?.model ?? "", 80)}`;
  const others = shown > 1 ? ` ${shown} tools have this definition, and all show it.` : "";
  return wrap(`${tool} ${back}; it was ${category} (${risk}).${others}`, width);
}

/** Most quotes that are shown, and how much of each. */
const QUOTES = 6;
const QUOTE = 120;

/** Which stage said what, for people; empty where nobody meant to ask a model. */
export function renderStages({ review }: ReviewedVerdict, width: number): string {
  if (!review) return "";
  const { model, promptVersion, offline, said, note, evidence } = review;
  const asked = `The model ${brief(model, 80)}, asked with prompt version ${safe(promptVersion)},`;
  const answered = said ? ` said ${inWords(said)}` : " gave no answer that can be used";
  const quotes = evidence
    .slice(0, QUOTES)
    .map(({ pointer, start, end, excerpt }) =>
      wrap(`${brief(pointer, 120)} ${start}–${end}: “${brief(excerpt, QUOTE)}”`, width, "    "),
    );
  return [
    wrap(`The rules said ${inWords(offline)}. ${asked}${answered}. ${safe(note)}`, width, "  "),
    ...(quotes.length > 0 ? ["  It quotes, from the definition:", ...quotes] : []),
  ].join("\n");
}

const inWords = ({ category, risk }: Judgement): string =>
  category === "Unknown" ? "Unknown" : `${category}, ${risk} risk`;

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
