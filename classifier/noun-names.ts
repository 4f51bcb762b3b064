import type { KnownText } from "./known.ts";
import type { Match } from "./match.ts";
import { CATEGORIES } from "./types.ts";
import type { Action } from "./verbs.ts";

/** Names that are a noun with a verb in it: `close_reasons`. */

const READ = CATEGORIES.indexOf("Read");

/** Whether what looks like a verb in a name can be a part of a noun: `close_reasons`, or of a question: `can_cancel`. */
export function isNoun({ known }: KnownText, named: readonly Action[]): boolean {
  if (named.length === 0) return false;
  if (known[0]?.asker) return named.every(({ at }) => at > 0);
  const last = known.length - 1;
  const isOfThings = known[last]?.attributeNoun || known[last]?.resultNoun;
  return isOfThings === true && named.every(({ verb, at }) => at < last && (verb.nounish || verb.modifier));
}

/** Whether the description begins with a verb of the name, in the third person: `record_result`, "Records that a case passed". */
export function repeatsName(description: KnownText, named: readonly Action[]): boolean {
  const first = description.known[0]?.verbs ?? [];
  return first.some(({ base, form }) => form === "present" && named.some(({ verb }) => verb.base === base));
}

/** From this strength on a rule's verb shows what a tool does. */
const SURE = 1.5;

/**
 * Leaves out what such a name says where the description's first sentence reads or names a thing: `close_reasons`, "Reasons a
 * ticket can be closed with". One word for something worse anywhere in the description, and the name counts. Where there is no
 * description the name does not count either, so that text cannot make it milder.
 *
 * @param matches of name and description
 * @param before how many matches there were before the description was read
 * @param asks whether the name is a question, which no description has to confirm
 */
export function withoutName(
  matches: Match[],
  description: KnownText,
  before: number,
  asks: boolean,
): Match[] {
  const end = description.words.find(({ sentence }) => sentence > 0)?.start ?? Number.POSITIVE_INFINITY;
  let reads = asks || description.words.length === 0;
  for (let at = before; at < matches.length; at++) {
    const { rule, place, evidence } = matches[at] as Match;
    if (rule.severity > READ) return matches;
    const shows = rule.severity === READ && (place === "text" || rule.strength >= SURE);
    reads ||= shows && (evidence[0]?.start ?? end) < end;
  }
  if (!reads) return matches;
  return matches.filter(
    ({ rule, place }) => rule.severity <= READ || (place !== "name" && place !== "title"),
  );
}
