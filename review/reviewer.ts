import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import { noCounts } from "../classifier/record.ts";
import { type Answer, parseAnswer } from "./answer.ts";
import { openAsker, type Sleep } from "./ask.ts";
import { guessTokens, openBudget } from "./budget.ts";
import { openCache } from "./cache.ts";
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
  const { model, signal } = options;
  const ask = openAsker(openExchanger(options.endpoint, model, options.timeoutMs ?? TIMEOUT), options.sleep);
  const cache = openCache(options.cacheFolder);
  const budget = openBudget(options.budget);
  const limit = pLimit(options.concurrency);
  /** One at a time and in order: what a budget is spent on is then the same in every run. */
  const inTurn = pLimit(1);
  /** The same definition is asked about once, also where several servers serve it at the same time. */
  const open = new Map<string, Promise<Found>>();
  const counts = { asking: 0, cached: 0, unasked: 0, failuresInRow: 0 };
  const outcomes = noCounts(OUTCOMES);
  const failures = new Map<string, number>();
  let stopped: string | undefined;

  const progress = (): ReviewProgress => ({
    asking: counts.asking,
    outcomes: { ...outcomes },
    cached: counts.cached,
    unasked: counts.unasked,
    tokens: budget.spent(),
    budget: options.budget,
    ...(stopped === undefined ? {} : { stopped }),
    failures: [...failures].map(([note, tools]) => ({ note, tools })),
    cacheNotes: [...cache.notes],
  });
  const changed = () => options.onProgress?.(progress());

  async function find(definition: ToolDefinition, digest: string): Promise<Found> {
    const key = { digest, model, promptVersion: PROMPT_VERSION };
    const next = await inTurn(async () => {
      const known = await cache.get(key);
      const holds = known && locateQuotes(definition, known.quotes);
      return holds ? { answer: known, cached: true } : prepare(definition);
    });
    if (!("messages" in next)) return next;
    const found = await put(next);
    // An answer with a quote that stands nowhere is thrown away by `settle`, and not kept either.
    if ("answer" in found && locateQuotes(definition, found.answer.quotes))
      await cache.set(key, found.answer);
    return found;
  }

  /** Sets aside what a question may cost. */
  async function prepare(definition: ToolDefinition): Promise<Question | Found> {
    signal?.throwIfAborted();
    const messages = messagesFor(contain(definition), randomBytes(16).toString("hex"));
    const guess = messages.reduce((sum, { content }) => sum + guessTokens(content), 0) + MAX_ANSWER_TOKENS;
    const reserved = stopped === undefined && (await budget.reserve(guess));
    if (!reserved) stopped ??= `the budget of ${options.budget} tokens is spent`;
    else if (stopped !== undefined) budget.settle(guess, 0);
    return stopped === undefined
      ? { messages, guess }
      : { note: `Nobody was asked: ${stopped}.`, unasked: true };
  }

  async function put({ messages, guess }: Question): Promise<Found> {
    counts.asking += 1;
    changed();
    let spent = guess;
    try {
      const reply = await ask(messages, signal);
      spent = reply.tokens ?? guess;
      counts.failuresInRow = !reply.ok && reply.endpoint ? counts.failuresInRow + 1 : 0;
      if (!reply.ok) {
        if (reply.final) stopped ??= reply.why;
        else if (counts.failuresInRow >= GIVE_UP_AFTER) {
          stopped ??= `the endpoint failed ${GIVE_UP_AFTER} times in a row; the last time, ${reply.why}`;
        }
        return { note: `There is no second reading: ${reply.why}.`, unasked: false };
      }
      const parsed = parseAnswer(reply.text);
      return parsed.ok
        ? { answer: parsed.answer, cached: false }
        : { note: `There is no second reading: the model ${parsed.why}.`, unasked: false };
    } finally {
      budget.settle(guess, spent);
      counts.asking -= 1;
    }
  }

  function count(found: Found, review: Review | undefined): void {
    const { outcome = "failed", note = "" } = review ?? {};
    outcomes[outcome] += 1;
    if ("answer" in found && found.cached) counts.cached += 1;
    if ("unasked" in found && found.unasked) counts.unasked += 1;
    else if (outcome === "failed" && (failures.has(note) || failures.size < MOST_REASONS)) {
      failures.set(note, (failures.get(note) ?? 0) + 1);
    }
    changed();
  }

  return {
    progress,
    async review(definition, verdict) {
      if (verdict.confidence >= options.below && verdict.category !== "Unknown") return verdict;
      const { digest } = verdict;
      let finding = open.get(digest);
      if (!finding) {
        finding = limit(() => find(definition, digest)).finally(() => open.delete(digest));
        open.set(digest, finding);
      }
      const found = await finding;
      const reviewed =
        "answer" in found
          ? settle(definition, verdict, found.answer, model)
          : failed(verdict, model, found.note);
      count(found, reviewed.review);
      return reviewed;
    },
  };
}
