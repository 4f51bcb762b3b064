import { type Database, watchCatalog } from "../db/index.ts";
import { AnswerCache } from "./_kept-site.ts";
import { EXIT, Failure } from "./failure.ts";

const MIB = 2 ** 20;
const USUAL_MIB = 64;
const MOST_MIB = 65_536;

/**
 * Kept answers that follow the catalog, whichever process changes it.
 * @param limit bytes; 0 for none
 * @returns the cache, if any, and what to call before the database is closed
 */
export function watchedCache(
  database: Database,
  limit: number,
): { cache?: AnswerCache; stop: () => Promise<void> } {
  if (limit === 0) return { stop: async () => {} };
  const cache = new AnswerCache(limit);
  const stop = watchCatalog(database, {
    onChange: (change) => cache.change(change),
    onHearing: (hearing) => cache.open(hearing),
  });
  return { cache, stop };
}

/**
 * @param text in MiB; 64 where it is left out
 * @returns bytes
 * @throws Failure, one sentence, when it is no such number
 */
export function readCacheLimit(text: string | undefined): number {
  const number = Number(text ?? USUAL_MIB);
  if (text === undefined || (/^\d+$/.test(text) && number <= MOST_MIB)) return number * MIB;
  const said = `Reading the size of the page cache ${JSON.stringify(text)}: it is not a whole number of MiB from 0 to ${MOST_MIB}`;
  throw new Failure(`${said}. Try --page-cache ${USUAL_MIB}, or 0 to keep no pages.`, EXIT.usage);
}
