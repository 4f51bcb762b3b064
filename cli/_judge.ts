import type { Command } from "commander";
import { classify } from "../classifier/index.ts";
import type { Entry } from "./_definitions.ts";
import { addReviewOptions, type ReviewOptions, withReviewer } from "./_review.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderChange } from "./render/review.ts";
import { type PublishedVerdict, publishedVerdict } from "./render/verdict.ts";

/** The options of a second reading that is asked for. Without `review` there is none. */
export interface JudgeOptions extends ReviewOptions {
  review?: boolean;
}

export function addJudgeOptions(command: Command): Command {
  const asked = "let a model read the definitions that the rules are unsure of; uses the network";
  return addReviewOptions(command.option("--review", asked), "with --review: ");
}

/** An entry of the input with its verdict, or why there is none. */
export type Judged = { ok: true; verdict: PublishedVerdict } | Exclude<Entry, { ok: true }>;

/**
 * Classifies every definition, and has a model read those that the options ask for.
 *
 * @param tell says each changed verdict on stderr: for output that does not show it
 * @throws Failure when the options or the environment do not allow it; what the model or the network does is no failure
 */
export async function* judge(
  entries: AsyncIterable<Entry>,
  options: JudgeOptions,
  io: Io,
  tell: boolean,
): AsyncGenerator<Judged> {
  if (!options.review) {
    refuseWithoutReview(options);
    for await (const entry of entries) {
      yield entry.ok
        ? { ok: true, verdict: publishedVerdict(classify(entry.definition), entry.server) }
        : entry;
    }
    return;
  }
  yield* withReviewer(entries, options, io, async (entry, desk): Promise<Judged> => {
    if (!entry.ok) return entry;
    const verdict = await desk.review(entry.definition, classify(entry.definition));
    const change = tell ? renderChange(verdict) : undefined;
    if (change) desk.note(`placard: review: ${change}.`);
    return { ok: true, verdict: publishedVerdict(verdict, entry.server) };
  });
}

function refuseWithoutReview(options: JudgeOptions): void {
  const { reviewBelow, reviewAll, reviewModel, reviewBudget, reviewConcurrency } = options;
  const given = { reviewBelow, reviewAll, reviewModel, reviewBudget, reviewConcurrency };
  if (Object.values(given).every((value) => value === undefined)) return;
  throw new Failure("The --review-… options do nothing by themselves. Add --review.", EXIT.usage);
}
