import type postgres from "postgres";
import { ofWord } from "./_search-query.ts";

/**
 * The words with those that no tool has replaced by the likest one that some tool's name or some server's id has.
 * @returns undefined when there is nothing to replace, or nothing like it.
 */
export async function respell(tx: postgres.TransactionSql, words: string[]): Promise<string[] | undefined> {
  const queries = words.map((word, place) => ofWord(word, place === words.length - 1));
  const rows = await tx<{ word: string; near: string[] }[]>`
    select word, search_guesses(word, query) as near
    from unnest(${words}::text[], ${queries}::text[]) with ordinality as asked (word, query, place)
    order by place`;
  const others = rows.map(({ word, near }) => likest(word, near) ?? word);
  return others.every((word, place) => word === words[place]) ? undefined : others;
}

function likest(word: string, near: string[]): string | undefined {
  const most = word.length < 6 ? 1 : 2;
  const [best] = near
    .map((other) => ({ other, edits: edits(word, other), begins: begins(word, other) }))
    .filter((one) => one.edits <= most)
    .sort((a, b) => a.edits - b.edits || b.begins - a.begins || (a.other < b.other ? -1 : 1));
  return best?.other;
}

/** How many letters they begin with alike: people rarely miss the first ones. */
function begins(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
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
