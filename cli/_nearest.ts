/** How many single-character edits lead from one text to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, change));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The names most like `wanted`, best first, at most three: those within a third of its length, or that contain it. */
export function nearest(wanted: string, names: Iterable<string>): string[] {
  const low = wanted.toLowerCase().slice(0, 200);
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const other = name.toLowerCase().slice(0, 200);
    const part = Math.min(low.length, other.length) >= 3 && (other.includes(low) || low.includes(other));
    const score = part ? 1 : distance(low, other);
    if (score <= Math.max(2, low.length / 3)) scored.push({ name, score });
  }
  return scored
    .toSorted((a, b) => a.score - b.score)
    .slice(0, 3)
    .map(({ name }) => name);
}
