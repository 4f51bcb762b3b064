/** How many requests a minute an address may send. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { clientAddress, networkOf, type TrustedProxies } from "./_client-address.ts";
import { sendProblem } from "./_short-answers.ts";
import { EXIT, Failure } from "./failure.ts";

/** Whether a request may be answered; when not, it has been: with a 429. */
export type Limiter = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const WINDOW_S = 60;
const MOST_PER_MINUTE = 1_000_000;
/** Networks counted one by one, some 300 bytes each. With more of them, neighbours share a count. */
const MOST_NETWORKS = 100_000;

/**
 * Counts requests by address, in memory. A minute begins with an address's first request. Every counted answer says in
 * RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10) what is allowed and what is left.
 * @param perMinute requests of each address
 * @param most networks that are counted one by one
 */
export function rateLimiter(perMinute: number, proxies?: TrustedProxies, most = MOST_NETWORKS): Limiter {
  const counts = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  const seen = recentlyNew();
  return async (request, response) => {
    const address = clientAddress(request, proxies);
    const count = await consume(counts, networkOf(address, seen.count() < most ? "usual" : "crowded"));
    if (count.consumedPoints === 1) seen.add();
    const seconds = Math.max(1, Math.ceil(count.msBeforeNext / 1000));
    response.setHeader("ratelimit-policy", `"default";q=${perMinute};w=${WINDOW_S}`);
    response.setHeader("ratelimit", `"default";r=${count.remainingPoints};t=${seconds}`);
    if (count.consumedPoints <= perMinute) return true;
    const wait = seconds === 1 ? "a second" : `${seconds} seconds`;
    const detail = `This address has sent more than the ${perMinute} ${perMinute === 1 ? "request" : "requests"} a minute that it may. Ask again in ${wait}.`;
    response.setHeader("retry-after", seconds);
    sendProblem(response, 429, detail);
    return false;
  };
}

async function consume(counts: RateLimiterMemory, key: string): Promise<RateLimiterRes> {
  try {
    return await counts.consume(key);
  } catch (refused) {
    // It throws the count when there is nothing left of it.
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}

/** How many counts may be running: those begun in this window of the clock and in the one before. */
function recentlyNew(): { add(): void; count(): number } {
  let [window, now, before] = [0, 0, 0];
  const turn = () => {
    const current = Math.floor(performance.now() / (WINDOW_S * 1000));
    if (current === window) return;
    before = current === window + 1 ? now : 0;
    [window, now] = [current, 0];
  };
  return {
    add() {
      turn();
      now += 1;
    },
    count() {
      turn();
      return now + before;
    },
  };
}

/**
 * Reads `--rate-limit`.
 * @throws Failure, one sentence, when it is no number of requests
 */
export function readRateLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_PER_MINUTE) return number;
  const said = `Reading the rate limit ${JSON.stringify(text.slice(0, 100))}: it is not a whole number of requests a minute from 1 to ${MOST_PER_MINUTE}`;
  throw new Failure(`${said}. Try --rate-limit 300.`, EXIT.usage);
}
