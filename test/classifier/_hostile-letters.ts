import type { Mutation } from "./_hostile.ts";

/** Puts a character between every two letters. */
const between = (text: string, character: string) => text.replace(/(?<=\p{L})(?=\p{L})/gu, character);

const INVISIBLE: [string, string][] = [
  ["zero-width spaces", "\u200b"],
  ["zero-width joiners", "\u200d"],
  ["word joiners", "\u2060"],
  ["soft hyphens", "\u00ad"],
  ["tag characters", "\u{e0061}"],
  ["right-to-left overrides", "\u202e"],
  ["bidirectional isolates", "\u2066"],
  ["variation selectors", "\ufe0f"],
  ["Hangul fillers", "\u3164"],
  ["combining grapheme joiners", "\u034f"],
];

/** The letters stay as they look; what stands between them cannot be seen. */
export const invisibleMutations: Mutation[] = INVISIBLE.flatMap(([label, character]): Mutation[] => [
  {
    kind: "invisible characters",
    name: `${label} in the description`,
    after: (definition) => ({
      ...definition,
      description: between(String(definition.description ?? ""), character),
    }),
  },
  {
    kind: "invisible characters",
    name: `${label} in the name`,
    after: (definition) => ({ ...definition, name: between(definition.name, character) }),
  },
]);

/** Cyrillic letters that look like Latin ones. */
const TWINS: Record<string, string> = {
  a: "а",
  c: "с",
  e: "е",
  i: "і",
  o: "о",
  p: "р",
  s: "ѕ",
  x: "х",
  y: "у",
};
const twins = (text: string, most: number) => {
  let left = most;
  return text.replace(/[aceiopsxy]/g, (letter) => (left-- > 0 ? (TWINS[letter] ?? letter) : letter));
};
const wide = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0));
const bold = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) - 97 + 0x1d41a));

/** The letters look as before and are others. */
export const twinMutations: Mutation[] = (
  [
    ["one Cyrillic letter", (text) => twins(text, 1)],
    ["every Cyrillic letter there is", (text) => twins(text, Number.POSITIVE_INFINITY)],
    ["wide letters", wide],
    ["mathematical bold letters", bold],
  ] as [string, (text: string) => string][]
).map(([name, change]) => ({
  kind: "look-alike letters",
  name: `${name} in the name`,
  after: (definition) => ({ ...definition, name: change(definition.name) }),
}));
