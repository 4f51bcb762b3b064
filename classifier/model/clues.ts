import type { Features } from "../features.ts";
import type { Match, Place } from "../match.ts";
import type { Branch } from "../types.ts";
import type { RulesSay } from "../weigh.ts";

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
  /** A word among the first ones of a sentence of the description, and two neighbours there. */
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

/** Called for each clue in reading order. */
export type ClueVisitor = (kind: ClueKind, key: string) => void;

/**
 * How much the model reads of a description's first sentence, in words, and of each later one: what a tool does is said
 * first, and what comes later is left to the rules.
 */
export const READ_WORDS = 25;
export const LATER_WORDS = 12;

/** Most arguments that are looked at. */
export const MAX_ARGUMENTS = 40;

/** Clues of the tool's name. */
export function visitName({ name: { words } }: Features, visit: ClueVisitor): void {
  words.forEach((word, at) => {
    const key = singular(word.text);
    visit("name", key);
    if (at === 0) visit("first", key);
    if (at === words.length - 1) visit("last", key);
  });
}

/** Clues of the arguments, and of what their values choose. */
export function visitSchema(features: Features, branches: Branch[], visit: ClueVisitor): void {
  for (const { category } of branches) visit("branch", category);
  for (const { words } of features.arguments.slice(0, MAX_ARGUMENTS)) {
    visit("argument", argumentKey(words));
    const last = words.at(-1);
    if (last) visit("ending", singular(last.text));
  }
}

/** Clues of the description's word at an index. */
export function visitWord({ description: { words } }: Features, at: number, visit: ClueVisitor): void {
  const word = words[at];
  if (!word) return;
  const key = singular(word.text);
  visit("text", key);
  const before = words[at - 1];
  if (before) visit("pair", `${singular(before.text)} ${key}`);
}

/** The clue of a rule that holds. */
export function visitMatch({ rule, place }: Match, late: boolean, visit: ClueVisitor): void {
  visit("rule", ruleKey(rule.id, place, late));
}

/**
 * Key of the clue `rule`.
 *
 * @param late whether it holds because of words behind the first ones of their sentence
 */
export function ruleKey(id: string, place: Place, late: boolean): string {
  return `${id}@${late && place === "main clause" ? "later" : place}`;
}

/** Key of the clue `argument`. */
export function argumentKey(words: readonly { text: string }[]): string {
  return words.map((word) => word.text).join("_");
}

/** Keys of the clue `verdict`: what the rules say of what was read so far. */
export function verdictKeys({ category, risk }: Pick<RulesSay, "category" | "risk">): string[] {
  return [category, risk, `${category} ${risk}`];
}

/** Enough of a singular for words to meet: issues → issue, boxes → boxe. */
export function singular(word: string): string {
  return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}
