import type postgres from "postgres";

/**
 * Runs something on a connection; when the signal comes, what its server process is doing is cancelled, which makes the
 * statement throw.
 * @param client of the same server, for another connection.
 * @param pid of the connection's server process.
 * @throws the signal's reason once that has come, else what `use` throws.
 */
export async function endedBy<Result>(
  signal: AbortSignal,
  client: postgres.Sql,
  pid: number,
  use: (cancel: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const cancel = async () => {
    await client`select pg_cancel_backend(${pid})`.catch(() => {});
  };
  let cancelling: Promise<void> | undefined;
  const stop = () => {
    cancelling = cancel();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    return await use(cancel);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
    // The connection is given back only then: a late word would end somebody else's query.
    await cancelling;
  }
}
