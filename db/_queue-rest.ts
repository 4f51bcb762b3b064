import { eq, sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import { CRAWL_QUEUE } from "./_queue-look.ts";
import { storable } from "./_text.ts";
import type { Database } from "./client.ts";
import { hosts } from "./schema.ts";

const HOUR = 3_600_000;
/** The longest that a server may keep its own job waiting, in milliseconds: a day. */
const MOST_WAIT = 24 * HOUR;
/** And those of others at its host, who may have nothing to do with it: an hour. */
const MOST_HOST_WAIT = HOUR;

/** Groups the jobs of a host: of each group one runs at a time. */
export const hostKey = (host: string): string => `host ${host}`;

/** Keeps a job that waits for its next attempt, and others of its host, waiting from now on, in milliseconds. */
export async function putOff(
  tx: Transaction,
  { id, host }: { id: string; host?: string },
  rest: number,
): Promise<void> {
  const until = (wait: number) => sql`greatest(start_after, now() + make_interval(secs => ${wait / 1000}))`;
  await tx.execute(
    sql`update pgboss.job set start_after = ${until(Math.min(rest, MOST_WAIT))}
      where name = ${CRAWL_QUEUE} and id = ${id} and state = 'retry'`,
  );
  if (host === undefined) return;
  await tx.execute(
    sql`update pgboss.job set start_after = ${until(Math.min(rest, MOST_HOST_WAIT))}
      where name = ${CRAWL_QUEUE} and singleton_key = ${hostKey(host)} and state < 'active'`,
  );
}

/**
 * How long to wait until a host may be asked again, in milliseconds. The queue sees to it that only one job of a host
 * runs; this keeps them apart.
 */
export async function hostWait({ db }: Database, host: string): Promise<number> {
  const [row] = await db
    .select({ wait: sql<number>`extract(epoch from ${hosts.freeAt} - now())::float8 * 1000` })
    .from(hosts)
    .where(eq(hosts.host, storable(host)));
  return Math.max(0, row?.wait ?? 0);
}

/** Keeps a host from being asked for this long from now, in milliseconds. */
export async function restHost({ db }: Database, host: string, delay: number): Promise<void> {
  const freeAt = sql`now() + make_interval(secs => ${delay / 1000})`;
  await db
    .insert(hosts)
    .values({ host: storable(host), freeAt })
    .onConflictDoUpdate({ target: hosts.host, set: { freeAt } });
}
