/** Names like a name: with a word left out, or with a word replaced by one like it that some tool's name has. */
import { sql } from "drizzle-orm";
import { likeness } from "./_likeness.ts";
import { prepared } from "./_prepared.ts";
import type { Database } from "./client.ts";

/** Words of a name that are looked at, and names that are made of them. */
const MOST_WORDS = 6;
const MOST_NAMES = 24;
/** A little less than names must have in common: endings are not in what is compared here. */
const ALIKE = 0.4;
/** Like words are asked for once: names are made of few. Some megabytes. */
const REMEMBERED = 20_000;
/** How long they are, in milliseconds: by then names may have new words. */
const HELD_MS = 10 * 60_000;

const known = new WeakMap<object, Map<string, { words: string[]; until: number }>>();

/**
 * For each name those like it, as words between spaces.
 * @param names as the words they are made of
 */
export async function likeNames(database: Database, names: string[][]): Promise<string[][]> {
  const all = names.map((tokens) => tokens.slice(0, MOST_WORDS));
  const like = await likeWords(database, [...new Set(all.flat().filter(isWord))]);
  return all.map((tokens) => madeOf(tokens, like));
}

/** What is short, or a number in part, has nothing like it. */
function isWord(token: string): boolean {
  return token.length >= 4 && token.length <= 40 && !/[0-9]/.test(token);
}

/** The likest first. Looking each up costs more than to see that it is not like enough. */
function madeOf(tokens: string[], like: ReadonlyMap<string, string[]>): string[] {
  const without = tokens.length > 2 ? tokens.map((_, place) => tokens.toSpliced(place, 1)) : [];
  const replaced = tokens.flatMap((token, place) =>
    (like.get(token) ?? []).map((word) => tokens.with(place, word)),
  );
  const own = tokens.join(" ");
  return [...without, ...replaced]
    .map((words) => ({ words: words.join(" "), share: likeness(words.join(" "), own) }))
    .filter(({ share }) => share >= ALIKE)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_NAMES)
    .map(({ words }) => words);
}

async function likeWords(database: Database, words: string[]): Promise<ReadonlyMap<string, string[]>> {
  const held = known.get(database) ?? new Map<string, { words: string[]; until: number }>();
  known.set(database, held);
  const now = performance.now();
  const like = new Map<string, string[]>();
  for (const word of words) {
    const entry = held.get(word);
    if (entry && entry.until > now) like.set(word, entry.words);
  }
  const missing = words.filter((word) => !like.has(word));
  if (missing.length === 0) return like;
  const rows = await wordsLike(database, { asked: JSON.stringify(missing) });
  if (held.size > REMEMBERED) held.clear();
  for (const { word, found } of rows) {
    like.set(word, found);
    held.set(word, { words: found, until: now + HELD_MS });
  }
  return like;
}

const wordsLike = prepared<{ asked: string }, { word: string; found: string[] }>(sql`
  select word, array(select other from search_words_like(word) as other where other <> word) as found
    from json_array_elements_text(${sql.placeholder("asked")}::text::json) as asked (word)`);
