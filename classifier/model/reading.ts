import type { Features } from "../features.ts";
import type { Match, Withdrawn } from "../match.ts";
import type { Word } from "../text.ts";
import type { Branch } from "../types.ts";
import { type RulesSay, weigh } from "../verdict.ts";
import { type ClueVisitor, READ_WORDS, visitMatch, visitName, visitSchema, visitWord } from "./clues.ts";

/** Parts of a definition that are read beside name and description, each for itself. */
export const ASIDES = ["title", "schema"] as const;
export type Aside = (typeof ASIDES)[number];

/** Hears the clues of a definition in the order in which a reader meets them. */
export interface Reader {
  /** A clue of the name or the description. */
  clue: ClueVisitor;
  /** A clue of another part; all of them come before the first pause. */
  aside: (part: Aside, ...clue: Parameters<ClueVisitor>) => void;
  /** A new sentence of the description begins: what the last one said is put away, and only the name is kept. */
  sentence: () => void;
  /** So much has been heard. What the rules alone say of it, and of it together with a part. */
  pause: (say: RulesSay, beside: Partial<Record<Aside, RulesSay>>) => void;
}

/** So many words of a sentence are heard before the first pause in it. */
const MIN_WORDS = 2;
/** What is read aloud. */
export interface Reading {
  features: Features;
  matches: Match[];
  withdrawn: Withdrawn[];
  branches: Branch[];
  /** Words that no text ends with. */
  unfinished: Set<string>;
}

/** Pauses behind the words that are read; in a text with more, the rest is heard at once. */
const MAX_LATE = 40;

/**
 * Reads a definition aloud: the name, then the description word by word, and beside each of these title and schema.
 *
 * What is heard up to a pause depends only on the text before it, and each sentence is heard without the others. So
 * text put behind or in front of a description adds pauses and takes none away, and the most severe opinion over all
 * pauses cannot be lowered by it.
 */
export function readAloud(
  { features, matches, withdrawn, branches, unfinished }: Reading,
  reader: Reader,
): void {
  const parts = partsOf(matches);
  const doubtful = partsOf(withdrawn);
  const heard = [...parts.name];
  for (const match of parts.name) visitMatch(match, false, reader.clue);
  visitName(features, reader.clue);
  const asides = asidesOf(features, parts, branches, reader);
  let say: Parameters<Reader["pause"]>;
  /** What the rules say at a place in the description; what a later phrase takes back holds until that phrase. */
  const weighAt = (place: number) => {
    const standing = (part: Withdrawn[]) =>
      part.filter((match) => place >= 0 && endOf(match) <= place && place < match.until);
    const here = [...heard, ...standing(doubtful.name), ...standing(doubtful.text)];
    const beside = asides.map(({ part, matches: more, branches: chosen }) => [
      part,
      weigh([...here, ...more, ...standing(doubtful[part])], chosen),
    ]);
    say = [weigh(here), Object.fromEntries(beside) as Partial<Record<Aside, RulesSay>>];
  };
  let next = 0;
  /** Hears what the description has shown by a place. */
  const hear = (until: number, late: boolean, pauses = true) => {
    const from = next;
    for (; next < parts.text.length && endOf(parts.text[next]) <= until; next++) {
      const match = parts.text[next] as Match;
      heard.push(match);
      visitMatch(match, late, reader.clue);
    }
    if (next > from || withdrawn.length > 0) weighAt(until);
    if (pauses) reader.pause(...say);
  };
  weighAt(-1);
  hear(-1, false);
  const { words } = features.description;
  let first = 0;
  for (let at = 0; at < Math.min(words.length, READ_WORDS); at++) {
    const { text, sentence, end } = words[at] as Word;
    if (at > 0 && sentence !== words[at - 1]?.sentence) {
      reader.sentence();
      first = at;
    }
    visitWord(features, at, reader.clue);
    const isLast = words[at + 1]?.sentence !== sentence;
    hear(end, false, isLast || (at - first >= MIN_WORDS - 1 && !unfinished.has(text)));
  }
  for (let late = 1; next < parts.text.length; late++) {
    hear(late < MAX_LATE ? endOf(parts.text[next]) : Number.MAX_SAFE_INTEGER, true);
  }
}

type Parts<One extends Match = Match> = Record<"name" | "text" | Aside, One[]>;

/** Tells the clues of title and schema, and gives back what the rules need of them; nothing for a part that is not there. */
function asidesOf(features: Features, parts: Parts, branches: Branch[], reader: Reader) {
  const asides: { part: Aside; matches: Match[]; branches: Branch[] }[] = [];
  for (const part of ASIDES) {
    const isThere = part === "schema" ? features.arguments.length > 0 : parts.title.length > 0;
    if (!isThere) continue;
    const tell: ClueVisitor = (...clue) => reader.aside(part, ...clue);
    for (const match of parts[part]) visitMatch(match, false, tell);
    if (part === "schema") visitSchema(features, branches, tell);
    asides.push({ part, matches: parts[part], branches: part === "schema" ? branches : [] });
  }
  return asides;
}

/** Matches by what has to be read for them, those of the description in the order of their last words. */
function partsOf<One extends Match>(matches: One[]): Parts<One> {
  const parts: Parts<One> = { name: [], text: [], title: [], schema: [] };
  for (const match of matches) {
    if (match.place === "title") parts.title.push(match);
    else if (match.evidence.some(({ pointer }) => pointer.startsWith("/inputSchema"))) parts.schema.push(match);
    else if (endOf(match) >= 0) parts.text.push(match);
    else parts.name.push(match);
  }
  parts.text.sort((a, b) => endOf(a) - endOf(b));
  return parts;
}

/** Where in the description the words end that made a rule hold; -1 when they stand elsewhere. */
function endOf(match: Match | undefined): number {
  let end = -1;
  for (const entry of match?.evidence ?? []) {
    if (entry.pointer === "/description") end = Math.max(end, entry.end);
  }
  return end;
}
