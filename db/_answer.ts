import type postgres from "postgres";

/**
 * Waits for a first answer. The driver's own limit is for one attempt, and it makes another, for ever, when whatever
 * listens there hangs up.
 * @param patience milliseconds.
 * @throws what the driver throws, or an error with the code CONNECT_TIMEOUT; the connection is then closed.
 */
export async function answerWithin(sql: postgres.Sql, patience: number): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void sql.end({ timeout: 0 });
  }, patience);
  try {
    await sql`select 1`;
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw late ? Object.assign(new Error("no answer in time"), { code: "CONNECT_TIMEOUT" }) : error;
  } finally {
    clearTimeout(timer);
  }
}
