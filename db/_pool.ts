/**
 * Connections that are made anew after one of them was lost. The driver's own pool can keep words for a connection that
 * has gone, and then never gets to say anything on the one that it makes in its place: with each loss one more of its
 * connections may answer nobody.
 *
 * https://github.com/porsager/postgres/issues/1154
 */
import postgres from "postgres";
import { socketOf } from "./_socket.ts";
import { safeBegin } from "./_transactions.ts";

/** Who waited when a connection was lost has been answered by then, or told that there is no answer. */
const WAIT_MS = 30_000;
/** What is still being done on a connection that was not lost has so long, in seconds. */
const PATIENCE_S = 600;

/** What clients made from the options of another would share with it. */
const own = () => ({ shared: { retries: 0, typeArrayMap: {} } });

/** The driver takes options that it has read before, as its own subscriptions do; its types do not say so. */
export const openAgain = (read: object): postgres.Sql =>
  postgres({ ...read, ...own() } as postgres.Options<Record<string, never>>);

/**
 * @param first whose options are taken; nothing has been asked of it.
 * @returns the same to whoever asks, whichever pool answers.
 */
export function lastingPool(first: postgres.Sql): postgres.Sql {
  const connect = socketOf(first.options);
  const left = new Set<postgres.Sql>();
  let current = open();
  let begin = safeBegin(current);

  function open(): postgres.Sql {
    const pool = openAgain({
      ...first.options,
      ...(connect && { socket: () => connect() }),
      // What ends by itself would look like a loss.
      max_lifetime: null,
      onclose: () => {
        if (pool !== current) return;
        current = open();
        begin = safeBegin(current);
        leave(pool);
      },
    });
    return pool;
  }

  /** A pool that ends forgets who waits for it. */
  function leave(pool: postgres.Sql): void {
    left.add(pool);
    const end = () => void pool.end({ timeout: PATIENCE_S }).finally(() => left.delete(pool));
    setTimeout(end, WAIT_MS).unref();
  }

  const end: postgres.Sql["end"] = async (options) => {
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
