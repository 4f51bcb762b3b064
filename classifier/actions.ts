import type { KnownText } from "./known.ts";
import { explainsArgument, isQuoted } from "./mentions.ts";
import type { Word } from "./text.ts";
import { isThing } from "./things.ts";
import { type Action, isVerbAt } from "./verbs.ts";

/** Finding the verbs of a definition: which words say what the tool does, and which are only mentioned. */

/** The verbs of a name: `create_user` → create; `r2_bucket_delete` → delete; `order_cancel` → cancel, not order. */
export function nameActions({ words, known }: KnownText): Action[] {
  const all: Action[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = known[at];
    if (!word) continue;
    let longest = 1;
    for (const verb of word.verbs) {
      if (verb.form !== "base" || !isVerbAt(verb, words, at)) continue;
      all.push({ verb, at });
      longest = Math.max(longest, verb.length);
    }
    at += longest - 1;
  }
  const [only] = all;
  if (only === undefined) return all;
  if (all.length === 1)
    return only.at === 0 || !only.verb.nounish || only.at + only.verb.length === words.length ? all : [];
  const isSure = ({ verb }: Action) => !verb.nounish;
  const firstSure = all.filter((action) => action.at === 0 && isSure(action));
  if (firstSure.length > 0) {
    if (firstSure.length === all.length) return all;
    // "get_or_create": joined to the first; "confirm_delete": carried by it.
    const carries = firstSure.every(({ verb }) => verb.auxiliary);
    return all.filter(
      (action) => action.at === 0 || (isSure(action) && (carries || known[action.at - 1]?.joiner === true)),
    );
  }
  const sure = all.filter(isSure);
  if (sure.length > 0) return sure;
  const first = all.filter(({ at }) => at === 0);
  if (first.length > 0) return first;
  return all.filter(({ verb, at }) => at + verb.length === words.length);
}

/** Where reading a description has got to: the sentence with the last verb that counted. */
export interface Head {
  /** Sentence and index of that verb; -1 before there is one. */
  sentence: number;
  last: number;
  /** Weight of the verb that leads that sentence. */
  weight: number;
  /** Index of the last verb that is what somebody else does, or only would be done; -1 before there is one. */
  governed: number;
  /** The first verb came so late that much was put before it: what is read from there on can show a danger, and no more. */
  late: boolean;
}

export const NO_HEAD: Readonly<Head> = { sentence: -1, last: -1, weight: 0, governed: -1, late: false };

/** How far into a description its main verb may come, in sentences, in any form: "ALWAYS call this first. Delete …". */
export const HEAD_SENTENCES = 2;
/** How close behind a main verb another one counts when only a comma or bracket joins them, in words. */
const JOINED_REACH = 3;
/** From here on, scripts are written without spaces, and so without joining words. */
const FIRST_IDEOGRAPH = 0x2e80;
const MAIN = 0.9;
const GERUND = 0.6;
/** A later sentence that says what the tool does too: "Reads a page. Then deletes it." */
const FURTHER = 0.9;
const JOINED = 0.78;
/** A later sentence in the base form: what the tool does, or advice; in a list of points more often advice. */
const TITLE = 0.9;
const LISTED = 0.5;
/** How far behind a verb the name of another tool makes it advice, in words. */
const ADVICE_REACH = 12;

/** How much a verb of the description tells, 0 to 1: its main verb most, those joined to it less, others nothing. */
export function headWeight(text: KnownText, { verb, at }: Action, head: Head): number {
  const { words, known } = text;
  const { form } = verb;
  const word = words[at];
  if (!word || form === "past" || isThing(text, { verb, at })) return 0;
  const listed = form === "base" && word.clause && known[at - 1]?.listOpener === true;
  if (listed) return MAIN * JOINED;
  const isIdeograph = word.text.charCodeAt(0) > FIRST_IDEOGRAPH;
  if (followsCondition(text, { verb, at })) return FURTHER;
  if (word.sentence > 0 && form !== "gerund" && explainsArgument(text, at)) return verb.nounish ? 0 : LISTED;
  if (head.last < 0) {
    if (isIdeograph && word.sentence === 0) return MAIN * JOINED;
    if (!opensSentence(text, at)) return 0;
    if (isAdvice(text, { verb, at }, head)) return 0;
    if (word.sentence > HEAD_SENTENCES)
      return form === "present" || isTitle(text, { verb, at }) ? FURTHER : 0;
    if (form === "gerund") return known[at + 1]?.copula ? 0 : GERUND;
    return MAIN;
  }
  if (form === "gerund") return 0;
  if (word.sentence !== head.sentence) {
    if (!opensSentence(text, at)) return 0;
    if (form === "present" && !verb.nounish) return FURTHER;
    if (!isTitle(text, { verb, at })) return 0;
    return isListed(text, at) ? LISTED : TITLE;
  }
  if (form === "base" && isQuoted(text, at)) return 0;
  if (form === "base" && head.governed > head.last && words[head.governed]?.sentence === word.sentence)
    return 0;
  const joined =
    isIdeograph || known[at - 1]?.joiner === true || (word.clause && at - head.last <= JOINED_REACH);
  return joined ? head.weight * JOINED : 0;
}

/**
 * Whether a verb begins what could be a description by itself: "Deletes nothing. Delete a user". Much of what is said like
 * that is advice to the caller, but a sentence put in front must not make the rest of a description look like it.
 */
function isTitle({ text, words, known }: KnownText, { verb, at }: Action): boolean {
  if (verb.form !== "base" && verb.form !== "present") return false;
  const { sentence } = words[at] as Word;
  const next = words[at + verb.length];
  if (verb.nounish && !known[at + verb.length]?.determiner) return false;
  if (words[at - 1]?.sentence === sentence) return false;
  const initial = text.charCodeAt((words[at] as Word).start);
  if (initial >= 97 && initial <= 122) return false;
  if (initial < 128 && (next?.sentence !== sentence || next.clause)) return false;
  return !namesTool(words, at);
}

/** Whether a sentence that comes before any that says what the tool does tells to use another one: "Send it with send_report". */
export function isAdvice(text: KnownText, { verb, at }: Action, head: Head): boolean {
  const { words } = text;
  if (head.last >= 0 || verb.form !== "base" || (words[at] as Word).sentence === 0) return false;
  return opensSentence(text, at) && namesTool(words, at);
}

/** Whether a sentence names another tool, and so is advice: "Delete old ones with delete_report". */
function namesTool(words: Word[], at: number): boolean {
  const sentence = words[at]?.sentence;
  for (let index = at + 1; index < at + ADVICE_REACH && words[index]?.sentence === sentence; index++) {
    if (words[index]?.text.includes("_")) return true;
  }
  return false;
}

/** Whether a point of a list begins with this word: "- Delete …", "2. Delete …". */
function isListed({ text, words }: KnownText, at: number): boolean {
  let from = (words[at] as Word).start - 1;
  while (text[from] === " " || text[from] === "*") from--;
  if (text[from] === "-" || text[from] === "•" || text[from] === "–") {
    from--;
    while (text[from] === " ") from--;
    return from < 0 || text[from] === "\n";
  }
  const before = words[at - 1];
  return before !== undefined && from === before.end && text[from] === "." && /^\d+$/.test(before.text);
}

/** Whether a word opens a description and, as the name only reads, is what is read: `get_rates`, "Supply and borrow rates". */
export function isRead({ text, words, known }: KnownText, { verb, at }: Action, head: Head): boolean {
  const word = words[at] as Word;
  if (!verb.countable || head.last >= 0 || word.sentence > 0 || words[at + 1]?.sentence !== 0) return false;
  const next = known[at + 1];
  if (next?.joiner) return verb.form === "base" || known[at + 2]?.isVerb !== true;
  return (
    text[word.end] === "," ||
    (next !== undefined && (next.preposition || next.resultNoun || next.attributeNoun || next.objectStop))
  );
}

/** Nothing but openers stands before the word in its sentence. */
export function opensSentence({ words, known }: KnownText, at: number): boolean {
  const sentence = words[at]?.sentence;
  for (let index = at - 1; index >= 0; index--) {
    const word = words[index] as Word;
    if (word.sentence !== sentence) return true;
    if (known[index]?.opener !== true) return false;
  }
  return true;
}

/**
 * Whether a verb says what the tool does under a condition: "If `purge` is true, deletes every entry". Only the third person:
 * "If it fails, delete the entry" is advice.
 */
function followsCondition({ words, known }: KnownText, { verb, at }: Action): boolean {
  if (verb.form !== "present" || verb.nounish) return false;
  let first = at;
  while (first > 0 && !(words[first] as Word).clause && known[first - 1]?.opener === true) first--;
  if (first === 0 || !(words[first] as Word).clause) return false;
  const { sentence } = words[at] as Word;
  if (words[first - 1]?.sentence !== sentence) return false;
  while (first > 0 && words[first - 1]?.sentence === sentence) first--;
  return known[first]?.condition === true;
}

/**
 * The sentence that says what the tool does: the first that opens with a verb, else the very first. What would lower
 * a verdict is believed only there: "Read-only." in front is as cheap as behind.
 */
export function mainSentence(text: KnownText): number {
  const { words, known } = text;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    if (word.sentence > HEAD_SENTENCES) break;
    const verbs = known[at]?.verbs;
    if (verbs && verbs.length > 0 && opensSentence(text, at)) return word.sentence;
  }
  return 0;
}
