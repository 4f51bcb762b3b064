import { inflect } from "./inflect.ts";
import { learn, WordBits, WordMap } from "./lexicon.ts";
import { type Listed, ObjectLists, spellings } from "./objects.ts";
import type { Clause, Rule } from "./rule-schema.ts";
import { nameWords, textWords, type Word } from "./text.ts";
import { CATEGORIES, FACETS, RISKS } from "./types.ts";

/** What the matcher knows about words besides the rules; each is a file in `classifier/words`. */
export interface Vocabulary {
  /** Base form → its other forms, where `inflect` would be wrong. */
  irregular: Record<string, { present: string; gerund: string; past: string }>;
  /** Nouns as often as verbs: a verb only in first or last place of a name. */
  nounish: string[];
  /** Verbs that name a thing as well: "Runs of a task", "Order history". */
  countable: string[];
  /** Words behind which a countable word is a thing: "Runs of a task". */
  "noun-marks": string[];
  /** Nouns that make a countable word before them a part of a noun: "Order history". */
  "attribute-nouns": string[];
  /** Endings of nouns that name what is done: "Deletion of a file". */
  "action-endings": string[];
  /** Words at the start of a name that ask something: `can_cancel`. */
  askers: string[];
  /** Verbs that are part of a noun in a name that ends with one: `close_reasons`. */
  modifiers: string[];
  /** Words behind which a gerund is what is spoken of: "Revoking is done elsewhere". */
  copulas: string[];
  /** Verbs of names that only hand something out. */
  getters: string[];
  /** What a verb acts on that does nothing: "Starts nothing". */
  nothing: string[];
  /** Words before a noun that say the same: "sends no mail". */
  "nothing-of": string[];
  /** Nouns at the end of a name that make of the verb before them a part of a noun: `lock_settings`. */
  "result-nouns": string[];
  /** Words that go on behind a participle: "Files stored on". */
  prepositions: string[];
  /** Words behind which a verb is what somebody else does, or only would be done. */
  governors: string[];
  /** Verbs that only carry another one: confirm, start, bulk. */
  auxiliary: string[];
  /** Words that may stand before the verb of a description. */
  openers: string[];
  negations: string[];
  "negating-prepositions": string[];
  "object-stops": string[];
  joiners: string[];
  "list-openers": string[];
  determiners: string[];
  /** Words that begin a condition: "If it is set, …". */
  conditions: string[];
  /** Words behind which a verb is the name of something that must be there: "Requires login". */
  demands: string[];
  /** Words that no text ends with: the trained model does not judge by what stands before one of them. */
  unfinished: string[];
}

/** The lists of a vocabulary, without the table of irregular verbs. */
export const VOCABULARY_LISTS = [
  "nounish",
  "countable",
  "noun-marks",
  "attribute-nouns",
  "action-endings",
  "prepositions",
  "result-nouns",
  "getters",
  "askers",
  "modifiers",
  "copulas",
  "nothing",
  "nothing-of",
  "governors",
  "auxiliary",
  "openers",
  "negations",
  "negating-prepositions",
  "object-stops",
  "joiners",
  "list-openers",
  "determiners",
  "conditions",
  "demands",
  "unfinished",
] as const;

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

function traitsOf({ isVerb, verbs, phrases, explanations, opens }: KnownWord): number {
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

/** Where rules are filed while they are made ready. */
interface Files {
  words: Map<string, KnownWord>;
  objects: ObjectLists;
  byChoice: Map<string, CompiledClause[]>;
  /** By the base form of a verb. */
  byAction: Map<string, AskedVerb>;
  /** How many clauses there are. */
  clauses: number;
  vocabulary: Vocabulary;
  nounish: Set<string>;
  countable: Set<string>;
  modifiers: Set<string>;
  auxiliary: Set<string>;
}

const CONDITIONS = ["opens", "explained", "action", "says", "name", "choice", "argument"] as const;

/**
 * Makes rules ready for matching.
 *
 * @param rules rules whose `@lists` are spelled out (`spellOut`)
 */
export function compileMatcher(rules: Rule[], vocabulary: Vocabulary): Matcher {
  const files: Files = {
    words: new Map(),
    objects: new ObjectLists(),
    byChoice: new Map(),
    byAction: new Map(),
    clauses: 0,
    vocabulary,
    nounish: new Set(vocabulary.nounish),
    countable: new Set(vocabulary.countable),
    modifiers: new Set(vocabulary.modifiers),
    auxiliary: new Set(vocabulary.auxiliary),
  };
  for (const [index, page] of rules.entries()) {
    const rule = compileRule(page, index);
    for (const clause of rule.match.any) {
      file(files, compiled(rule, clause, files), clause);
      for (const verb of clause.action ?? []) learnVerb(files, verb);
    }
    rule.not = rule.match.not.map((clause) => ({ ...compiled(rule, clause, files), ...beside(clause) }));
  }
  for (const asked of files.byAction.values())
    asked.objectLists = Int32Array.from(asked.clauses, ({ objectList }) => objectList);
  for (const [word, listed] of files.objects.byWord) knownWord(files, word).listed = listed;
  for (const [name, flag] of FLAGS) for (const word of vocabulary[name]) knownWord(files, word)[flag] = true;
  const traits = new Map([...files.words].map(([word, known]) => [learn(word), traitsOf(known)]));
  return {
    words: new WordMap(files.words),
    traits: Uint8Array.from(
      { length: Math.max(-1, ...traits.keys()) + 1 },
      (_, number) => traits.get(number) ?? 0,
    ),
    objects: files.objects,
    byChoice: files.byChoice,
    openers: vocabulary.openers,
    actionEndings: vocabulary["action-endings"],
    unfinished: new WordMap(new Map(vocabulary.unfinished.map((word) => [word, true]))),
  };
}

/** Lists of the vocabulary, and what being on one makes of a word. */
const FLAGS = [
  ["openers", "opener"],
  ["negations", "negation"],
  ["negating-prepositions", "negatingPreposition"],
  ["object-stops", "objectStop"],
  ["joiners", "joiner"],
  ["list-openers", "listOpener"],
  ["determiners", "determiner"],
  ["noun-marks", "nounMark"],
  ["attribute-nouns", "attributeNoun"],
  ["prepositions", "preposition"],
  ["result-nouns", "resultNoun"],
  ["getters", "getter"],
  ["askers", "asker"],
  ["copulas", "copula"],
  ["nothing", "nothing"],
  ["nothing-of", "nothingOf"],
  ["governors", "governor"],
  ["conditions", "condition"],
  ["demands", "demand"],
] as const;

function compileRule(rule: Rule, index: number): CompiledRule {
  const { id, title, status, category, risk, strength, additive } = rule;
  const { raises, insists, refines, facets, reversible, reach, match } = rule;
  // Each key of each rule, in one order: what is alike for the machine is found faster.
  const made: { [Key in keyof Required<CompiledRule>]: CompiledRule[Key] } = {
    id,
    index,
    title,
    status,
    category,
    risk,
    strength,
    additive,
    raises,
    insists,
    refines,
    facets,
    reversible,
    reach,
    match,
    severity: rule.category ? CATEGORIES.indexOf(rule.category) : 0,
    level: rule.risk ? RISKS.indexOf(rule.risk) : 0,
    raised: (rule.raises ?? []).reduce((bits, category) => bits | (1 << CATEGORIES.indexOf(category)), 0),
    facetBits: rule.facets.reduce((bits, facet) => bits | (1 << FACETS.indexOf(facet)), 0),
    not: [],
  };
  return made;
}

function compiled(rule: CompiledRule, clause: Clause, files: Files): CompiledClause {
  const [first = "name", ...more] = CONDITIONS.filter((condition) => clause[condition]);
  const objectList = clause.object ? files.objects.add(clause.object.map(foldWords)) : -1;
  return {
    rule,
    index: files.clauses++,
    first,
    action: undefined,
    object: undefined,
    objectList,
    hasMore: more.length > 0,
    name: clause.name && wordSet(clause.name),
    choice: clause.choice && new Set(clause.choice.map(fold)),
    says: clause.says?.map(phraseOf),
    argument: clause.argument?.map((name) => ({
      words: nameWords(name).map((word) => word.text),
      isWhole: name.startsWith("="),
    })),
  };
}

/** What a `not` clause asks of the name. */
function beside({ action, object }: Clause): Pick<CompiledClause, "action" | "object"> {
  return {
    action: action && new WordBits(new Set(action.map(fold))),
    object: object && wordSet(object),
  };
}

function wordSet(entries: string[]): WordSet {
  const single = new Set<string>();
  const pairs = new Map<string, Set<string>>();
  for (const [first = "", second] of entries.map(foldWords)) {
    if (second === undefined) {
      for (const word of spellings(first)) single.add(word);
      continue;
    }
    const behind = pairs.get(first) ?? new Set();
    for (const word of spellings(second)) behind.add(word);
    pairs.set(first, behind);
  }
  const filed = [...pairs].map(([first, behind]) => [first, new WordBits(behind)] as const);
  return { single: new WordBits(single), pairs: filed.length > 0 ? new WordMap(new Map(filed)) : undefined };
}

/** Files a clause under the words of its first condition. */
function file(files: Files, clause: CompiledClause, source: Clause): void {
  switch (clause.first) {
    case "action":
      for (const verb of new Set((source.action ?? []).map(fold)))
        askedVerb(files, verb).clauses.push(clause);
      return;
    case "says":
      for (const phrase of source.says ?? []) filePhrase(files, "phrases", phrase, clause);
      return;
    case "opens":
      for (const entry of source.opens ?? []) fileOpening(files, entry, clause);
      return;
    case "explained":
      for (const phrase of source.explained ?? []) filePhrase(files, "explanations", phrase, clause);
      return;
    case "choice":
      for (const word of clause.choice ?? []) push(files.byChoice, word, clause);
      return;
    case "argument":
      for (const name of clause.argument ?? [])
        knownWord(files, name.words.at(-1) ?? "").argumentEnds.push({ name, clause });
      return;
    default:
      // As written: a rule's only words are not also looked for in the plural.
      for (const word of new Set((source.name ?? []).map(fold))) {
        if (!word.includes(" ")) knownWord(files, word).inName.push(clause);
      }
  }
}

/** Files a word that descriptions open with, in singular and plural. */
function fileOpening(files: Files, entry: string, clause: CompiledClause): void {
  const word = fold(entry);
  for (const form of entry.startsWith("…") ? [word] : spellings(word)) {
    const { opens } = knownWord(files, form);
    if (opens.some((asked) => asked.clause === clause)) continue;
    opens.push({ clause, marked: entry.endsWith("…"), behind: entry.startsWith("…") });
  }
}

/** Files a phrase under its first word. */
function filePhrase(
  files: Files,
  kind: "phrases" | "explanations",
  phrase: string,
  clause: CompiledClause,
): void {
  const words = phraseOf(phrase);
  const filed = knownWord(files, foldWords(phrase)[0] ?? "")[kind];
  filed.all.push({ words, clause });
  const [, second] = words;
  filed.seconds |= second === undefined ? ALL_WORDS : 1 << (second & 31);
}

const phraseOf = (text: string): Phrase => foldWords(text).map(learn);

function knownWord({ words }: Files, word: string): KnownWord {
  const known = words.get(word);
  if (known) return known;
  const made: KnownWord = {
    verbs: [],
    phrases: { all: [], seconds: 0 },
    explanations: { all: [], seconds: 0 },
    opens: [],
    inName: [],
    argumentEnds: [],
    listed: undefined,
    opener: false,
    negation: false,
    negatingPreposition: false,
    objectStop: false,
    joiner: false,
    listOpener: false,
    determiner: false,
    nounMark: false,
    preposition: false,
    resultNoun: false,
    getter: false,
    asker: false,
    copula: false,
    nothing: false,
    nothingOf: false,
    attributeNoun: false,
    governor: false,
    condition: false,
    demand: false,
    isVerb: false,
  };
  words.set(word, made);
  return made;
}

function askedVerb({ byAction }: Files, base: string): AskedVerb {
  const known = byAction.get(base);
  if (known) return known;
  const made: AskedVerb = { clauses: [], objectLists: new Int32Array(0) };
  byAction.set(base, made);
  return made;
}

/** Learns the forms of a verb; a verb of several words is found by its first. */
function learnVerb(files: Files, verb: string): void {
  const { vocabulary } = files;
  const base = fold(verb);
  const [first = "", ...others] = base.split(" ");
  const rest = others.map(learn);
  const forms: Record<VerbForm, string> = { ...inflect(first), ...vocabulary.irregular[first], base: first };
  for (const form of ["base", "present", "gerund", "past"] as const) {
    const known = knownWord(files, forms[form]);
    const { verbs } = known;
    if (verbs.some((entry) => entry.base === base)) continue;
    verbs.push({
      base,
      number: learn(base),
      form,
      rest,
      length: 1 + rest.length,
      asked: askedVerb(files, base),
      nounish: files.nounish.has(base),
      countable: files.countable.has(base),
      modifier: files.modifiers.has(base),
      auxiliary: files.auxiliary.has(base),
    });
    if (rest.length === 0 && (form === "base" || form === "present")) known.isVerb = true;
    verbs.sort((a, b) => b.rest.length - a.rest.length);
  }
}

/** Folds words of a rule the way text is folded, so that lists may be written naturally ("não", "Löschen"). */
function foldWords(text: string): string[] {
  return textWords(text).map((word) => word.text);
}

const fold = (text: string): string => foldWords(text).join(" ");

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
