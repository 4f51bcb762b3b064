import { setTimeout as sleepFor } from "node:timers/promises";
import { type Dialect, FULL_DIALECT, simpler } from "./dialect.ts";
import type { Exchange, Exchanger } from "./exchange.ts";
import type { Message } from "./prompt.ts";

/** What a question led to. `why` completes a sentence: "the model refused to answer". */
export type Reply =
  | { ok: true; text: string; tokens: number | undefined }
  | {
      ok: false;
      why: string;
      /** What it cost: unknown where an answer came or may have, 0 where the endpoint turned it away. */
      tokens: number | undefined;
      /** Whether it is the endpoint's failure; a model's bad answer says nothing about the next one. */
      endpoint: boolean;
      /** No other question would fare better: the key or the model's name is wrong. */
      final: boolean;
    };

/** Waits so many milliseconds. Rejects when `signal` aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const sleep: Sleep = async (ms, signal) => {
  await sleepFor(ms, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
};

/** How often a question is asked at most, and the longest wait an endpoint may ask for, in milliseconds. */
const ATTEMPTS = 3;
const LONGEST_WAIT = 60_000;
const FIRST_WAIT = 1_000;

/**
 * Asks questions until they are answered or given up: waits where the endpoint says so, asks more simply where it takes
 * no structured output. What one question learns about the endpoint holds for the next ones, and where one is told to
 * wait, all wait.
 */
export function openAsker(exchange: Exchanger, wait: Sleep = sleep) {
  let dialect = FULL_DIALECT;
  let pause: Promise<void> | undefined;

  return async (messages: Message[], signal?: AbortSignal): Promise<Reply> => {
    let own: Dialect = dialect;
    let attempt = 1;
    for (;;) {
      while (pause) await pause;
      const result = await exchange(messages, own, signal);
      if (result.kind === "text" || result.kind === "unusable") dialect = own;
      if (result.kind === "text") return { ok: true, text: result.text, tokens: result.tokens };
      const next = result.kind === "status" ? simpler(own, result.status, result.said) : undefined;
      if (next) {
        own = next;
        continue;
      }
      const delay = attempt < ATTEMPTS ? delayAfter(result, attempt) : undefined;
      if (delay === undefined) return givenUp(result, attempt);
      attempt += 1;
      const paused = wait(delay, signal).finally(() => {
        if (pause === paused) pause = undefined;
      });
      pause = paused;
    }
  };
}

/** Milliseconds until the same question may be asked again; undefined when it may not, or not that soon. */
function delayAfter(result: Exchange, attempt: number): number | undefined {
  const ownWait = FIRST_WAIT * 2 ** (attempt - 1);
  if (result.kind === "lost") return result.again ? ownWait : undefined;
  if (result.kind !== "status" || !isPassing(result)) return undefined;
  const asked = result.retryAfterMs ?? ownWait;
  return asked <= LONGEST_WAIT ? asked : undefined;
}

function isPassing({ status, said }: { status: number; said: string }): boolean {
  if (status === 429) return !isOutOfMoney(said);
  return status === 408 || (status >= 500 && status !== 501);
}

/** Some endpoints answer 429 to an account without means: waiting helps nobody. */
const isOutOfMoney = (said: string): boolean => /insufficient_quota|billing/.test(said);

function givenUp(result: Exclude<Exchange, { kind: "text" }>, attempts: number): Reply {
  if (result.kind === "unusable") {
    return { ok: false, why: result.why, tokens: result.tokens, endpoint: false, final: false };
  }
  const times = attempts === 1 ? "" : ` ${attempts} times`;
  if (result.kind === "lost") {
    return {
      ok: false,
      why: `${result.why}${times && `,${times}`}`,
      tokens: undefined,
      endpoint: true,
      final: false,
    };
  }
  const { status, said, retryAfterMs } = result;
  const turnedAway = (why: string, final = false): Reply => ({
    ok: false,
    why,
    tokens: 0,
    endpoint: true,
    final,
  });
  if (status === 401 || status === 403) return turnedAway(`the endpoint refuses the key (${status})`, true);
  if (status === 404) return turnedAway("the endpoint does not know the model or the address (404)", true);
  if (status === 402 || (status === 429 && isOutOfMoney(said))) {
    return turnedAway(`the account at the endpoint has no means left (${status})`, true);
  }
  if (retryAfterMs !== undefined && retryAfterMs > LONGEST_WAIT) {
    const seconds = Math.min(Math.ceil(retryAfterMs / 1_000), 31_536_000);
    return turnedAway(`the endpoint answered ${status} and asks to wait ${seconds} s, longer than we do`);
  }
  return turnedAway(`the endpoint answered ${status}${times}`);
}
