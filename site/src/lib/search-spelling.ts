/** What words of a search are taken for that no tool has: another word one letter off, two that were typed as one, or one that was typed as two. */

/** Gives the words of the index that stand around a word in the alphabet, with that word itself if the index has it. */
export type Around = (word: string) => Promise<readonly string[]>;

/** Shorter halves are in every other word. */
const SHORTEST_HALF = 3;
/** Longer words than two of a name together. */
const LONGEST_JOINED = 24;
/** Of shorter words every other one is a letter off. */
const SHORTEST_MISSPELT = 4;

/** The words with two neighbours put together, each way there is: `del ete file` is `delete file` or `del etefile`. */
export function joined(words: readonly string[]): string[][] {
  return words
    .slice(1)
    .map((word, at) => [...words.slice(0, at), `${words[at]}${word}`, ...words.slice(at + 2)])
    .filter((reading, at) => (reading[at]?.length ?? 0) <= LONGEST_JOINED);
}

interface Reading {
  words: string[];
  /** How many letters or spaces were added, left out, changed or swapped. */
  edits: number;
  /** Letters of the shorter half: halves of like length are words sooner than a short one that happens to fit. */
  shorter: number;
}

/**
 * In: a word in small letters that no tool has. Out: the words it is taken for, or undefined. One word goes before two.
 * Only the words beside it in the alphabet are looked at, so a mistake in the first letter is not found.
 */
export async function respelled(word: string, around: Around): Promise<string[] | undefined> {
  const one = await likeliest(word, around);
  if (one) return [one.word];
  if (word.length > LONGEST_JOINED) return undefined;
  let best: Reading | undefined;
  for (let at = SHORTEST_HALF; at <= word.length - SHORTEST_HALF; at += 1) {
    const [left, right] = [word.slice(0, at), word.slice(at)];
    const first = await likeliest(left, around);
    const second = first && (await likeliest(right, around));
    // Of two words that are both misspelt nothing is left to go by.
    if (!first || !second || first.edits + second.edits > 1) continue;
    const reading = {
      words: [first.word, second.word],
      edits: 1 + first.edits + second.edits,
      shorter: Math.min(left.length, right.length),
    };
    if (
      !best ||
      reading.edits < best.edits ||
      (reading.edits === best.edits && reading.shorter > best.shorter)
    )
      best = reading;
  }
  return best?.words;
}

/** The word itself if the index has it, else the one a letter off that begins most like it. */
async function likeliest(word: string, around: Around): Promise<{ word: string; edits: number } | undefined> {
  const words = await around(word);
  if (words.includes(word)) return { word, edits: 0 };
  if (word.length < SHORTEST_MISSPELT) return undefined;
  const [best] = words
    .filter((other) => isOneOff(word, other))
    .map((other) => ({ word: other, begins: alikeFrom(word, other) }))
    .sort((a, b) => b.begins - a.begins || (a.word < b.word ? -1 : 1));
  return best && { word: best.word, edits: 1 };
}

/** Whether one letter added, left out, changed, or swapped with the next makes one word of the other. */
function isOneOff(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  const at = alikeFrom(short, long);
  const rest = (text: string, letters: number) => text.slice(at + letters);
  if (short.length < long.length) return rest(short, 0) === rest(long, 1);
  const isSwap = short[at] === long[at + 1] && short[at + 1] === long[at];
  return rest(short, 1) === rest(long, 1) || (isSwap && rest(short, 2) === rest(long, 2));
}

/** How many letters they begin with alike. */
function alikeFrom(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
