import { inflect } from "./inflect.ts";
import { learn, WordBits, WordMap } from "./lexicon.ts";
import {
  ALL_WORDS,
  type AskedVerb,
  type CompiledClause,
  type CompiledRule,
  type KnownWord,
  type Matcher,
  type Phrase,
  traitsOf,
  type VerbForm,
  type WordSet,
} from "./matcher.ts";
import { ObjectLists, spellings } from "./objects.ts";
import type { Clause, Rule } from "./rule-schema.ts";
import { nameWords, textWords } from "./text.ts";
import { CATEGORIES, FACETS, RISKS } from "./types.ts";
import type { Vocabulary } from "./vocabulary.ts";

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
  folded.clear();
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
/** Words of entries while rules are made ready: lists stand in many clauses, and taking a text apart leaves much behind. */
const folded = new Map<string, readonly string[]>();

function foldWords(text: string): readonly string[] {
  const known = folded.get(text);
  if (known) return known;
  const words = textWords(text).map((word) => word.text);
  folded.set(text, words);
  return words;
}

const fold = (text: string): string => foldWords(text).join(" ");

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
