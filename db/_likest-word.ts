/** Which of some words a misspelt one is likest to. */

export interface Likest {
  word: string;
  /** How many letters were added, left out, changed or swapped. */
  edits: number;
}

/** The likest of `near`: at most one letter off for a short word, two for a longer one. */
export function likest(word: string, near: string[]): Likest | undefined {
  const most = word.length < 6 ? 1 : 2;
  const [best] = near
    .map((other) => ({ word: other, edits: edits(word, other), begins: begins(word, other) }))
    .filter((one) => one.edits <= most)
    .sort((a, b) => a.edits - b.edits || b.begins - a.begins || (a.word < b.word ? -1 : 1));
  return best;
}

/** How many letters they begin with alike: people rarely miss the first ones. */
function begins(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** How many letters to add, leave out, change or swap with the next (optimal string alignment distance). */
function edits(a: string, b: string): number {
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
