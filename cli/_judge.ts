import type { Command } from "commander";
import { classify, type Entry } from "../classifier/index.ts";
import type { CorrectedVerdict } from "../policy/index.ts";
import { readCorrections } from "./_corrections.ts";
import { addReviewOptions, type ReviewOptions, withReviewer } from "./_review.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderCorrected } from "./render/correction.ts";
import { renderChange } from "./render/review.ts";
import { type PublishedVerdict, publishedVerdict } from "./render/verdict.ts";

/** The options of a second reading that is asked for. Without `review` there is none. */
export interface JudgeOptions extends ReviewOptions {
  review?: boolean;
}

/** Gives a command `--review` and what goes with it. */
export function addJudgeOptions(command: Command): Command {
  const asked = "let a model read the definitions that the rules are unsure of; uses the network";
  return addReviewOptions(command.option("--review", asked), "with --review: ");
}

/** An entry of the input with its verdict, or why there is none. */
export type Judged = { ok: true; verdict: PublishedVerdict } | Exclude<Entry, { ok: true }>;

/**
 * Classifies every definition, and has a model read those that the options ask for. A reviewer's correction goes before
 * both: of a definition that has one no model is asked.
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
  const { apply } = await readCorrections(io.env);
  const sayCorrected = (verdict: CorrectedVerdict, note: (line: string) => void) => {
    const said = tell ? renderCorrected(verdict) : undefined;
    if (said) note(`placard: ${said}.`);
  };
  if (!options.review) {
    refuseWithoutReview(options);
    for await (const entry of entries) {
      if (entry.ok) {
        const verdict = apply(classify(entry.definition));
        sayCorrected(verdict, io.note);
        yield { ok: true, verdict: publishedVerdict(verdict, entry.server) };
      } else yield entry;
    }
    return;
  }
  yield* withReviewer(entries, options, io, async (entry, desk): Promise<Judged> => {
    if (!entry.ok) return entry;
    const judged = apply(classify(entry.definition));
    sayCorrected(judged, desk.note);
    if (judged.correction) return { ok: true, verdict: publishedVerdict(judged, entry.server) };
    const verdict = await desk.review(entry.definition, judged);
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
