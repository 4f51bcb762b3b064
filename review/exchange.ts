import OpenAI from "openai";
import { z } from "zod";
import { answerJsonSchema } from "./answer.ts";
import { boundedFetch, MAX_ANSWER_BYTES, TooLarge } from "./bounded-fetch.ts";
import type { Dialect } from "./dialect.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Message } from "./prompt.ts";

/** Most tokens an answer may take; models that reason spend them on that as well. */
export const MAX_ANSWER_TOKENS = 4_000;

/** How one request ended. `why` completes "the endpoint …" or "the model …", and holds no text but ours. */
export type Exchange =
  | { kind: "text"; text: string; tokens: number | undefined }
  /** An answer came, and is none we can use: refused, cut off, of no known shape. It is paid for. */
  | { kind: "unusable"; why: string; tokens: number | undefined }
  /** A status that is not 2xx. `said` is the endpoint's own words, lower case: for guessing, not for showing. */
  | { kind: "status"; status: number; said: string; retryAfterMs: number | undefined }
  /** Nothing usable came over the wire. It may have been paid for. */
  | { kind: "lost"; why: string; again: boolean };

/** Sends one request and waits for its end. Rejects only when `signal` aborts. */
export type Exchanger = (messages: Message[], dialect: Dialect, signal?: AbortSignal) => Promise<Exchange>;

/** @param timeoutMs for one request, from its start to the last byte of its answer */
export function openExchanger(endpoint: Endpoint, model: string, timeoutMs: number): Exchanger {
  const client = new OpenAI({
    baseURL: endpoint.baseUrl ?? null,
    // The package insists on a key; without one the header is left out.
    apiKey: endpoint.apiKey ?? "none",
    ...(endpoint.apiKey ? {} : { defaultHeaders: { Authorization: null } }),
    adminAPIKey: null,
    organization: null,
    project: null,
    fetch: boundedFetch(MAX_ANSWER_BYTES, timeoutMs),
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: "off",
  });
  return async (messages, dialect, signal) => {
    try {
      const completion: unknown = await client.chat.completions.create(
        { model, messages, ...bodyOf(dialect) },
        { signal },
      );
      return readCompletion(completion);
    } catch (error) {
      signal?.throwIfAborted();
      return readError(error, timeoutMs);
    }
  };
}

function bodyOf({ format, limit, temperature }: Dialect) {
  return {
    [limit]: MAX_ANSWER_TOKENS,
    ...(temperature ? { temperature: 0 } : {}),
    ...(format === "json_object" ? { response_format: { type: "json_object" as const } } : {}),
    ...(format === "json_schema"
      ? {
          response_format: {
            type: "json_schema" as const,
            json_schema: { name: "tool_review", strict: true, schema: answerJsonSchema() },
          },
        }
      : {}),
  };
}

/** As much of a chat completion as we read; an endpoint may send anything. */
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ total_tokens: z.number().int().positive() }).nullish().catch(undefined),
});

function readCompletion(completion: unknown): Exchange {
  const parsed = completionSchema.safeParse(completion);
  if (!parsed.success) {
    return { kind: "unusable", why: "the endpoint's answer is no chat completion", tokens: undefined };
  }
  const tokens = parsed.data.usage?.total_tokens;
  const choice = parsed.data.choices[0];
  const unusable = (why: string): Exchange => ({ kind: "unusable", why, tokens });
  if (choice?.message.refusal) return unusable("the model refused to answer");
  if (choice?.finish_reason === "content_filter")
    return unusable("the endpoint's content filter withheld the answer");
  if (choice?.finish_reason === "length")
    return unusable("the model's answer was cut off at the limit of its length");
  const text = choice?.message.content;
  return text ? { kind: "text", text, tokens } : unusable("the model's answer is empty");
}

/** Longest text of an endpoint's own that is looked at, in UTF-16 code units. */
const MAX_SAID = 2_000;

function readError(error: unknown, timeoutMs: number): Exchange {
  const chain = causesOf(error);
  if (chain.some((cause) => cause instanceof TooLarge)) {
    const why = `the endpoint's answer was larger than ${MAX_ANSWER_BYTES / 1024} KiB`;
    return { kind: "lost", why, again: false };
  }
  if (error instanceof OpenAI.APIError && error.status !== undefined) {
    const said = [error.code, error.param, error.message]
      .filter((part) => typeof part === "string")
      .join(" ");
    const retryAfterMs = readRetryAfter(error.headers);
    return {
      kind: "status",
      status: error.status,
      said: said.slice(0, MAX_SAID).toLowerCase(),
      retryAfterMs,
    };
  }
  const isTimeout =
    error instanceof OpenAI.APIConnectionTimeoutError ||
    chain.some((cause) => cause.name === "TimeoutError" || cause.name === "AbortError");
  if (isTimeout) {
    return { kind: "lost", why: `the endpoint did not answer within ${timeoutMs / 1_000} s`, again: false };
  }
  if (chain.some((cause) => /unexpected redirect/.test(cause.message))) {
    return {
      kind: "lost",
      why: "the endpoint leads to another address, which is not followed",
      again: false,
    };
  }
  if (error instanceof SyntaxError) {
    return { kind: "unusable", why: "the endpoint's answer is not JSON", tokens: undefined };
  }
  const code = chain
    .map((cause) => ("code" in cause ? cause.code : undefined))
    .find((c) => typeof c === "string");
  const named = typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) ? ` (${code})` : "";
  return { kind: "lost", why: `the connection to the endpoint failed${named}`, again: true };
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && chain.length < 8; cause = cause.cause) chain.push(cause);
  return chain;
}

/** How long a header `Retry-After` asks to wait, in milliseconds: it holds seconds or a date (RFC 9110 §10.2.3). */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const text = headers?.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
