/**
 * Transactions whose connection may be lost on the way. The driver asks the next query of such a transaction, or takes it
 * back, on a connection that is no more, which ends the process, or that is somebody else's by then.
 *
 * https://github.com/porsager/postgres/issues/1208
 */
import { setImmediate as turn } from "node:timers/promises";
import type postgres from "postgres";

type Begin = (options: string, use: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;

/**
 * @param sql its own `begin` is used.
 * @returns `begin` for it: after a loss nothing is asked any more, and what is tried throws why.
 */
export function safeBegin(sql: postgres.Sql): Begin {
  return (...args: Parameters<Begin> | [Parameters<Begin>[1]]) => {
    const [options, use] = args.length === 1 ? (["", args[0]] as const) : args;
    const lost = { isOver: false, why: undefined as unknown };
    const running = sql.begin(options, (tx) => whileThere(tx, use, lost));
    // When the connection is lost this rejects at once, whatever is still being done.
    const over = (why?: unknown) => Object.assign(lost, { isOver: true, why });
    running.then(() => over(), over);
    return running;
  };
}

/** What the driver waits for before it commits or takes back: for ever, when there is nothing left for that. */
function whileThere(
  tx: postgres.TransactionSql,
  use: Parameters<Begin>[1],
  lost: { isOver: boolean; why: unknown },
): Promise<unknown> {
  const check = () => {
    if (lost.isOver) throw lost.why ?? new Error("The transaction is over.");
  };
  const asked = new Proxy(tx, {
    apply(target, self, args) {
      check();
      return Reflect.apply(target, self, args);
    },
    get(target, key) {
      check();
      return Reflect.get(target, key);
    },
  });
  return new Promise((resolve, reject) => {
    const settle = async () => {
      try {
        const result = await use(asked);
        if (!lost.isOver) resolve(result);
      } catch (error) {
        // A query fails some steps before the loss is known.
        await turn();
        if (!lost.isOver) reject(error);
      }
    };
    void settle();
  });
}
