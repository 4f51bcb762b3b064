/**
 * How alike two names are, from 0 to 1: the share of trigrams that they have in common, counted as pg_trgm does, with
 * the words taken apart where a capital begins one.
 */
export function likeness(a: string, b: string): number {
  const [one, other] = [trigrams(a), trigrams(b)];
  const common = [...one].filter((trigram) => other.has(trigram)).length;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
}

function trigrams(name: string): Set<string> {
  const words = name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return new Set(words.flatMap((word) => cutInThrees(`  ${word} `)));
}

function cutInThrees(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 2) }, (_, index) => text.slice(index, index + 3));
}
