/** Lists that take too long to find are given up. */

/** A list that takes too long to find. Callers show its message as something to ask for differently. */
export class SlowListError extends Error {
  override name = "SlowListError";
}

/** A statement that takes longer is given up. */
const PATIENCE_MS = 2_000;
/** The most that a list, a search or a figure may take; that of the report. What is looked up by key has no limit. */
export const LONGEST_QUERY_MS = 4_000;
/** PostgreSQL's name for a statement that was given up. */
const QUERY_CANCELED = "57014";

/** To be sent first in the transaction of a list. What a filter holds decides how a list is best found. */
export const PATIENCE = [
  `set local statement_timeout = ${PATIENCE_MS}`,
  "set local plan_cache_mode = force_custom_plan",
] as const;

/**
 * What a transaction that begins with `PATIENCE` gives.
 * @param what of which there is a list, for the error.
 * @throws SlowListError when a statement takes longer than two seconds.
 */
export async function patiently<Answer>(what: string, read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (!isCanceled(error)) throw error;
    throw new SlowListError(
      `Looking ${what} up took longer than two seconds and was given up. Add a word or a filter, or try again later.`,
      { cause: error },
    );
  }
}

/** Whether a statement was given up: the driver's error, or one that drizzle has put around it. */
export function isCanceled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { code?: unknown }).code === QUERY_CANCELED || isCanceled(error.cause);
}
