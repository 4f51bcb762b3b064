import type { WordBits, WordMap } from "./lexicon.ts";
import type { Listed, ObjectLists } from "./objects.ts";
import type { Clause, Rule } from "./rule-schema.ts";
import type { Word } from "./text.ts";

/** Rules made ready for matching: the shapes that `compile.ts` makes and the matcher reads. */

export type VerbForm = "base" | "present" | "gerund" | "past";

/** A verb some rule asks for, as one of its forms. */
export interface KnownVerb {
  /** As the rules write it: "delete", "log out". */
  base: string;
  /** Its number in the lexicon. */
  number: number;
  form: VerbForm;
  /** The words behind the first of a verb of several words. */
  rest: Phrase;
  /** How many words it takes. */
  length: number;
  /** What rules ask for it. */
  asked: AskedVerb;
  /** Whether it is on the list of that name. */
  nounish: boolean;
  countable: boolean;
  modifier: boolean;
  auxiliary: boolean;
}

/** The clauses that ask for a verb. */
export interface AskedVerb {
  clauses: CompiledClause[];
  /** What each of them has as its `objectList`, side by side, as most are passed over because of it. */
  objectLists: Int32Array;
}

/** Words and pairs of words to look for, in singular and plural. */
export interface WordSet {
  single: WordBits;
  /** First word of a pair → its second words; nothing where there are no pairs. */
  pairs: WordMap<WordBits> | undefined;
}

/** A rule with what is asked of it again and again, as numbers. */
export interface CompiledRule extends Rule {
  /** Its place among the rules of its matcher. */
  index: number;
  /** Index of its category in CATEGORIES; 0 when it speaks for none. */
  severity: number;
  /** Index of its risk in RISKS; 0 when it sets none. */
  level: number;
  /** Categories whose risk it raises, a bit for each index in CATEGORIES. */
  raised: number;
  /** Its facets, a bit for each index in FACETS. */
  facetBits: number;
  /** Clauses under which it stays silent. */
  not: CompiledClause[];
}

/** A clause of a rule with its lists made ready for look-up. */
export interface CompiledClause {
  rule: CompiledRule;
  /** Its place among the clauses of its matcher. */
  index: number;
  /** The condition it is filed under; the others are looked at once that one holds. */
  first: keyof Clause;
  /** The verbs and objects that a `not` clause asks for; others are filed under theirs. */
  action: WordBits | undefined;
  object: WordSet | undefined;
  /** Number of `object` among the lists of the matcher; -1 when nothing is asked. */
  objectList: number;
  /** Whether it asks for more than its first condition and an object. */
  hasMore: boolean;
  name: WordSet | undefined;
  choice: Set<string> | undefined;
  says: Phrase[] | undefined;
  argument: ArgumentName[] | undefined;
}

/** Words that stand side by side, by their numbers in the lexicon. */
export type Phrase = readonly number[];

/** A phrase that a rule asks for. */
export interface AskedPhrase {
  words: Phrase;
  clause: CompiledClause;
}

/** A word that a description opens with, and the clause that asks for it. */
export interface AskedOpening {
  clause: CompiledClause;
  /** Whether the word behind it must show that it is a thing: "Image of". */
  marked: boolean;
  /** Whether it stands behind a noun and not first: "Shortest path between". */
  behind: boolean;
}

/** Words that an argument's name ends with, or is just these. */
export interface ArgumentName {
  words: string[];
  isWhole: boolean;
}

/** An argument's name, and the clause that asks for it. */
interface AskedEnding {
  name: ArgumentName;
  clause: CompiledClause;
}

/** The phrases that begin with a word. */
export interface Phrases {
  all: AskedPhrase[];
  /** Their second words, a bit for each remainder of their numbers by 32; ALL_WORDS where one has no second word. */
  seconds: number;
}
export const ALL_WORDS = -1;

/** All that rules and vocabulary know of a word. */
export interface KnownWord {
  /** The verbs that a folded form can be, longest first. */
  verbs: KnownVerb[];
  /** What rules look for that begins with the word. */
  phrases: Phrases;
  /** The same, of what descriptions of arguments say. */
  explanations: Phrases;
  /** What asks for it at the start of the description. */
  opens: AskedOpening[];
  /** What asks for it in a tool's name. */
  inName: CompiledClause[];
  /** The names of arguments that end with it. */
  argumentEnds: AskedEnding[];
  /** The lists of objects it is in. */
  listed: Listed | undefined;
  /** Whether it is on the list of that name. */
  opener: boolean;
  negation: boolean;
  /** A negation that cannot govern a verb in the third person. */
  negatingPreposition: boolean;
  objectStop: boolean;
  joiner: boolean;
  /** Stands before a list of what a tool can do. */
  listOpener: boolean;
  /** Stands before what is acted on. */
  determiner: boolean;
  /** Shows that a countable word before it is a thing. */
  nounMark: boolean;
  attributeNoun: boolean;
  preposition: boolean;
  resultNoun: boolean;
  getter: boolean;
  asker: boolean;
  copula: boolean;
  nothing: boolean;
  nothingOf: boolean;
  /** A verb behind it is what somebody else does, or only would be done. */
  governor: boolean;
  /** Begins a condition. */
  condition: boolean;
  /** A verb behind it is the name of something that must be there. */
  demand: boolean;
  /** Whether a verb of one word has it as base form or third person. */
  isVerb: boolean;
}

/** What is asked of each word of a text, a bit for each: kept by number, so that most words are passed over by that alone. */
export const TRAITS = { isVerb: 1, verbs: 2, phrases: 4, explanations: 8, opens: 16 } as const;

export function traitsOf({ isVerb, verbs, phrases, explanations, opens }: KnownWord): number {
  return (
    (isVerb ? TRAITS.isVerb : 0) |
    (verbs.length > 0 ? TRAITS.verbs : 0) |
    (phrases.all.length > 0 ? TRAITS.phrases : 0) |
    (explanations.all.length > 0 ? TRAITS.explanations : 0) |
    (opens.length > 0 ? TRAITS.opens : 0)
  );
}

/** Whether a word has any of these traits. */
export function hasTrait({ traits, words }: Matcher, word: Word, asked: number): boolean {
  const { number } = word;
  if (number >= 0) return number < traits.length && ((traits[number] as number) & asked) !== 0;
  const known = words.get(word);
  return known !== undefined && (traitsOf(known) & asked) !== 0;
}

/** Rules made ready for look-up by word: a definition is read once, whatever the number of rules. */
export interface Matcher {
  words: WordMap<KnownWord>;
  /** By a word's number, any of TRAITS. */
  traits: Uint8Array;
  objects: ObjectLists;
  byChoice: Map<string, CompiledClause[]>;
  openers: readonly string[];
  actionEndings: readonly string[];
  unfinished: WordMap<true>;
}
