/** Words that were typed without the space between them: `creatissue` is "create" and "issue", one of them misspelt. */
import type postgres from "postgres";
import { type Likest, likest } from "./_likest-word.ts";
import { ofWord } from "./_search-query.ts";

/** What a word is taken for. */
export interface Reading {
  words: string[];
  /** How many letters or spaces were added, left out, changed or swapped. */
  edits: number;
}

/** Shorter halves are in every other word. */
const SHORTEST_HALF = 3;
/** Longer words than two of a name together; each way to halve one is looked up. */
const LONGEST_JOINED = 24;

interface Halves {
  word: string;
  left: string;
  right: string;
}

/**
 * The likest two words for each word that nothing has: both are of names of tools or servers, or one is and the other is
 * misspelt. In a transaction; what it sets for its questions it sets back.
 * @param words in lower case; of the last one the beginning is enough to be right.
 */
export async function halve(tx: postgres.TransactionSql, words: string[]): Promise<Map<string, Reading>> {
  const ways = words.flatMap(waysToHalve);
  if (ways.length === 0) return new Map();
  const { right, known } = await lookUp(tx, words, ways);
  const open = ways.filter((way) => !right.has(way.word) && (known.has(way.left) || known.has(way.right)));
  const near = await guesses(
    tx,
    open.flatMap(({ left, right }) => [left, right]).filter((half) => !known.has(half)),
  );
  const best = new Map<string, Reading & { shorter: number }>();
  for (const { word, left, right } of open) {
    const halves = [left, right].map((half): Likest | undefined =>
      known.has(half) ? { word: half, edits: 0 } : likest(half, near.get(half) ?? []),
    );
    const [one, other] = halves;
    if (!one || !other) continue;
    const reading = {
      words: [one.word, other.word],
      edits: 1 + one.edits + other.edits,
      shorter: Math.min(left.length, right.length),
    };
    const before = best.get(word);
    // Halves of like length are words sooner than a short one that happens to begin or end another.
    if (
      !before ||
      reading.edits < before.edits ||
      (reading.edits === before.edits && reading.shorter > before.shorter)
    )
      best.set(word, reading);
  }
  return best;
}

function waysToHalve(word: string): Halves[] {
  if (word.length > LONGEST_JOINED) return [];
  const ways: Halves[] = [];
  for (let at = SHORTEST_HALF; at <= word.length - SHORTEST_HALF; at++)
    ways.push({ word, left: word.slice(0, at), right: word.slice(at) });
  return ways;
}

/** The words that some tool has as they are, and the halves that names of tools or servers have. */
async function lookUp(
  tx: postgres.TransactionSql,
  words: string[],
  ways: Halves[],
): Promise<{ right: Set<string>; known: Set<string> }> {
  const halves = [...new Set(ways.flatMap(({ left, right }) => [left, right]))];
  const queries = words.map((word, place) => ofWord(word, place === words.length - 1));
  // Words of three letters are kept in no list of words. As in `search_guesses`, what is nowhere must not be looked for in all rows.
  const [, right, known] = await Promise.all([
    tx`set local enable_seqscan = off`,
    tx<{ word: string }[]>`
      select word from unnest(${words}::text[], ${queries}::text[]) as asked (word, query)
      where exists (select from tool_search where terms @@ query::tsquery)`,
    tx<{ half: string }[]>`
      select half from unnest(${halves}::text[], ${halves.map((half) => ofWord(`=${half}`, false))}::text[]) as asked (half, query)
      where exists (select from search_words where word = half collate "C")
        or exists (select from search_server_words where word = half collate "C")
        or (length(half) = ${SHORTEST_HALF} and exists (select from tool_search where terms @@ query::tsquery))`,
    tx`set local enable_seqscan = on`,
  ]);
  return { right: new Set(right.map(({ word }) => word)), known: new Set(known.map(({ half }) => half)) };
}

async function guesses(tx: postgres.TransactionSql, halves: string[]): Promise<Map<string, string[]>> {
  const asked = [...new Set(halves)];
  if (asked.length === 0) return new Map();
  const queries = asked.map((half) => ofWord(half, false));
  const rows = await tx<{ half: string; near: string[] }[]>`
    select half, search_guesses(half, query) as near from unnest(${asked}::text[], ${queries}::text[]) as asked (half, query)`;
  return new Map(rows.map(({ half, near }) => [half, near]));
}
