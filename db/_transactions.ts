/**
 * Transactions whose connection may be lost on the way. The driver asks the next query of such a transaction, or takes it
 * back, on a connection that is no more, which ends the process, or that is somebody else's by then.
 *
 * https://github.com/porsager/postgres/issues/1208
 */
import { setImmediate as turn } from "node:timers/promises";
import type postgres from "postgres";

type Begin = (options: string, use: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;

/** What became of a transaction's connection. */
interface Loss {
  /** Nothing is asked any more. */
  isOver: boolean;
  /** A query failed and it was not PostgreSQL that said so: the driver is about to say that the connection is lost. */
  isFailing: boolean;
  why: unknown;
}

/**
 * @param sql its own `begin` is used.
 * @returns `begin` for it: after a loss nothing is asked any more, and what is tried throws why.
 */
export function safeBegin(sql: postgres.Sql): Begin {
  return (...args: Parameters<Begin> | [Parameters<Begin>[1]]) => {
    const [options, use] = args.length === 1 ? (["", args[0]] as const) : args;
    const loss: Loss = { isOver: false, isFailing: false, why: undefined };
    const running = sql.begin(options, (tx) => whileThere(tx, use, loss));
    // When the connection is lost this rejects at once, whatever is still being done.
    const over = (why?: unknown) => Object.assign(loss, { isOver: true, why });
    running.then(() => over(), over);
    return running;
  };
}

/** What the driver waits for before it commits or takes back: for ever, when there is nothing left for that. */
function whileThere(tx: postgres.TransactionSql, use: Parameters<Begin>[1], loss: Loss): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = async () => {
      try {
        const result = await use(askedOf(tx, loss));
        // A query fails some steps before the loss is known.
        await turn();
        if (!loss.isOver) resolve(result);
      } catch (error) {
        await turn();
        if (!loss.isOver) reject(error);
      }
    };
    void settle();
  });
}

/** The same transaction, of which nothing can be asked after a loss. */
function askedOf(tx: postgres.TransactionSql, loss: Loss): postgres.TransactionSql {
  const check = () => {
    if (loss.isOver || loss.isFailing) throw loss.why ?? new Error("The transaction is over.");
  };
  const unsafe: Ask = (...args) => noted(Reflect.apply(tx.unsafe, tx, args), loss);
  const savepoint: Ask = (...args) => {
    const use = args.pop() as Parameters<Begin>[1];
    const inner = (point: postgres.TransactionSql) => whileThere(point, use, loss);
    return Reflect.apply(tx.savepoint, tx, [...args, inner]);
  };
  return new Proxy(tx, {
    apply(target, self, args) {
      check();
      return noted(Reflect.apply(target, self, args), loss);
    },
    get(target, key) {
      check();
      if (key === "unsafe") return unsafe;
      return key === "savepoint" ? savepoint : Reflect.get(target, key);
    },
  });
}

type Ask = (...args: unknown[]) => unknown;

/** Who asked is told of a failure only later: by then it is known here. */
function noted(query: unknown, loss: Loss): unknown {
  const told = query as { reject?: (why: unknown) => void } | undefined;
  const reject = told?.reject;
  if (!told || typeof reject !== "function") return query;
  told.reject = (why) => {
    const isAnswer = why instanceof Error && why.name === "PostgresError";
    if (!isAnswer && !loss.isFailing) Object.assign(loss, { isFailing: true, why });
    reject(why);
  };
  return query;
}
