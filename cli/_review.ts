import { join } from "node:path";
import { type Command, Option } from "commander";
import { classify } from "../classifier/index.ts";
import type { Reviewer } from "../review/index.ts";
import { whole } from "./_crawl-options.ts";
import type { Entry } from "./_definitions.ts";
import { mapInOrder } from "./_in-order.ts";
import { statusLine } from "./_status-line.ts";
import { EXIT, Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { renderChange, renderReviewProgress, renderReviewSummary } from "./render/review.ts";
import { safe } from "./render/text.ts";
import { type PublishedVerdict, publishedVerdict } from "./render/verdict.ts";

/** The options of a second reading by a model. Without `review` there is none. */
export interface ReviewOptions {
  review?: boolean;
  reviewBelow?: number;
  reviewAll?: boolean;
  reviewModel?: string;
  reviewBudget?: number;
  reviewConcurrency?: number;
}

const BELOW = 0.7;
const BUDGET = 500_000;
const CONCURRENCY = 4;
/** Entries that are read ahead while a question is out. */
const AHEAD = 64;

export function addReviewOptions(command: Command): Command {
  return command
    .option("--review", "let a model read the definitions that the rules are unsure of; uses the network")
    .option(
      "--review-below <confidence>",
      `with --review: review verdicts of a lower confidence (default ${BELOW}); Unknown ones always are`,
      share,
    )
    .addOption(new Option("--review-all", "with --review: review every tool").conflicts("reviewBelow"))
    .option("--review-model <name>", "with --review: the model to ask (default $OPENAI_MODEL)")
    .option(
      "--review-budget <tokens>",
      `with --review: stop asking before more tokens are spent (default ${BUDGET})`,
      whole(1, 1_000_000_000, "--review-budget"),
    )
    .option(
      "--review-concurrency <number>",
      `with --review: questions at a time (default ${CONCURRENCY})`,
      whole(1, 64, "--review-concurrency"),
    );
}

export const REVIEW_HELP = `
--review asks a model at any endpoint that is compatible with OpenAI's chat completions. It may raise a verdict; it may
lower one only where prose alone decided, and only with words quoted from the definition. Whatever goes wrong leaves the
verdict of the rules. Each reviewed verdict says in "review" which stage said what. Definitions are sent to the endpoint.

Environment of --review:
  OPENAI_MODEL     the model to ask
  OPENAI_BASE_URL  the endpoint (default: OpenAI's); one on this machine needs no key
  OPENAI_API_KEY   the key; never printed
  PLACARD_HOME     data folder, where answers are kept`;

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
  options: ReviewOptions,
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
  const leaving = new AbortController();
  const status = statusLine(io);
  const model = modelOf(options, io);
  const reviewer = await open(
    options,
    io,
    model,
    AbortSignal.any([io.signal(), leaving.signal]),
    (progress) => status.show(renderReviewProgress(progress, status.width())),
  );
  const work = async (entry: Entry): Promise<Judged> => {
    if (!entry.ok) return entry;
    const verdict = await reviewer.review(entry.definition, classify(entry.definition));
    const change = tell ? renderChange(verdict) : undefined;
    if (change) status.note(`placard: review: ${change}.`);
    return { ok: true, verdict: publishedVerdict(verdict, entry.server) };
  };
  try {
    for await (const judged of mapInOrder(entries, AHEAD, work)) {
      // What is printed next may go to the same terminal.
      status.show("");
      yield judged;
    }
    status.show("");
    for (const line of renderReviewSummary(reviewer.progress(), model)) io.note(`placard: ${line}`);
  } finally {
    status.show("");
    // Nobody waits for the answers any more, and each costs.
    leaving.abort();
  }
}

/** The package of the client is large, so it is loaded only here. */
async function open(
  options: ReviewOptions,
  io: Io,
  model: string,
  signal: AbortSignal,
  onProgress: Parameters<typeof import("../review/index.ts").openReviewer>[0]["onProgress"],
): Promise<Reviewer> {
  const { openReviewer, readEndpoint } = await import("../review/index.ts");
  const read = readEndpoint(io.env);
  if (!read.ok) throw new Failure(`Reviewing with a model: ${read.problem}`, EXIT.usage);
  if (read.endpoint.unencrypted) {
    io.note(
      "placard: OPENAI_BASE_URL is plain http to another machine: key and definitions travel unencrypted.",
    );
  }
  return openReviewer({
    endpoint: read.endpoint,
    model,
    below: options.reviewAll ? Number.POSITIVE_INFINITY : (options.reviewBelow ?? BELOW),
    budget: options.reviewBudget ?? BUDGET,
    concurrency: options.reviewConcurrency ?? CONCURRENCY,
    cacheFolder: join(placardHome(io.env), "reviews"),
    signal,
    onProgress,
  });
}

function modelOf({ reviewModel }: ReviewOptions, io: Io): string {
  const model = (reviewModel ?? io.env.OPENAI_MODEL ?? "").trim();
  if (model !== "") return model;
  throw new Failure(
    "Reviewing with a model: none is named. Give --review-model, or set OPENAI_MODEL.",
    EXIT.usage,
  );
}

function refuseWithoutReview(options: ReviewOptions): void {
  const { reviewBelow, reviewAll, reviewModel, reviewBudget, reviewConcurrency } = options;
  const given = { reviewBelow, reviewAll, reviewModel, reviewBudget, reviewConcurrency };
  if (Object.values(given).every((value) => value === undefined)) return;
  throw new Failure("The --review-… options do nothing by themselves. Add --review.", EXIT.usage);
}

/** Reads `--review-below`. */
function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new Failure(`--review-below takes a number from 0 to 1; "${safe(text)}" is not that.`, EXIT.usage);
}
