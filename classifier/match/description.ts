import {
  HEAD_SENTENCES,
  type Head,
  headWeight,
  isAdvice,
  isRead,
  NO_HEAD,
  opensSentence,
} from "../actions.ts";
import { canFollow } from "../conditions.ts";
import { wordEvidence } from "../evidence.ts";
import type { KnownText } from "../known.ts";
import {
  type AskedOpening,
  hasTrait,
  type KnownVerb,
  type KnownWord,
  type Phrases,
  TRAITS,
} from "../matcher.ts";
import { isQuoted } from "../mentions.ts";
import { negationBefore, nothingBehind } from "../negations.ts";
import type { Word } from "../text.ts";
import { isBehindThing, opensWithThing } from "../things.ts";
import { type Action, isVerbAt, startsWith } from "../verbs.ts";
import { add, moreOf } from "./holds.ts";
import { READ, type Run } from "./run.ts";
import { matchClauses } from "./verb.ts";

const ASKED_OF_TEXT = TRAITS.opens | TRAITS.phrases | TRAITS.verbs;

/** Runs the rules over the words of the description, verb by verb. */
export function matchDescription(run: Run): void {
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
