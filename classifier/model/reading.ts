import type { Features } from "../features.ts";
import type { WordMap } from "../lexicon.ts";
import type { Match, Withdrawn } from "../match.ts";
import { sortFew } from "../sorted-keys.ts";
import type { Word } from "../text.ts";
import type { Branch } from "../types.ts";
import { type RulesSay, Scale, type Weighed } from "../weigh.ts";
import { LATER_WORDS, READ_WORDS } from "./clues.ts";

/** Parts of a definition that are read beside name and description, each for itself. */
export type Aside = "title" | "schema";

/** Hears a definition in the order in which a reader meets its parts. The clues in them are those of `clues.ts`. */
export interface Reader {
  /** A rule that holds for the name or the description; `late` when because of words that the model does not read. */
  match: (match: Match, late: boolean) => void;
  /** The name. */
  name: () => void;
  /** The description's word at an index. */
  word: (at: number) => void;
  /** A rule that holds for another part; all of them come before the first pause. */
  asideMatch: (part: Aside, match: Match) => void;
  /** The arguments, and the categories of their values. */
  schema: () => void;
  /** A new sentence of the description begins: what the last one said is put away, and only the name is kept. */
  sentence: () => void;
  /** So much has been heard. What the rules alone say of it, and of it together with a part that is there. */
  pause: (say: RulesSay, title: RulesSay | undefined, schema: RulesSay | undefined) => void;
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
  unfinished: WordMap<true>;
  /** The matches, ready to be weighed; made anew when absent. */
  scale?: Scale;
}

/** Most times that the rules are weighed anew; in a text with more to weigh, the rest is heard at once. */
const MAX_WEIGHINGS = 200;

/**
 * Reads a definition aloud: the name, then the description word by word, and beside each of these title and schema.
 *
 * What is heard up to a pause depends only on the text before it. So text put behind a description adds pauses and takes
 * none away, and the most severe opinion over all pauses cannot be lowered by it. Each sentence is heard without the
 * others, and its first words are read wherever it stands: text in front drowns little of what follows. It still can take
 * the main clause's place for rules that a later sentence does not show, and join a sentence that begins without a sign.
 */
export function readAloud(
  { features, matches, withdrawn, branches, unfinished, scale: known }: Reading,
  reader: Reader,
): void {
  const isSure = withdrawn.length === 0;
  const scale = isSure ? (known ?? new Scale(matches)) : new Scale([...matches, ...withdrawn]);
  const parts = partsOf(isSure ? scale.all : scale.all.slice(0, matches.length));
  const doubtful = isSure ? NO_PARTS : partsOf(scale.all.slice(matches.length));
  const heard = parts.name.slice();
  for (const { match } of heard) reader.match(match, false);
  reader.name();
  const hasTitle = parts.title.length > 0;
  const hasSchema = features.arguments.length > 0;
  for (const { match } of parts.title) reader.asideMatch("title", match);
  for (const { match } of parts.schema) reader.asideMatch("schema", match);
  if (hasSchema) reader.schema();
  let say: RulesSay;
  let title: RulesSay | undefined;
  let schema: RulesSay | undefined;
  /** What the rules say at a place in the description; what a later phrase takes back holds until that phrase. */
  const weighAt = (place: number) => {
    const here = standing(standing(heard, doubtful.name, place), doubtful.text, place);
    say = scale.weigh(here, NO_BRANCHES);
    if (hasTitle) title = scale.weigh(here.concat(standing(parts.title, doubtful.title, place)), NO_BRANCHES);
    if (!hasSchema) return;
    const more = standing(shownBy(parts.schema, place), doubtful.schema, place);
    schema = more.length + branches.length === 0 ? say : scale.weigh(here.concat(more), branches);
  };
  const changes = placesOf(parts.schema, isSure ? undefined : doubtful);
  let change = 0;
  let weighings = 0;
  let next = 0;
  /** Hears what the description has shown by a place. */
  const hear = (until: number, late: boolean, pauses = true) => {
    if (weighings < MAX_WEIGHINGS || until === END) {
      const from = next;
      for (; next < parts.text.length && (parts.text[next] as Weighed).end <= until; next++) {
        const one = parts.text[next] as Weighed;
        heard.push(one);
        reader.match(one.match, late);
      }
      let isNew = next > from;
      for (; change < changes.length && (changes[change] as number) <= until; change++) isNew = true;
      if (isNew) {
        weighings++;
        weighAt(until);
      }
    }
    if (pauses) reader.pause(say, title, schema);
  };
  weighAt(-1);
  hear(-1, false);
  const { words } = features.description;
  let first = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const { sentence, end } = word;
    if (at > 0 && sentence !== words[at - 1]?.sentence) {
      reader.sentence();
      first = at;
    }
    if (at - first >= (first === 0 ? READ_WORDS : LATER_WORDS)) {
      if (next < parts.text.length && (parts.text[next] as Weighed).end <= end) hear(end, true);
      continue;
    }
    reader.word(at);
    const isLast = words[at + 1]?.sentence !== sentence;
    hear(end, false, isLast || (at - first >= MIN_WORDS - 1 && !unfinished.get(word)));
  }
  if (next < parts.text.length) hear(END, true);
}

const END = Number.MAX_SAFE_INTEGER;

/** Where in the description something beside it begins to count, or something doubtful begins or ends to. */
function placesOf(schema: Weighed[], doubtful: Parts | undefined): number[] {
  const places: number[] = [];
  for (const { end } of schema) if (end >= 0) places.push(end);
  for (const list of doubtful ? Object.values(doubtful) : []) {
    for (const { match, end } of list) places.push(Math.max(end, 0), (match as Withdrawn).until);
  }
  return places.length > 1 ? places.sort((a, b) => a - b) : places;
}

/** What needs no words of the description, or only such as were read by a place: later ones must not change what was said. */
function shownBy(matches: Weighed[], place: number): Weighed[] {
  return matches.some(({ end }) => end > place) ? matches.filter(({ end }) => end <= place) : matches;
}

const NO_BRANCHES: Branch[] = [];

/** What is sure, and what counts at a place of the rest. */
const standing = (sure: Weighed[], unsure: Weighed[], place: number): Weighed[] =>
  unsure.length === 0 ? sure : [...sure, ...standingAt(unsure, place)];

/** Those that were shown by a place and not yet taken back there. */
function standingAt(doubtful: Weighed[], place: number): Weighed[] {
  return doubtful.filter(
    ({ match, end }) => place >= 0 && end <= place && place < (match as Withdrawn).until,
  );
}

type Parts = Record<"name" | "text" | Aside, Weighed[]>;

const NO_PARTS: Parts = { name: [], text: [], title: [], schema: [] };

/** Matches by what has to be read for them, those of the description in the order of their last words. */
function partsOf(matches: Weighed[]): Parts {
  const parts: Parts = { name: [], text: [], title: [], schema: [] };
  for (const one of matches) {
    if (one.match.place === "title") parts.title.push(one);
    else if (one.inSchema) parts.schema.push(one);
    else if (one.end >= 0) parts.text.push(one);
    else parts.name.push(one);
  }
  sortFew(parts.text, (a, b) => a.end - b.end);
  return parts;
}
