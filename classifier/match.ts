import {
  HEAD_SENTENCES,
  type Head,
  headWeight,
  isAdvice,
  isRead,
  mainSentence,
  NO_HEAD,
  nameActions,
  opensSentence,
} from "./actions.ts";
import { Answers } from "./answers.ts";
import {
  argumentNamed,
  canFollow,
  choiceAmong,
  isNamed,
  phraseIn,
  wordBeside,
  wordIn,
} from "./conditions.ts";
import { argumentEvidence, choiceEvidence, wordEvidence } from "./evidence.ts";
import { readExplanations } from "./explained.ts";
import type { Argument, Features } from "./features.ts";
import { type KnownText, lookUp } from "./known.ts";
import type { WordBits } from "./lexicon.ts";
import {
  type AskedOpening,
  type CompiledClause,
  type CompiledRule,
  hasTrait,
  type KnownVerb,
  type KnownWord,
  type Matcher,
  type Phrase,
  type Phrases,
  TRAITS,
  type WordSet,
} from "./matcher.ts";
import { Mentioned } from "./mentioned.ts";
import { isQuoted } from "./mentions.ts";
import { negationBefore, nothingBehind } from "./negations.ts";
import { isNoun, repeatsName, withoutName } from "./noun-names.ts";
import type { FoundObject } from "./objects.ts";
import { splitAtVerbs } from "./sentences.ts";
import { nameWords, type Word } from "./text.ts";
import { isBehindThing, opensWithThing } from "./things.ts";
import { CATEGORIES, type Evidence } from "./types.ts";
import { type Action, isVerbAt, startsWith } from "./verbs.ts";

/** Where in the definition a rule's first condition held. */
export const PLACES = ["name", "title", "main clause", "text", "schema"] as const;
export type Place = (typeof PLACES)[number];

/** A rule that holds, with the characters that made it hold. */
export interface Match {
  rule: CompiledRule;
  place: Place;
  /** How much the place tells, 0 to 1. */
  weight: number;
  /** Which of the verb's objects this is about, from 0: "a database and its logs" are two. */
  joined: number;
  evidence: Evidence[];
}

/** A match that a later phrase takes back: "Runs SQL, read-only". */
export interface Withdrawn extends Match {
  /** Where in the description that phrase ends. Up to there the rule holds. */
  until: number;
}

/** A rule's verb behind a negation ("without deleting"): it speaks against the rule's category. */
export interface Denial {
  rule: CompiledRule;
  evidence: Evidence;
}

/** Everything the rules found in one definition. */
export interface Matches {
  matches: Match[];
  denials: Denial[];
  withdrawn: Withdrawn[];
}

/** A run of the rules over one definition. */
interface Run {
  matcher: Matcher;
  features: Features;
  description: KnownText;
  /** The verbs of the name. */
  named: Action[];
  /** Whether the name shows nothing but reading. */
  onlyReads: boolean;
  /** The sentence of the description that says what the tool does: only there is believed what lowers a verdict. */
  main: number;
  result: Matches;
}

/** What the description of the run that is going on mentions. */
const mentioned = new Mentioned();
/** By a rule's index: what came of its `not` in this run. It is the same wherever the rule matches. */
const silences = new Answers<Silence>();
/** By a clause's index: the phrase that was found beside another condition. It is the same at every verb. */
const sayings = new Answers<Evidence | undefined>();
const TITLE_WEIGHT = 0.8;
const READ = CATEGORIES.indexOf("Read");
const NO_NAMES: KnownWord["argumentEnds"] = [];

/** Runs every rule over the features of one definition. */
export function matchRules(matcher: Matcher, features: Features): Matches {
  const { title } = features;
  const name = lookUp(matcher, features.name);
  const description = lookUp(matcher, features.description);
  splitAtVerbs(description, matcher);
  mentioned.begin(description.words);
  silences.begin();
  sayings.begin();
  const run: Run = {
    matcher,
    features,
    description,
    named: nameActions(name),
    onlyReads: false,
    main: mainSentence(description),
    result: { matches: [], denials: [], withdrawn: [] },
  };
  matchName(run, name, "name", 1);
  const isGetter = name.known[0]?.getter === true || name.known.at(-1)?.getter === true;
  run.onlyReads = isGetter && run.result.matches.every(({ rule: { severity } }) => severity <= READ);
  if (title && title.text !== name.text) matchName(run, lookUp(matcher, title), "title", TITLE_WEIGHT);
  const before = run.result.matches.length;
  matchDescription(run);
  if (isNoun(name, run.named) && !repeatsName(description, run.named)) {
    const asks = name.known[0]?.asker === true;
    run.result.matches = withoutName(run.result.matches, description, before, asks);
  }
  matchSchema(run);
  readExplanations(matcher, features, ({ clause, words }, source, at) => {
    const more = moreOf(run, clause);
    if (more) add(run, clause, "schema", 1, [wordEvidence(clause.rule, source, at, words.length)], more);
  });
  return run.result;
}

function matchName(run: Run, source: KnownText, place: Place, weight: number): void {
  const { matcher } = run;
  const { objects } = matcher;
  const { words, known } = source;
  for (const { verb, at } of place === "name" ? run.named : nameActions(source)) {
    objects.begin();
    objects.lookIn(source, 0, at);
    objects.lookIn(source, at + verb.length, words.length);
    matchClauses(run, source, place, weight, { verb, at });
  }
  if (place !== "name") return;
  for (let at = 0; at < words.length; at++) {
    const word = known[at];
    if (!word) continue;
    for (const clause of word.inName) {
      const more = moreOf(run, clause);
      if (more) add(run, clause, place, weight, [wordEvidence(clause.rule, source, at, 1)], more);
    }
  }
}

const ASKED_OF_TEXT = TRAITS.opens | TRAITS.phrases | TRAITS.verbs;

function matchDescription(run: Run): void {
  const { description: source } = run;
  const { words, known } = source;
  const head: Head = { ...NO_HEAD };
  for (let at = 0; at < words.length; at++) {
    if (!hasTrait(run.matcher, words[at] as Word, ASKED_OF_TEXT)) continue;
    const about = known[at] as KnownWord;
    if (about.opens.length > 0 && head.last < 0) matchOpening(run, source, about.opens, at);
    if (canFollow(about.phrases, words[at + 1]) && !isOthers(source, at, head))
      matchPhrases(run, source, about.phrases, at);
    if (about.verbs.length > 0) matchVerbs(run, source, about.verbs, at, head);
  }
}

/** What the first words of the description say by themselves: "Rows of a table". */
function matchOpening(run: Run, source: KnownText, asked: AskedOpening[], at: number): void {
  if ((source.words[at] as Word).sentence > 0) return;
  const isFirst = opensSentence(source, at);
  for (const { clause, marked, behind } of asked) {
    if (behind ? isFirst || !isBehindThing(source, at, run.matcher.actionEndings) : !isFirst) continue;
    if (marked && !opensWithThing(source, at)) continue;
    const more = moreOf(run, clause);
    if (more) add(run, clause, "text", 1, [wordEvidence(clause.rule, source, at, 1)], more);
  }
}

/** Whether a phrase goes on with what somebody else does: "before you restart" is governed, and so is "or delete" behind it. */
function isOthers(text: KnownText, at: number, { governed }: Head): boolean {
  const { words, known } = text;
  if (known[at]?.joiner !== true) return false;
  if (at + 1 < words.length && isQuoted(text, at + 1)) return true;
  return governed >= 0 && words[governed]?.sentence === words[at]?.sentence;
}

function matchPhrases(run: Run, source: KnownText, { all }: Phrases, at: number): void {
  const { words } = source;
  for (const { words: phrase, clause } of all) {
    if (!startsWith(words, at, phrase) || negationBefore(source, at) >= 0) continue;
    if (clause.rule.severity === READ && (words[at] as Word).sentence !== run.main) continue;
    const more = moreOf(run, clause);
    if (more) add(run, clause, "text", 1, [wordEvidence(clause.rule, source, at, phrase.length)], more);
  }
}

/** @param verbs those that begin with the word at this place; longer ones come first */
function matchVerbs(run: Run, source: KnownText, verbs: KnownVerb[], at: number, head: Head): void {
  const { objects } = run.matcher;
  const { words } = source;
  const first = verbs.find((verb) => isVerbAt(verb, words, at));
  if (!first) return;
  const negation = nothingBehind(source, at + first.length) ? at : negationBefore(source, at, first.form);
  if (negation >= 0) {
    for (const verb of verbs) if (isVerbAt(verb, words, at)) deny(run, source, { verb, at }, negation);
    return;
  }
  if (run.onlyReads && isRead(source, { verb: first, at }, head)) return;
  const weight = headWeight(source, { verb: first, at }, head);
  if (weight === 0) {
    if (first.form === "base" && source.known[at - 1]?.governor && !words[at]?.clause) head.governed = at;
    if (!isAdvice(source, { verb: first, at }, head)) return;
    head.sentence = (words[at] as Word).sentence;
    head.last = at;
    head.weight = 0;
    return;
  }
  const { sentence } = words[at] as Word;
  if (sentence !== head.sentence) head.weight = weight;
  if (head.last < 0) head.late = sentence > HEAD_SENTENCES;
  head.sentence = sentence;
  head.last = at;
  for (const verb of verbs) {
    if (!isVerbAt(verb, words, at)) continue;
    const start = at + verb.length;
    objects.begin();
    objects.lookIn(source, start, objectsEnd(source, start));
    matchClauses(run, source, "main clause", weight, { verb, at }, head.late);
  }
}

/** How far behind its verb an object may stand, in words. */
const OBJECT_REACH = 7;

/** Where the words end that a verb may act on, given where they begin. */
function objectsEnd({ words, known }: KnownText, start: number): number {
  const sentence = words[start]?.sentence;
  let stop = start;
  while (stop < words.length && stop - start < OBJECT_REACH && words[stop]?.sentence === sentence) {
    const about = known[stop];
    if (stop > start && about && (about.objectStop || about.negation)) break;
    stop++;
  }
  return stop;
}

/**
 * Looks at what the clauses of a verb ask besides it; their objects are among those that were found last.
 *
 * @param late whether clauses of rules for Read are passed over
 */
function matchClauses(
  run: Run,
  source: KnownText,
  place: Place,
  weight: number,
  { verb, at }: Action,
  late = false,
): void {
  const { objects } = run.matcher;
  const { clauses, objectLists } = verb.asked;
  for (let index = 0; index < objectLists.length; index++) {
    const list = objectLists[index] as number;
    if (list >= 0 && !objects.has(list)) continue;
    const clause = clauses[index] as CompiledClause;
    const { rule } = clause;
    if (late && rule.severity === READ) continue;
    const more = moreOf(run, clause);
    if (!more) continue;
    const evidence = [wordEvidence(rule, source, at, verb.length)];
    if (list < 0) {
      add(run, clause, place, weight, evidence, more);
      continue;
    }
    const object = objects.of(list);
    evidence.push(wordEvidence(rule, source, object.at, object.length));
    add(run, clause, place, weight, evidence, more, joinsBetween(source, at, object.at));
  }
}

/** How many "and"s and commas stand between a verb and its object. */
function joinsBetween({ words, known }: KnownText, verb: number, object: number): number {
  let joins = 0;
  for (let at = verb + 1; at <= object; at++) {
    if ((words[at] as Word).clause || known[at]?.joiner) joins++;
  }
  return joins;
}

/** Notes what a negated verb would have meant. Clauses that ask for more than a verb are too special to be denied. */
function deny({ result }: Run, source: KnownText, { verb, at }: Action, negation: number): void {
  for (const { rule, objectList, hasMore } of verb.asked.clauses) {
    if (!rule.category || rule.category === "Read" || objectList >= 0 || hasMore) continue;
    const evidence = wordEvidence(rule, source, negation, at + verb.length - negation);
    const { pointer, start, end, excerpt } = evidence;
    result.denials.push({
      rule,
      evidence: { rule: rule.id, pointer, start, end, excerpt, opposes: rule.category },
    });
  }
}

function matchSchema(run: Run): void {
  const { matcher, features } = run;
  for (const argument of features.arguments) {
    const last = argument.words.at(-1);
    for (const { name, clause } of (last && matcher.words.get(last)?.argumentEnds) ?? NO_NAMES) {
      if (!isNamed(argument, name)) continue;
      const more = moreOf(run, clause);
      if (more) add(run, clause, "schema", 1, [argumentEvidence(clause.rule, argument)], more);
    }
    if (matcher.byChoice.size === 0) continue;
    for (const { value, pointer } of argument.choices) {
      for (const word of typeof value === "string" ? nameWords(value) : []) {
        for (const clause of matcher.byChoice.get(word.text) ?? []) {
          const more = moreOf(run, clause);
          if (more) {
            const evidence = choiceEvidence(clause.rule, pointer, String(value), word);
            add(run, clause, "schema", 1, [evidence], more);
          }
        }
      }
    }
  }
}

/**
 * Looks at what a clause asks besides its first condition, and at whether its rule stays silent: nearly all are passed over
 * here, before anything is made of them.
 *
 * @returns the evidence of the other conditions; nothing where one of them fails
 */
function moreOf(run: Run, clause: CompiledClause): readonly Evidence[] | undefined {
  if (silenceOf(run, clause.rule) === "always") return undefined;
  return clause.hasMore ? otherConditions(run, clause) : NO_EVIDENCE;
}

const NO_EVIDENCE: readonly Evidence[] = [];

/** Takes note of a rule that holds. */
function add(
  run: Run,
  { rule }: CompiledClause,
  place: Place,
  weight: number,
  evidence: Evidence[],
  more: readonly Evidence[],
  joined = 0,
): void {
  for (const one of more) evidence.push(one);
  const match = { rule, place, weight, joined, evidence };
  const silence = silenceOf(run, rule);
  if (typeof silence === "string") run.result.matches.push(match);
  else run.result.withdrawn.push({ ...match, until: silence.until });
}

/** Whether a rule's `not` holds: because of what the name and schema say, or from the end of a phrase on. */
type Silence = "never" | "always" | { until: number };

function silenceOf(run: Run, rule: CompiledRule): Silence {
  if (rule.not.length === 0) return "never";
  if (silences.has(rule.index)) return silences.of(rule.index);
  let silence: Silence = "never";
  for (const clause of rule.not) {
    const held = holds(run, clause);
    if (held === "never") continue;
    if (silence === "never" || held === "always") silence = held;
    else if (silence !== "always") silence = { until: Math.min(silence.until, held.until) };
  }
  silences.set(rule.index, silence);
  return silence;
}

/** Evidence of the conditions that are not the clause's first one; undefined when one of them fails. */
function otherConditions(run: Run, clause: CompiledClause): Evidence[] | undefined {
  const { features } = run;
  const { rule, first } = clause;
  let named: FoundObject | undefined;
  let choice: Evidence | undefined;
  let argument: Argument | undefined;
  let said: Evidence | undefined;
  // What costs least to find is looked for first.
  if (clause.name && first !== "name") {
    named = wordIn(features.name.words, clause.name);
    if (!named) return undefined;
  }
  if (clause.choice && first !== "choice") {
    choice = choiceAmong(features, rule, clause.choice);
    if (!choice) return undefined;
  }
  if (clause.argument && first !== "argument") {
    argument = argumentNamed(features, clause.argument);
    if (!argument) return undefined;
  }
  if (clause.says && first !== "says") {
    said = saidOf(run, clause, clause.says);
    if (!said) return undefined;
  }
  const evidence: Evidence[] = said ? [said] : [];
  if (named) evidence.push(wordEvidence(rule, features.name, named.at, named.length));
  if (choice) evidence.push(choice);
  if (argument) evidence.push(argumentEvidence(rule, argument));
  return evidence;
}

function saidOf(run: Run, clause: CompiledClause, phrases: Phrase[]): Evidence | undefined {
  if (sayings.has(clause.index)) return sayings.of(clause.index);
  const { description, main } = run;
  const sentence = clause.rule.severity === READ ? main : undefined;
  const said = phraseIn(description, mentioned, clause.rule, phrases, sentence);
  sayings.set(clause.index, said);
  return said;
}

/**
 * Whether a verb of the name is one of these, with one of these objects beside it; without objects, whether each of its verbs
 * is one: what a second verb of the name does, the first does not undo (`pay_and_fetch`).
 */
function hasVerb({ named, features }: Run, action: WordBits, object: WordSet | undefined): boolean {
  const isAsked = ({ verb }: Action) => action.hasNumber(verb.number);
  if (!object) return named.length > 0 && named.every(isAsked);
  const { words } = features.name;
  return named.some((one) => isAsked(one) && wordBeside(words, object, { start: one.at, end: one.at + 1 }));
}

/** Whether all conditions of a `not` clause hold. Only the name's verbs count: a description must not silence a rule. */
function holds(run: Run, clause: CompiledClause): Silence {
  const { features } = run;
  const { action, object } = clause;
  if (action && !hasVerb(run, action, object)) return "never";
  if (clause.name && !wordIn(features.name.words, clause.name)) return "never";
  if (clause.choice && !choiceAmong(features, clause.rule, clause.choice)) return "never";
  if (clause.argument && !argumentNamed(features, clause.argument)) return "never";
  if (!clause.says) return "always";
  // Silencing a rule for Read raises the verdict, and may be asked for anywhere.
  const where = clause.rule.severity === READ ? undefined : run.main;
  const said = phraseIn(run.description, mentioned, clause.rule, clause.says, where);
  if (!said) return "never";
  return clause.rule.severity === READ ? "always" : { until: said.end };
}
