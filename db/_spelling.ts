import { sql } from "drizzle-orm";
import type { Transaction } from "./_batch.ts";
import { ofWord } from "./_search-query.ts";
import { toolSearch } from "./schema.ts";

/**
 * The words with those that no tool has replaced by the likest one that some tool's name has.
 * @returns undefined when there is nothing to replace, or nothing like it.
 */
export async function respell(tx: Transaction, words: string[]): Promise<string[] | undefined> {
  let isOther = false;
  const others: string[] = [];
  for (const word of words) {
    const better = (await isKnown(tx, word)) ? undefined : await likest(tx, word);
    isOther ||= better !== undefined;
    others.push(better ?? word);
  }
  return isOther ? others : undefined;
}

async function isKnown(tx: Transaction, word: string): Promise<boolean> {
  const rows = await tx.execute(
    sql`select from ${toolSearch} where ${toolSearch.terms} @@ ${ofWord(word)}::tsquery limit 1`,
  );
  return rows.length > 0;
}

async function likest(tx: Transaction, word: string): Promise<string | undefined> {
  if (word.length < 4 || word.length > 40) return undefined;
  const rows = await tx.execute<{ word: string }>(sql`select word from search_words_like(${word}) as word`);
  const near = rows.map((row) => ({ word: row.word, edits: edits(word, row.word) }));
  const most = word.length < 6 ? 1 : 2;
  const [best] = near.filter((one) => one.edits <= most).sort((a, b) => a.edits - b.edits);
  return best?.word;
}

/** How many letters to add, leave out, change or swap with the next (optimal string alignment distance). */
export function edits(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : change;
      row.push(Math.min(change, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
