import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Reviewer } from "../review/index.ts";
import { whole } from "./_crawl-options.ts";
import { mapInOrder } from "./_in-order.ts";
import { statusLine } from "./_status-line.ts";
import { EXIT, Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { renderReviewProgress, renderReviewSummary } from "./render/review.ts";
import { safe } from "./render/text.ts";

/** How a model is asked for a second reading. */
export interface ReviewOptions {
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

/** Adds the options; `when` stands before what each does. */
export function addReviewOptions(command: Command, when = ""): Command {
  return command
    .option(
      "--review-below <confidence>",
      `${when}review verdicts of a lower confidence (default ${BELOW}); Unknown ones always are`,
      share,
    )
    .addOption(new Option("--review-all", `${when}review every tool`).conflicts("reviewBelow"))
    .option("--review-model <name>", `${when}the model to ask (default $OPENAI_MODEL)`)
    .option(
      "--review-budget <tokens>",
      `${when}stop asking before more tokens are spent (default ${BUDGET})`,
      whole(1, 1_000_000_000, "--review-budget"),
    )
    .option(
      "--review-concurrency <number>",
      `${when}questions at a time (default ${CONCURRENCY})`,
      whole(1, 64, "--review-concurrency"),
    );
}

/** What the model may do, for the help of a command; `who` asks it. */
export const reviewHelp = (who: string): string => `
${who} asks a model at any endpoint that is compatible with OpenAI's chat completions. It may raise a verdict; it may
lower one only where prose alone decided, and only with words quoted from the definition. Whatever goes wrong leaves the
verdict of the rules. Each reviewed verdict says in "review" which stage said what. Definitions are sent to the endpoint.`;

/** Lines of a help's list of the environment. */
export const REVIEW_ENVIRONMENT = `
  OPENAI_MODEL     the model to ask
  OPENAI_BASE_URL  the endpoint (default: OpenAI's); one on this machine needs no key
  OPENAI_API_KEY   the key; never printed`;

/** What happens beside the work on one value. */
export interface Desk {
  /** The verdict after a second reading, where the options ask for one. */
  review: Reviewer["review"];
  /** Says a line on stderr, above the progress. */
  note(line: string): void;
}

/**
 * Works on values with a model at hand, and says on stderr how far that is and how it went. The model is asked about
 * several at a time; results come in the order of the values.
 *
 * @throws Failure when the options or the environment do not allow it; what the model or the network does is no failure
 */
export async function* withReviewer<In, Out>(
  values: AsyncIterable<In>,
  options: ReviewOptions,
  io: Io,
  work: (value: In, desk: Desk) => Promise<Out>,
): AsyncGenerator<Out> {
  const leaving = new AbortController();
  const status = statusLine(io);
  const model = modelOf(options, io);
  const signal = AbortSignal.any([io.signal(), leaving.signal]);
  const reviewer = await open(options, io, model, signal, (progress) =>
    status.show(renderReviewProgress(progress, status.width())),
  );
  const desk: Desk = { review: reviewer.review, note: status.note };
  try {
    for await (const result of mapInOrder(values, AHEAD, (value) => work(value, desk))) {
      // What is printed next may go to the same terminal.
      status.show("");
      yield result;
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

/** Reads `--review-below`. */
function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new Failure(`--review-below takes a number from 0 to 1; "${safe(text)}" is not that.`, EXIT.usage);
}
