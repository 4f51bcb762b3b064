import type { Reply, RequestFailure, Session } from "./session.ts";

/** How often in one crawl we wait because a remote says so. */
const WAITS = 2;

/**
 * A session's `request` that waits where a remote asks for it (429 or 503 with Retry-After, RFC 9110 §10.2.3), up to
 * `retryAfterMs` at a time and twice in all, and then sends the request again. The wait counts as the request's time.
 */
export function patiently(session: Session, retryAfterMs: number): Session["request"] {
  let waits = 0;
  return async (method, params, timeoutMs): Promise<Reply> => {
    for (let left = timeoutMs; ; ) {
      const reply = await session.request(method, params, left);
      const wait = reply.ok ? undefined : askedToWait(reply.failure);
      if (wait === undefined || wait > retryAfterMs || wait >= left || waits === WAITS) return reply;
      waits++;
      left -= wait;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
}

/** Milliseconds that a failure asks us to wait: Retry-After holds seconds, or a date. */
function askedToWait(failure: RequestFailure): number | undefined {
  if (failure.kind !== "lost" || failure.loss.kind !== "http-status") return undefined;
  const { status, retryAfter } = failure.loss;
  if ((status !== 429 && status !== 503) || retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
