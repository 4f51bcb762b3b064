import { randomBytes } from "node:crypto";
import pLimit, { type LimitFunction } from "p-limit";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import { noCounts } from "../classifier/record.ts";
import { type Answer, parseAnswer } from "./answer.ts";
import { openAsker, type Reply, type Sleep } from "./ask.ts";
import { type Budget, guessTokens, openBudget } from "./budget.ts";
import { type Cache, openCache } from "./cache.ts";
import { contain } from "./contain.ts";
import type { Endpoint } from "./endpoint.ts";
import { MAX_ANSWER_TOKENS, openExchanger } from "./exchange.ts";
import { type Message, messagesFor, PROMPT_VERSION } from "./prompt.ts";
import { locateQuotes } from "./quotes.ts";
import { failed, settle } from "./settle.ts";
import { OUTCOMES, type Review, type ReviewedVerdict, type ReviewProgress } from "./types.ts";

export interface ReviewerOptions {
  endpoint: Endpoint;
  /** The model's name, as the endpoint knows it. */
  model: string;
  /** Verdicts of a lower confidence are reviewed, and Unknown ones; more than 1 reviews all. */
  below: number;
  /** Tokens, of questions and answers together. */
  budget: number;
  /** Questions that may be out at a time. */
  concurrency: number;
  /** Folder for answers; made when needed. */
  cacheFolder: string;
  /** For one request, in milliseconds. */
  timeoutMs?: number;
  /** Aborting it makes every open review reject. */
  signal?: AbortSignal;
  /** Told after every change of the progress. */
  onProgress?: (progress: ReviewProgress) => void;
  /** How to wait; tests need not. */
  sleep?: Sleep;
}

export interface Reviewer {
  /** The verdict after a second reading. Never rejects but by `signal`: all else ends in the rules' verdict. */
  review(definition: ToolDefinition, verdict: Verdict): Promise<ReviewedVerdict>;
  progress(): ReviewProgress;
}

const TIMEOUT = 60_000;
/** After so many failures of the endpoint in a row no more is asked. */
const GIVE_UP_AFTER = 5;
/** Most different reasons of failures that are counted. */
const MOST_REASONS = 5;

/** A question with what it may cost, which is set aside. */
interface Question {
  messages: Message[];
  guess: number;
}

/** An answer, or why there is none, as a sentence. */
type Found = { answer: Answer; cached: boolean } | { note: string; unasked: boolean };

/** Asks a model about verdicts the rules are unsure of. One for a run: budget and what it learns are shared. */
export function openReviewer(options: ReviewerOptions): Reviewer {
  const reviewer = new ModelReviewer(options);
  return {
    review: (definition, verdict) => reviewer.review(definition, verdict),
    progress: () => reviewer.progress(),
  };
}

class ModelReviewer {
  private readonly options: ReviewerOptions;
  private readonly ask: ReturnType<typeof openAsker>;
  private readonly cache: Cache;
  private readonly budget: Budget;
  private readonly limit: LimitFunction;
  /** One at a time and in order: what a budget is spent on is then the same in every run. */
  private readonly inTurn = pLimit(1);
  /** The same definition is asked about once, also where several servers serve it at the same time. */
  private readonly open = new Map<string, Promise<Found>>();
  private readonly tally = new Tally();
  private asking = 0;
  private failuresInRow = 0;
  private stopped: string | undefined;

  constructor(options: ReviewerOptions) {
    this.options = options;
    const exchanger = openExchanger(options.endpoint, options.model, options.timeoutMs ?? TIMEOUT);
    this.ask = openAsker(exchanger, options.sleep);
    this.cache = openCache(options.cacheFolder);
    this.budget = openBudget(options.budget);
    this.limit = pLimit(options.concurrency);
  }

  progress(): ReviewProgress {
    const { stopped } = this;
    return {
      asking: this.asking,
      ...this.tally.sums(),
      tokens: this.budget.spent(),
      budget: this.options.budget,
      ...(stopped === undefined ? {} : { stopped }),
      cacheNotes: [...this.cache.notes],
    };
  }

  async review(definition: ToolDefinition, verdict: Verdict): Promise<ReviewedVerdict> {
    const { below, model } = this.options;
    if (verdict.confidence >= below && verdict.category !== "Unknown") return verdict;
    const found = await this.findOnce(definition, verdict.digest);
    const reviewed =
      "answer" in found
        ? settle(definition, verdict, found.answer, model)
        : failed(verdict, model, found.note);
    this.tally.count(found, reviewed.review);
    this.changed();
    return reviewed;
  }

  private findOnce(definition: ToolDefinition, digest: string): Promise<Found> {
    const known = this.open.get(digest);
    if (known) return known;
    const finding = this.limit(() => this.find(definition, digest)).finally(() => this.open.delete(digest));
    this.open.set(digest, finding);
    return finding;
  }

  private async find(definition: ToolDefinition, digest: string): Promise<Found> {
    const key = { digest, model: this.options.model, promptVersion: PROMPT_VERSION };
    const next = await this.inTurn(async () => {
      const known = await this.cache.get(key);
      const holds = known && locateQuotes(definition, known.quotes);
      return holds ? { answer: known, cached: true } : this.prepare(definition);
    });
    if (!("messages" in next)) return next;
    const found = await this.put(next);
    // An answer with a quote that stands nowhere is thrown away by `settle`, and not kept either.
    if ("answer" in found && locateQuotes(definition, found.answer.quotes))
      await this.cache.set(key, found.answer);
    return found;
  }

  /** Sets aside what a question may cost. */
  private async prepare(definition: ToolDefinition): Promise<Question | Found> {
    const { budget, options } = this;
    options.signal?.throwIfAborted();
    const messages = messagesFor(contain(definition), randomBytes(16).toString("hex"));
    const guess = messages.reduce((sum, { content }) => sum + guessTokens(content), 0) + MAX_ANSWER_TOKENS;
    const reserved = this.stopped === undefined && (await budget.reserve(guess));
    if (!reserved) this.stopped ??= `the budget of ${options.budget} tokens is spent`;
    else if (this.stopped !== undefined) budget.settle(guess, 0);
    return this.stopped === undefined
      ? { messages, guess }
      : { note: `Nobody was asked: ${this.stopped}.`, unasked: true };
  }

  /** Puts a question to the model. */
  private async put({ messages, guess }: Question): Promise<Found> {
    this.asking += 1;
    this.changed();
    let spent = guess;
    try {
      const reply = await this.ask(messages, this.options.signal);
      spent = reply.tokens ?? guess;
      if (!reply.ok) {
        this.heed(reply);
        return noReading(reply.why);
      }
      this.failuresInRow = 0;
      const parsed = parseAnswer(reply.text);
      return parsed.ok ? { answer: parsed.answer, cached: false } : noReading(`the model ${parsed.why}`);
    } finally {
      this.budget.settle(guess, spent);
      this.asking -= 1;
    }
  }

  /** No more is asked after a failure that will not pass, or too many in a row. */
  private heed({ why, endpoint, final }: Failure): void {
    this.failuresInRow = endpoint ? this.failuresInRow + 1 : 0;
    if (final) this.stopped ??= why;
    else if (this.failuresInRow >= GIVE_UP_AFTER) {
      this.stopped ??= `the endpoint failed ${GIVE_UP_AFTER} times in a row; the last time, ${why}`;
    }
  }

  private changed(): void {
    this.options.onProgress?.(this.progress());
  }
}

type Failure = Extract<Reply, { ok: false }>;

const noReading = (why: string): Found => ({ note: `There is no second reading: ${why}.`, unasked: false });

/** Counts how reviews end. */
class Tally {
  private readonly outcomes = noCounts(OUTCOMES);
  private readonly failures = new Map<string, number>();
  private cached = 0;
  private unasked = 0;

  count(found: Found, review: Review | undefined): void {
    const { outcome = "failed", note = "" } = review ?? {};
    this.outcomes[outcome] += 1;
    if ("answer" in found && found.cached) this.cached += 1;
    if ("unasked" in found && found.unasked) this.unasked += 1;
    else if (outcome === "failed" && (this.failures.has(note) || this.failures.size < MOST_REASONS)) {
      this.failures.set(note, (this.failures.get(note) ?? 0) + 1);
    }
  }

  sums(): Pick<ReviewProgress, "outcomes" | "cached" | "unasked" | "failures"> {
    const { outcomes, cached, unasked, failures } = this;
    return {
      outcomes: { ...outcomes },
      cached,
      unasked,
      failures: [...failures].map(([note, tools]) => ({ note, tools })),
    };
  }
}
