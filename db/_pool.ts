/**
 * Connections that are made anew after one of them was lost. The driver's own pool can keep words for a connection that
 * has gone, and then never gets to say anything on the one that it makes in its place: with each loss one more of its
 * connections may answer nobody.
 *
 * https://github.com/porsager/postgres/issues/1154
 */
import postgres from "postgres";
import { socketOf, type WholeSocket } from "./_socket.ts";
import { safeBegin } from "./_transactions.ts";

/** Who waited when a connection was lost has been answered by then, or told that there is no answer. */
const WAIT_MS = 30_000;
/** What is still being done on a connection that was not lost has so long, in milliseconds. */
const PATIENCE_MS = 600_000;
/** After which time a server that could not be reached is tried again, in seconds; the driver's own grows to 20. */
const TRY_AGAIN_S = 0.1;

/** What clients made from the options of another would share with it. */
const own = () => ({ shared: { retries: 0, typeArrayMap: {} } });

/** Lets each connection end what it is doing; `end` then still ends at its time. The driver's types do not say so. */
type Pool = postgres.Sql & { close?(): Promise<void> };

/** The driver takes options that it has read before, as its own subscriptions do; its types do not say so. */
export const openAgain = (read: object): Pool =>
  postgres({ ...read, ...own() } as postgres.Options<Record<string, never>>);

/**
 * @param first whose options are taken; nothing has been asked of it.
 * @param options.waitMs how long a pool that lost a connection stays open for who waits for it, in milliseconds.
 * @returns the same to whoever asks, whichever pool answers.
 */
export function lastingPool(first: postgres.Sql, { waitMs = WAIT_MS } = {}): postgres.Sql {
  const connect = socketOf(first.options);
  const left = new Set<Pool>();
  let isEnding = false;
  /** Of the connection that is being closed: those that never were take nothing with them. */
  let wasReady = true;
  let current = open();
  let begin = safeBegin(current);

  function open(): Pool {
    const pool = openAgain({
      ...first.options,
      ...(connect && { socket }),
      backoff: TRY_AGAIN_S,
      // What ends by itself would look like a loss.
      max_lifetime: null,
      onclose: () => {
        if (pool !== current || isEnding || !wasReady) return;
        current = open();
        begin = safeBegin(current);
        leave(pool);
      },
    });
    return pool;
  }

  function socket(): WholeSocket | undefined {
    const made = connect?.();
    return made?.once("close", () => {
      wasReady = made.wasReady;
    });
  }

  /** A pool that closes forgets who waits for it. One that the driver has been told to end cannot be hurried any more. */
  function leave(pool: Pool): void {
    left.add(pool);
    const close = () => {
      const hurry = setTimeout(() => void pool.end({ timeout: 0 }), PATIENCE_MS).unref();
      void pool.close?.().then(() => {
        clearTimeout(hurry);
        left.delete(pool);
      });
    };
    setTimeout(close, waitMs).unref();
  }

  const end: postgres.Sql["end"] = async (options) => {
    isEnding = true;
    await Promise.all([current, ...left].map((pool) => pool.end(options)));
  };

  return new Proxy(first, {
    apply: (_first, self, args) => Reflect.apply(current, self, args),
    get(_first, key) {
      if (key === "begin") return begin;
      if (key === "end") return end;
      return Reflect.get(key === "options" ? first : current, key);
    },
  });
}
