import type postgres from "postgres";
import { halve, type Reading } from "./_joined-words.ts";
import { likest } from "./_likest-word.ts";
import { ofWord } from "./_search-query.ts";

/**
 * The words with those that no tool has replaced by the likest one that some tool's name or some server's id has, or by
 * two such words that were typed as one.
 * @returns undefined when there is nothing to replace, or nothing like it.
 */
export async function respell(tx: postgres.TransactionSql, words: string[]): Promise<string[] | undefined> {
  const queries = words.map((word, place) => ofWord(word, place === words.length - 1));
  const [rows, halves] = await Promise.all([
    tx<{ word: string; near: string[] }[]>`
      select word, search_guesses(word, query) as near
      from unnest(${words}::text[], ${queries}::text[]) with ordinality as asked (word, query, place)
      order by place`,
    halve(tx, words),
  ]);
  const others = rows.map(({ word, near }) => {
    const best = likest(word, near);
    const one: Reading | undefined = best && { words: [best.word], edits: best.edits };
    return fewestEdits(one, halves.get(word))?.words ?? [word];
  });
  return others.every(([one, more], place) => one === words[place] && !more) ? undefined : others.flat();
}

/** One word rather than two where as much was changed. */
function fewestEdits(one: Reading | undefined, two: Reading | undefined): Reading | undefined {
  return one && two ? (two.edits < one.edits ? two : one) : (one ?? two);
}
