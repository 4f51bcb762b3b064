import type { Database } from "./client.ts";

/** What a transaction offers to those inside it. */
export type Transaction = Parameters<Parameters<Database["db"]["transaction"]>[0]>[0];

/** PostgreSQL takes 65,535 parameters a statement; our widest row has 20. */
const BATCH = 500;

/** The items in runs that fit one statement. */
export function* inBatches<Item>(items: Item[], size = BATCH): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
