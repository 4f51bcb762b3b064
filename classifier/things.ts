import type { KnownText } from "./known.ts";
import type { Word } from "./text.ts";
import { type Action, isVerbAt } from "./verbs.ts";

/** Words that could be verbs and name a thing: "Runs of a task". */

/**
 * Whether a word that could be a verb names a thing: "Runs of a task", "A run ends", "Order history", "Name, size and owner",
 * "Running jobs".
 */
export function isThing(text: KnownText, { verb, at }: Action): boolean {
  if (!verb.countable && !verb.nounish) return false;
  const { words, known } = text;
  const word = words[at] as Word;
  if (!word.clause && known[at - 1]?.determiner && verb.form !== "gerund") return true;
  if (!verb.countable) return false;
  const next = words[at + 1];
  if (next?.sentence !== word.sentence) return false;
  const about = known[at + 1];
  if (verb.form === "gerund") return !next.clause && about?.determiner !== true;
  if (verb.form === "present") return isMarked(text, at);
  if (text.text[word.end] === ",") return about?.isVerb !== true && about?.determiner !== true;
  return (
    (verb.nounish && about?.attributeNoun === true) || (isMarked(text, at) && about?.objectStop !== true)
  );
}

/** Whether what stands behind a word shows that it names a thing: "Runs of a task", "Files stored by a user". */
function isMarked({ words, known }: KnownText, at: number): boolean {
  const next = words[at + 1];
  if (!next || next.clause || next.sentence !== words[at]?.sentence) return false;
  if (known[at + 1]?.nounMark) return true;
  return (
    next.text.endsWith("ed") &&
    words[at + 2]?.sentence === next.sentence &&
    known[at + 2]?.preposition === true
  );
}

/** Whether a description that opens with a word means a thing by it: "Rows of a table", "Battery, height and speed". */
export function opensWithThing(text: KnownText, at: number): boolean {
  const { words, known } = text;
  const verb = known[at]?.verbs.find((each) => isVerbAt(each, words, at));
  if (verb) return verb.countable ? isThing(text, { verb, at }) : false;
  const next = words[at + 1];
  if (next?.sentence !== words[at]?.sentence) return false;
  const about = known[at + 1];
  return (
    isMarked(text, at) ||
    text.text[(words[at] as Word).end] === "," ||
    (!next?.clause && (about?.joiner === true || about?.preposition === true)) ||
    (about?.determiner === true && words[at]?.text.endsWith("s") === true)
  );
}

/** How many words the noun may have that a description opens with. */
const LONGEST_NOUN = 5;

/** Whether nothing but a noun stands before a word of the first sentence, and none that names what is done: "Deletion of". */
export function isBehindThing(text: KnownText, at: number, actionEndings: readonly string[]): boolean {
  const { words, known } = text;
  if (at > LONGEST_NOUN || words[at]?.clause) return false;
  for (let index = 0; index < at; index++) {
    const verb = known[index]?.verbs.find((each) => isVerbAt(each, words, index));
    if (index > 0 && known[index]?.determiner) return false;
    if (verb && !(index > 0 ? verb.countable : isThing(text, { verb, at: index }))) return false;
  }
  const noun = words[at - 1]?.text ?? "";
  return !actionEndings.some((ending) => noun.endsWith(ending));
}
