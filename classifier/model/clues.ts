import type { Features } from "../features.ts";
import type { Match } from "../match.ts";
import type { Branch } from "../types.ts";
import type { RulesSay } from "../verdict.ts";

/** What the trained model looks at in a definition. Each clue is a kind and a key; the weights are filed by both. */
export const CLUE_KINDS = [
  /** A rule that holds, and where: `delete-data@name`. */
  "rule",
  /** What the rules alone make of what was read so far: a category, a risk, and both. */
  "verdict",
  /** Categories of the values of an action argument. */
  "branch",
  /** A word of the tool's name; its first; its last. */
  "name",
  "first",
  "last",
  /** A word among the first ones of the description, and two neighbours there. */
  "text",
  "pair",
  /** An argument's name, and its last word. */
  "argument",
  "ending",
] as const;
export type ClueKind = (typeof CLUE_KINDS)[number];

/** Where a clue stands: a pointer into the definition, and the characters there. */
export interface ClueSpot {
  pointer: string;
  text: string;
  start: number;
  end: number;
}

/** Called for each clue in reading order; one that stands nowhere (`verdict`, `branch`) has no spot. */
export type ClueVisitor = (kind: ClueKind, key: string, spot?: ClueSpot) => void;

/**
 * How much of a description the model reads, in words. What a tool does is said first; what comes later is left to the
 * rules, and filling a description up cannot drown anything.
 */
export const READ_WORDS = 25;

/** Most arguments that are looked at. */
const MAX_ARGUMENTS = 40;

/** Clues of the tool's name. */
export function visitName({ name: { words, text, pointer } }: Features, visit: ClueVisitor): void {
  words.forEach((word, at) => {
    const spot = { pointer, text, start: word.start, end: word.end };
    const key = singular(word.text);
    visit("name", key, spot);
    if (at === 0) visit("first", key, spot);
    if (at === words.length - 1) visit("last", key, spot);
  });
}

/** Clues of the arguments, and of what their values choose. */
export function visitSchema(features: Features, branches: Branch[], visit: ClueVisitor): void {
  for (const { category } of branches) visit("branch", category);
  for (const { words, shown, pointer } of features.arguments.slice(0, MAX_ARGUMENTS)) {
    const spot = { pointer, text: shown, start: 0, end: shown.length };
    visit("argument", words.map((word) => word.text).join("_"), spot);
    const last = words.at(-1);
    if (last) visit("ending", singular(last.text), spot);
  }
}

/** Clues of the description's word at an index, below READ_WORDS. */
export function visitWord({ description }: Features, at: number, visit: ClueVisitor): void {
  const { words, text, pointer } = description;
  const word = words[at];
  if (!word) return;
  const key = singular(word.text);
  visit("text", key, { pointer, text, start: word.start, end: word.end });
  const before = words[at - 1];
  if (before)
    visit("pair", `${singular(before.text)} ${key}`, { pointer, text, start: before.start, end: word.end });
}

/**
 * The clue of a rule that holds.
 *
 * @param late whether it holds because of words behind the first ones
 */
export function visitMatch({ rule, place }: Match, late: boolean, visit: ClueVisitor): void {
  visit("rule", `${rule.id}@${late && place === "main clause" ? "later" : place}`);
}

/** Keys of the clue `verdict`: what the rules say of what was read so far. */
export function verdictKeys({ category, risk }: RulesSay): string[] {
  return [category, risk, `${category} ${risk}`];
}

/** Enough of a singular for words to meet: issues → issue, boxes → boxe. */
function singular(word: string): string {
  return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}
