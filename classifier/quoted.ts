import type { Match } from "./match.ts";
import type { Evidence } from "./types.ts";

/** How many parts of a definition are quoted. */
const MOST_PLACES = 3;

/**
 * "the name says “delete” and the description says “Deletes”": the first piece of evidence of each place.
 *
 * @param lists evidence, what weighs most first
 * @param against evidence that speaks against what is to be shown: its words are left out, unless there are no others
 */
export function quotePlaces(lists: readonly Evidence[][], against: readonly Evidence[] = []): string {
  const fitting = lists.map((list) => list.filter((piece) => !against.some((other) => isSame(piece, other))));
  const shown = fitting.some((list) => list.length > 0) ? fitting : lists;
  const places: string[] = [];
  const quotes: string[] = [];
  for (const piece of shown.flat()) {
    const place = placeOf(piece);
    if (quotes.length === MOST_PLACES || places.includes(place)) continue;
    places.push(place);
    quotes.push(`${place} “${piece.excerpt}”`);
  }
  const last = quotes.pop() ?? "the definition shows it";
  return quotes.length === 0 ? last : `${quotes.join(", ")} and ${last}`;
}

/** Words that only look something up: “get” in `get_session`, whose option `delete` decides. */
export function readingWords(matches: readonly Match[]): Evidence[] {
  return matches.flatMap(({ rule, evidence }) => (rule.category === "Read" ? evidence : []));
}

const isSame = (one: Evidence, other: Evidence): boolean =>
  one.pointer === other.pointer && one.start === other.start && one.end === other.end;

function placeOf({ pointer }: Evidence): string {
  if (pointer === "/name") return "the name says";
  if (pointer === "/title" || pointer === "/annotations/title") return "the title says";
  if (pointer === "/description") return "the description says";
  return OFFERED.test(pointer) ? "an argument can be" : "the schema says";
}

/** A value that an argument offers. */
const OFFERED = /\/enum\/\d+$/;
