import type { Argument, Features } from "./features.ts";
import { inflect } from "./inflect.ts";
import type { Clause, Rule } from "./rule-schema.ts";
import { nameWords, textWords, type Word } from "./text.ts";
import type { Evidence } from "./types.ts";

/** Where an action word stood, most telling first. */
export type Place = "name" | "title" | "main clause" | "text" | "schema";

/** A rule that holds, with the characters that made it hold. */
export interface Match {
  rule: Rule;
  place: Place;
  /** How much the place tells, 0 to 1. */
  weight: number;
  /** Number of conditions of the clause: the more, the more special. */
  conditions: number;
  evidence: Evidence[];
}

/** A rule's word behind a negation ("without deleting"): it speaks against the rule's category. */
export interface Denial {
  rule: Rule;
  evidence: Evidence;
}

/** Everything the rules found in one definition. */
export interface Matches {
  matches: Match[];
  denials: Denial[];
}

interface Indexed {
  rule: Rule;
  clause: Clause;
  conditions: number;
}

type Form = "base" | "present" | "gerund" | "past";

/** Rules compiled for look-up by word: a definition is read once, whatever the number of rules. */
export interface Matcher {
  rules: Rule[];
  /** Folded form of a verb → its base forms and which form it is. */
  verbs: Map<string, { base: string; form: Form }[]>;
  byAction: Map<string, Indexed[]>;
  byPhrase: Map<string, { words: string[]; indexed: Indexed }[]>;
  byName: Map<string, Indexed[]>;
  byArgument: Map<string, { words: string[]; indexed: Indexed }[]>;
  byChoice: Map<string, Indexed[]>;
  /** Words that are as often a noun as a verb: a verb only in first or last place of a name. */
  nounish: Set<string>;
  /** Verbs that only carry another one: confirm, start, bulk. */
  auxiliary: Set<string>;
  /** Words that may stand before the verb of a description. */
  openers: Set<string>;
  sets: WeakMap<string[], Set<string>>;
}

/** What the matcher needs besides the rules: words/irregular.yaml and words/nounish.yaml. */
export interface Vocabulary {
  /** Base form → its other forms, where `inflect` would be wrong. */
  irregular: Record<string, { present?: string; gerund?: string; past?: string }>;
  nounish: string[];
  auxiliary: string[];
  openers: string[];
}

const NEGATIONS = new Set(
  "not without never no dont doesnt didnt cannot cant wont isnt nor neither avoid avoids instead unlike sem nao sin non ohne sans nunca".split(
    " ",
  ),
);
/** Words that may stand between a negation and its verb: "does not currently delete". */
const NEGATION_REACH = 3;
/** How far behind its verb an object may stand, in words. */
const OBJECT_REACH = 7;
const OBJECT_STOPS = new Set(
  "for from by with using via when if that which who where based given".split(" "),
);
const COORDINATORS = new Set("and or then y e o ou und et also".split(" "));

/** Folds a word of a rule the way text is folded, so that lists may be written naturally ("não", "Löschen"). */
function foldWords(text: string): string[] {
  return textWords(text).map((word) => word.text);
}

export function compileMatcher(rules: Rule[], vocabulary: Vocabulary): Matcher {
  const matcher: Matcher = {
    rules,
    verbs: new Map(),
    byAction: new Map(),
    byPhrase: new Map(),
    byName: new Map(),
    byArgument: new Map(),
    byChoice: new Map(),
    nounish: new Set(vocabulary.nounish),
    auxiliary: new Set(vocabulary.auxiliary),
    openers: new Set(vocabulary.openers),
    sets: new WeakMap(),
  };
  for (const rule of rules) {
    for (const clause of rule.match.any) indexClause(matcher, vocabulary, rule, clause);
  }
  return matcher;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Files a clause under the words of its first condition; the others are looked at once that one holds. */
function indexClause(matcher: Matcher, vocabulary: Vocabulary, rule: Rule, clause: Clause): void {
  const indexed: Indexed = { rule, clause, conditions: Object.keys(clause).length };
  if (clause.action) {
    for (const action of clause.action) {
      addVerb(matcher, vocabulary, action);
      push(matcher.byAction, action, indexed);
    }
  } else if (clause.says) {
    for (const phrase of clause.says) {
      const words = foldWords(phrase);
      push(matcher.byPhrase, words[0] ?? "", { words, indexed });
    }
  } else if (clause.name) {
    for (const word of clause.name) push(matcher.byName, word, indexed);
  } else if (clause.choice) {
    for (const word of clause.choice) push(matcher.byChoice, word, indexed);
  } else if (clause.argument) {
    for (const argument of clause.argument) {
      const words = nameWords(argument).map((word) => word.text);
      push(matcher.byArgument, words.at(-1) ?? "", { words, indexed });
    }
  }
}

/** Learns the forms of a verb. Two-word verbs ("log out") are found by their first word. */
function addVerb(matcher: Matcher, vocabulary: Vocabulary, action: string): void {
  const [first = "", ...rest] = foldWords(action);
  const regular = inflect(first);
  const irregular = vocabulary.irregular[first] ?? {};
  const forms: Record<Form, string> = { ...regular, ...irregular, base: first };
  for (const form of ["base", "present", "gerund", "past"] as const) {
    const known = matcher.verbs.get(forms[form]) ?? [];
    if (!known.some((entry) => entry.base === action)) {
      // Longer verbs first: "log out" before "log".
      known.push({ base: action, form });
      known.sort((a, b) => b.base.length - a.base.length);
      matcher.verbs.set(forms[form], known);
    }
  }
  if (rest.length > 0) push(compoundTails(matcher), action, rest);
}

const tails = new WeakMap<Matcher, Map<string, string[][]>>();
function compoundTails(matcher: Matcher): Map<string, string[][]> {
  let map = tails.get(matcher);
  if (!map) {
    map = new Map();
    tails.set(matcher, map);
  }
  return map;
}

/** A verb found in a list of words. */
interface Found {
  base: string;
  form: Form;
  at: number;
  /** How many words it takes. */
  length: number;
}

/** The verbs a word can be, longest first, each with the words it takes. */
function verbsAt(matcher: Matcher, words: Word[], at: number): Found[] {
  const word = words[at];
  if (!word) return [];
  const found: Found[] = [];
  for (const { base, form } of matcher.verbs.get(word.text) ?? []) {
    const rest = compoundTails(matcher).get(base)?.[0];
    if (!rest) found.push({ base, form, at, length: 1 });
    else if (rest.every((tail, index) => words[at + 1 + index]?.text === tail)) {
      found.push({ base, form, at, length: 1 + rest.length });
    }
  }
  return found;
}

/** Runs every rule over the features of one definition. */
export function matchRules(matcher: Matcher, features: Features): Matches {
  const result: Matches = { matches: [], denials: [] };
  matchName(matcher, features, result);
  matchDescription(matcher, features, result);
  matchSchema(matcher, features, result);
  return result;
}

const NAME = "/name";
const DESCRIPTION = "/description";

/** The verbs of a name: `create_user` → create; `r2_bucket_delete` → delete; `order_cancel` → cancel, not order. */
function nameActions(matcher: Matcher, words: Word[]): Found[] {
  const all: Found[] = [];
  for (let at = 0; at < words.length; at++) {
    for (const found of verbsAt(matcher, words, at)) if (found.form === "base") all.push(found);
  }
  const sure = all.filter((found) => !matcher.nounish.has(found.base));
  const first = all.filter((found) => found.at === 0);
  const firstSure = first.filter((found) => !matcher.nounish.has(found.base));
  if (firstSure.length > 0) {
    // "get_or_create": joined to the first; "confirm_delete": carried by it.
    const carries = firstSure.every((found) => matcher.auxiliary.has(found.base));
    return all.filter((found) => {
      if (found.at === 0) return true;
      return sure.includes(found) && (carries || COORDINATORS.has(words[found.at - 1]?.text ?? ""));
    });
  }
  if (sure.length > 0) return sure;
  if (first.length > 0) return first;
  return all.filter((found) => found.at + found.length === words.length);
}

function matchName(matcher: Matcher, features: Features, result: Matches): void {
  const { nameWords: words, name } = features;
  for (const found of nameActions(matcher, words)) {
    for (const indexed of matcher.byAction.get(found.base) ?? []) {
      const object = indexed.clause.object;
      const evidence = [wordEvidence(indexed.rule, NAME, name, words, found.at, found.length)];
      if (object) {
        const at = wordIn(
          matcher,
          words,
          object,
          (index) => index < found.at || index >= found.at + found.length,
        );
        if (!at) continue;
        evidence.push(wordEvidence(indexed.rule, NAME, name, words, at.at, at.length));
      }
      complete(matcher, features, indexed, "name", 1, evidence, result);
    }
  }
  for (let at = 0; at < words.length; at++) {
    for (const indexed of matcher.byName.get((words[at] as Word).text) ?? []) {
      const evidence = [wordEvidence(indexed.rule, NAME, name, words, at, 1)];
      complete(matcher, features, indexed, "name", 1, evidence, result);
    }
  }
}

function matchDescription(matcher: Matcher, features: Features, result: Matches): void {
  const { descriptionWords: words, description } = features;
  const head: Head = { sentence: -1, last: -1 };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    for (const { words: phrase, indexed } of matcher.byPhrase.get(word.text) ?? []) {
      if (indexed.rule.category === "Read" && word.sentence > 0) continue;
      if (!startsWith(words, at, phrase) || isNegated(words, at)) continue;
      const evidence = [wordEvidence(indexed.rule, DESCRIPTION, description, words, at, phrase.length)];
      complete(matcher, features, indexed, "text", 1, evidence, result);
    }
    const verbs = verbsAt(matcher, words, at);
    const verb = verbs[0];
    if (!verb) continue;
    const negation = negationBefore(words, at);
    if (negation >= 0) {
      for (const found of verbs) deny(matcher, features, found, negation, result);
      continue;
    }
    const weight = headWeight(matcher, words, at, verb, head);
    if (weight === 0) continue;
    head.last = at;
    head.sentence = word.sentence;
    for (const found of verbs) headMatches(matcher, features, found, weight, result);
  }
}

/** The sentence that says what the tool does, and its last verb so far. */
interface Head {
  sentence: number;
  last: number;
}

/** How far into a description its main verb may come, in sentences: "ALWAYS call this first. Deletes …". */
const HEAD_SENTENCES = 2;

/** How much a verb of the description tells: its main verb most, further ones joined to it less, others nothing. */
function headWeight(matcher: Matcher, words: Word[], at: number, verb: Found, head: Head): number {
  if (verb.form === "past") return 0;
  const word = words[at] as Word;
  if (head.last < 0) {
    if (word.sentence > HEAD_SENTENCES || !opensSentence(matcher, words, at)) return 0;
    return verb.form === "gerund" ? 0.6 : 0.9;
  }
  if (word.sentence !== head.sentence || verb.form === "gerund") return 0;
  // Without spaces there are no joining words either: each verb of the sentence counts.
  if (word.text.charCodeAt(0) > 0x2e80) return 0.7;
  if (COORDINATORS.has(words[at - 1]?.text ?? "")) return 0.7;
  return word.clause && at - head.last <= 3 ? 0.7 : 0;
}

/** Nothing but openers stands before the verb in its sentence. */
function opensSentence(matcher: Matcher, words: Word[], at: number): boolean {
  const sentence = words[at]?.sentence;
  for (let index = at - 1; index >= 0 && words[index]?.sentence === sentence; index--) {
    if (!matcher.openers.has((words[index] as Word).text)) return false;
  }
  return true;
}

const startsWith = (words: Word[], at: number, phrase: string[]) =>
  phrase.every((part, index) => words[at + index]?.text === part);

function headMatches(
  matcher: Matcher,
  features: Features,
  found: Found,
  weight: number,
  result: Matches,
): void {
  const { descriptionWords: words, description } = features;
  for (const indexed of matcher.byAction.get(found.base) ?? []) {
    const evidence = [wordEvidence(indexed.rule, DESCRIPTION, description, words, found.at, found.length)];
    if (indexed.clause.object) {
      const at = objectBehind(matcher, words, found.at + found.length, indexed.clause.object);
      if (!at) continue;
      evidence.push(wordEvidence(indexed.rule, DESCRIPTION, description, words, at.at, at.length));
    }
    complete(matcher, features, indexed, "main clause", weight, evidence, result);
  }
}

function deny(matcher: Matcher, features: Features, found: Found, negation: number, result: Matches): void {
  const { descriptionWords: words, description } = features;
  for (const { rule, clause } of matcher.byAction.get(found.base) ?? []) {
    if (!rule.category || rule.category === "Read" || clause.object) continue;
    const evidence = wordEvidence(
      rule,
      DESCRIPTION,
      description,
      words,
      negation,
      found.at + found.length - negation,
    );
    delete evidence.supports;
    result.denials.push({ rule, evidence: { ...evidence, opposes: rule.category } });
  }
}

function matchSchema(matcher: Matcher, features: Features, result: Matches): void {
  for (const argument of features.arguments) {
    const last = argument.words.at(-1)?.text;
    for (const { words, indexed } of (last && matcher.byArgument.get(last)) || []) {
      if (!endsIn(argument, words)) continue;
      complete(matcher, features, indexed, "schema", 1, [argumentEvidence(indexed.rule, argument)], result);
    }
    for (const choice of argument.choices) {
      if (typeof choice.value !== "string") continue;
      for (const word of nameWords(choice.value)) {
        for (const indexed of matcher.byChoice.get(word.text) ?? []) {
          const evidence = [stringEvidence(indexed.rule, choice.pointer, choice.value, word.start, word.end)];
          complete(matcher, features, indexed, "schema", 1, evidence, result);
        }
      }
    }
  }
}

/** Looks at what a clause asks besides the condition already found, and at the rule's `not`. */
function complete(
  matcher: Matcher,
  features: Features,
  indexed: Indexed,
  place: Place,
  weight: number,
  evidence: Evidence[],
  result: Matches,
): void {
  const { rule, clause } = indexed;
  const found = holds(matcher, features, rule, clause, place);
  if (!found) return;
  if (rule.match.not.some((not) => holdsAll(matcher, features, rule, not))) return;
  result.matches.push({
    rule,
    place,
    weight,
    conditions: indexed.conditions,
    evidence: [...evidence, ...found],
  });
}

/** The conditions that are not the clause's first one; undefined when one fails. */
function holds(
  matcher: Matcher,
  features: Features,
  rule: Rule,
  clause: Clause,
  place: Place,
): Evidence[] | undefined {
  const evidence: Evidence[] = [];
  const isFirst = (key: keyof Clause) => firstCondition(clause) === key;
  if (clause.says && !isFirst("says")) {
    const said = saidIn(features, rule, clause.says);
    if (!said) return undefined;
    evidence.push(said);
  }
  if (clause.name && !isFirst("name")) {
    const at = wordIn(matcher, features.nameWords, clause.name, () => true);
    if (!at) return undefined;
    evidence.push(wordEvidence(rule, NAME, features.name, features.nameWords, at.at, at.length));
  }
  if (clause.argument && !isFirst("argument")) {
    const argument = argumentNamed(features, clause.argument);
    if (!argument) return undefined;
    evidence.push(argumentEvidence(rule, argument));
  }
  if (clause.choice && !isFirst("choice")) {
    const choice = choiceAmong(matcher, features, rule, clause.choice);
    if (!choice) return undefined;
    evidence.push(choice);
  }
  void place;
  return evidence;
}

function firstCondition(clause: Clause): keyof Clause | undefined {
  return (["action", "says", "name", "choice", "argument"] as const).find((key) => clause[key]);
}

/** All conditions of a `not` clause, its first one too. */
function holdsAll(matcher: Matcher, features: Features, rule: Rule, clause: Clause): boolean {
  if (clause.action) {
    const named = nameActions(matcher, features.nameWords).some((found) => {
      if (!clause.action?.includes(found.base)) return false;
      return (
        !clause.object ||
        wordIn(matcher, features.nameWords, clause.object, (index) => index !== found.at) !== undefined
      );
    });
    if (!named) return false;
  }
  if (clause.says && !saidIn(features, rule, clause.says, 0)) return false;
  if (clause.name && !wordIn(matcher, features.nameWords, clause.name, () => true)) return false;
  if (clause.argument && !argumentNamed(features, clause.argument)) return false;
  if (clause.choice && !choiceAmong(matcher, features, rule, clause.choice)) return false;
  return true;
}

/**
 * Looks for a phrase. What would lower a verdict is looked for in the first sentence only (`lastSentence` 0): a server
 * must not talk a verdict down by adding text.
 */
function saidIn(
  features: Features,
  rule: Rule,
  phrases: string[],
  lastSentence = Infinity,
): Evidence | undefined {
  const { descriptionWords: words, description } = features;
  const bound = rule.category === "Read" ? 0 : lastSentence;
  for (const phrase of phrases) {
    const parts = foldWords(phrase);
    for (let at = 0; at + parts.length <= words.length; at++) {
      if ((words[at] as Word).sentence > bound) break;
      if (startsWith(words, at, parts) && !isNegated(words, at)) {
        return wordEvidence(rule, DESCRIPTION, description, words, at, parts.length);
      }
    }
  }
  return undefined;
}

function argumentNamed(features: Features, names: string[]): Argument | undefined {
  return features.arguments.find((argument) =>
    names.some((name) =>
      endsIn(
        argument,
        nameWords(name).map((word) => word.text),
      ),
    ),
  );
}

function choiceAmong(
  matcher: Matcher,
  features: Features,
  rule: Rule,
  values: string[],
): Evidence | undefined {
  const set = setOf(matcher, values);
  for (const argument of features.arguments) {
    for (const { value, pointer } of argument.choices) {
      if (typeof value !== "string") continue;
      const word = nameWords(value).find((part) => set.has(part.text));
      if (word) return stringEvidence(rule, pointer, value, word.start, word.end);
    }
  }
  return undefined;
}

function endsIn(argument: Argument, words: string[]): boolean {
  const offset = argument.words.length - words.length;
  return offset >= 0 && words.every((word, index) => argument.words[offset + index]?.text === word);
}

function setOf(matcher: Matcher, list: string[]): Set<string> {
  let set = matcher.sets.get(list);
  if (!set) {
    set = new Set(list.map((entry) => foldWords(entry).join(" ")));
    matcher.sets.set(list, set);
  }
  return set;
}

/** First word (or two) of the list, singular or plural, among the words the filter allows. */
function wordIn(
  matcher: Matcher,
  words: Word[],
  list: string[],
  allowed: (index: number) => boolean,
): { at: number; length: number } | undefined {
  const set = setOf(matcher, list);
  for (let at = 0; at < words.length; at++) {
    if (!allowed(at)) continue;
    const text = (words[at] as Word).text;
    if (set.has(text) || set.has(singular(text))) return { at, length: 1 };
    const next = words[at + 1]?.text;
    if (
      next !== undefined &&
      allowed(at + 1) &&
      (set.has(`${text} ${next}`) || set.has(`${text} ${singular(next)}`))
    ) {
      return { at, length: 2 };
    }
  }
  return undefined;
}

function objectBehind(matcher: Matcher, words: Word[], from: number, list: string[]) {
  const sentence = words[from]?.sentence;
  let stop = from;
  while (stop < words.length && stop - from < OBJECT_REACH && words[stop]?.sentence === sentence) {
    if (stop > from && OBJECT_STOPS.has((words[stop] as Word).text)) break;
    stop++;
  }
  return wordIn(matcher, words, list, (index) => index >= from && index < stop);
}

function singular(word: string): string {
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|us|is)$/.test(word) || word.length < 4) return word;
  if (/(sses|shes|ches|xes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

/** Index of the negation that governs the word, or -1. */
function negationBefore(words: Word[], at: number): number {
  const sentence = words[at]?.sentence;
  for (let index = at; index > at - NEGATION_REACH - 1 && index >= 0; index--) {
    const word = words[index] as Word;
    if (word.sentence !== sentence) return -1;
    if (index < at && NEGATIONS.has(word.text)) return index;
    if (word.clause) return -1;
  }
  return -1;
}

const isNegated = (words: Word[], at: number) => negationBefore(words, at) >= 0;

function wordEvidence(
  rule: Rule,
  pointer: string,
  text: string,
  words: Word[],
  at: number,
  length: number,
): Evidence {
  const start = words[at]?.start ?? 0;
  const end = words[Math.min(at + length, words.length) - 1]?.end ?? start;
  return stringEvidence(rule, pointer, text, start, end);
}

function argumentEvidence(rule: Rule, argument: Argument): Evidence {
  return stringEvidence(rule, argument.pointer, argument.name, 0, argument.name.length);
}

function stringEvidence(rule: Rule, pointer: string, text: string, start: number, end: number): Evidence {
  const evidence: Evidence = { rule: rule.id, pointer, start, end, excerpt: text.slice(start, end) };
  if (rule.category) evidence.supports = rule.category;
  if (!rule.category && rule.facets[0]) evidence.facet = rule.facets[0];
  return evidence;
}
