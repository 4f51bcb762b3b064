import { Answers } from "../answers.ts";
import { argumentNamed, choiceAmong, phraseIn, wordBeside, wordIn } from "../conditions.ts";
import { argumentEvidence, wordEvidence } from "../evidence.ts";
import type { Argument } from "../features.ts";
import type { WordBits } from "../lexicon.ts";
import type { Place } from "../match.ts";
import type { CompiledClause, CompiledRule, Phrase, WordSet } from "../matcher.ts";
import { Mentioned } from "../mentioned.ts";
import type { FoundObject } from "../objects.ts";
import type { Word } from "../text.ts";
import type { Evidence } from "../types.ts";
import type { Action } from "../verbs.ts";
import { READ, type Run } from "./run.ts";

/** What the description of the run that is going on mentions. */
const mentioned = new Mentioned();
/** By a rule's index: what came of its `not` in this run. It is the same wherever the rule matches. */
const silences = new Answers<Silence>();
/** By a clause's index: the phrase that was found beside another condition. It is the same at every verb. */
const sayings = new Answers<Evidence | undefined>();

/** Forgets what was found for another definition. */
export function beginHolding(words: Word[]): void {
  mentioned.begin(words);
  silences.begin();
  sayings.begin();
}

/**
 * Looks at what a clause asks besides its first condition, and at whether its rule stays silent: nearly all are passed over
 * here, before anything is made of them.
 *
 * @returns the evidence of the other conditions; nothing where one of them fails
 */
export function moreOf(run: Run, clause: CompiledClause): readonly Evidence[] | undefined {
  if (silenceOf(run, clause.rule) === "always") return undefined;
  return clause.hasMore ? otherConditions(run, clause) : NO_EVIDENCE;
}

const NO_EVIDENCE: readonly Evidence[] = [];

/** Takes note of a rule that holds. */
export function add(
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
