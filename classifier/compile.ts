import { inflect } from "./inflect.ts";
import type { Clause, Rule } from "./rule-schema.ts";
import { nameWords, textWords } from "./text.ts";

/** What the matcher knows about words besides the rules; each is a file in `classifier/words`. */
export interface Vocabulary {
  /** Base form → its other forms, where `inflect` would be wrong. */
  irregular: Record<string, { present: string; gerund: string; past: string }>;
  /** Nouns as often as verbs: a verb only in first or last place of a name. */
  nounish: string[];
  /** Verbs that only carry another one: confirm, start, bulk. */
  auxiliary: string[];
  /** Words that may stand before the verb of a description. */
  openers: string[];
  negations: string[];
  "negating-prepositions": string[];
  "object-stops": string[];
  joiners: string[];
  "list-openers": string[];
  /** Words that no text ends with: the trained model does not judge by what stands before one of them. */
  unfinished: string[];
}

/** The lists of a vocabulary, without the table of irregular verbs. */
export const VOCABULARY_LISTS = [
  "nounish",
  "auxiliary",
  "openers",
  "negations",
  "negating-prepositions",
  "object-stops",
  "joiners",
  "list-openers",
  "unfinished",
] as const;

export type VerbForm = "base" | "present" | "gerund" | "past";

/** A verb some rule asks for, as one of its forms. */
export interface KnownVerb {
  /** As the rules write it: "delete", "log out". */
  base: string;
  form: VerbForm;
  /** The words behind the first of a verb of several words. */
  rest: string[];
}

/** Words and pairs of words to look for. */
export interface WordSet {
  single: Set<string>;
  /** First word of a pair → its second words. */
  pairs: Map<string, Set<string>>;
}

/** A clause of a rule with its lists made ready for look-up. */
export interface CompiledClause {
  rule: Rule;
  /** The condition it is filed under; the others are looked at once that one holds. */
  first: keyof Clause;
  action?: Set<string>;
  object?: WordSet;
  name?: WordSet;
  choice?: Set<string>;
  says?: string[][];
  argument?: string[][];
}

/** Rules made ready for look-up by word: a definition is read once, whatever the number of rules. */
export interface Matcher {
  /** Folded form of a verb → the verbs it can be, longest first. */
  verbs: Map<string, KnownVerb[]>;
  byAction: Map<string, CompiledClause[]>;
  byName: Map<string, CompiledClause[]>;
  byChoice: Map<string, CompiledClause[]>;
  /** First word of a phrase → the phrases. */
  byPhrase: Map<string, { words: string[]; clause: CompiledClause }[]>;
  /** Last word of an argument's name → the names. */
  byArgument: Map<string, { words: string[]; clause: CompiledClause }[]>;
  /** Clauses under which a rule stays silent, by rule id. */
  not: Map<string, CompiledClause[]>;
  nounish: Set<string>;
  auxiliary: Set<string>;
  openers: Set<string>;
  negations: Set<string>;
  /** Those of them that cannot govern a verb in the third person. */
  negatingPrepositions: Set<string>;
  objectStops: Set<string>;
  joiners: Set<string>;
  /** Words before a list of what a tool can do. */
  listOpeners: Set<string>;
  unfinished: Set<string>;
}

const CONDITIONS = ["action", "says", "name", "choice", "argument"] as const;

/**
 * Makes rules ready for matching.
 *
 * @param rules rules whose `@lists` are spelled out (`loadRules`)
 */
export function compileMatcher(rules: Rule[], vocabulary: Vocabulary): Matcher {
  const matcher: Matcher = {
    verbs: new Map(),
    byAction: new Map(),
    byName: new Map(),
    byChoice: new Map(),
    byPhrase: new Map(),
    byArgument: new Map(),
    not: new Map(),
    nounish: new Set(vocabulary.nounish),
    auxiliary: new Set(vocabulary.auxiliary),
    openers: new Set(vocabulary.openers),
    negations: new Set(vocabulary.negations),
    negatingPrepositions: new Set(vocabulary["negating-prepositions"]),
    objectStops: new Set(vocabulary["object-stops"]),
    joiners: new Set(vocabulary.joiners),
    listOpeners: new Set(vocabulary["list-openers"]),
    unfinished: new Set(vocabulary.unfinished),
  };
  for (const rule of rules) {
    for (const clause of rule.match.any) {
      file(matcher, compileClause(rule, clause));
      for (const verb of clause.action ?? []) learnVerb(matcher, vocabulary, verb);
    }
    const not = rule.match.not.map((clause) => compileClause(rule, clause));
    if (not.length > 0) matcher.not.set(rule.id, not);
  }
  return matcher;
}

function compileClause(rule: Rule, clause: Clause): CompiledClause {
  const compiled: CompiledClause = {
    rule,
    first: CONDITIONS.find((condition) => clause[condition]) ?? "name",
  };
  if (clause.action) compiled.action = new Set(clause.action.map(fold));
  if (clause.object) compiled.object = wordSet(clause.object);
  if (clause.name) compiled.name = wordSet(clause.name);
  if (clause.choice) compiled.choice = new Set(clause.choice.map(fold));
  if (clause.says) compiled.says = clause.says.map(foldWords);
  if (clause.argument)
    compiled.argument = clause.argument.map((name) => nameWords(name).map((word) => word.text));
  return compiled;
}

function wordSet(entries: string[]): WordSet {
  const set: WordSet = { single: new Set(), pairs: new Map() };
  for (const [first = "", second] of entries.map(foldWords)) {
    if (second === undefined) set.single.add(first);
    else set.pairs.set(first, (set.pairs.get(first) ?? new Set()).add(second));
  }
  return set;
}

/** Files a clause under the words of its first condition. */
function file(matcher: Matcher, clause: CompiledClause): void {
  switch (clause.first) {
    case "action":
      for (const verb of clause.action ?? []) push(matcher.byAction, verb, clause);
      return;
    case "says":
      for (const words of clause.says ?? []) push(matcher.byPhrase, words[0] ?? "", { words, clause });
      return;
    case "choice":
      for (const word of clause.choice ?? []) push(matcher.byChoice, word, clause);
      return;
    case "argument":
      for (const words of clause.argument ?? [])
        push(matcher.byArgument, words.at(-1) ?? "", { words, clause });
      return;
    default:
      for (const word of clause.name?.single ?? []) push(matcher.byName, word, clause);
  }
}

/** Learns the forms of a verb; a verb of several words is found by its first. */
function learnVerb(matcher: Matcher, vocabulary: Vocabulary, verb: string): void {
  const base = fold(verb);
  const [first = "", ...rest] = base.split(" ");
  const forms: Record<VerbForm, string> = { ...inflect(first), ...vocabulary.irregular[first], base: first };
  for (const form of ["base", "present", "gerund", "past"] as const) {
    const known = matcher.verbs.get(forms[form]) ?? [];
    if (known.some((entry) => entry.base === base)) continue;
    known.push({ base, form, rest });
    known.sort((a, b) => b.rest.length - a.rest.length);
    matcher.verbs.set(forms[form], known);
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
