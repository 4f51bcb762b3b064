import { textWords, type Word } from "../text.ts";
import { characterTest, compileCharacters } from "./characters.ts";
import { compileDataAddresses, compileEncoded } from "./encoded.ts";
import type { FindingClause, FindingKind } from "./kind-schema.ts";
import { compileAddresses, compileLiterals, compileMarkup, findBlank, findLookalikes } from "./patterns.ts";
import { anchorWords, compilePhrase, reachOf } from "./phrase.ts";
import { compilePhrases } from "./phrases.ts";
import { compileScan, SEEN, type Watch } from "./scan.ts";
import { compileWordScan } from "./scan-words.ts";
import type { Hit } from "./types.ts";

/** Looks at one string. The tool's own name, and icons, are judged by rules of their own. */
export type Inspect = (
  text: string,
  isName: boolean,
  isIcon: boolean,
  /** What `textWords` makes of the text, where that is known. */
  read?: readonly Word[],
) => readonly Hit[];

const NOTHING: readonly Hit[] = [];

/** Makes of the kinds of findings one function that most texts leave after the first pass. */
export function compileInspection(kinds: readonly FindingKind[]): Inspect {
  const clauses = kinds.flatMap((kind) => kind.match);
  const having = (key: keyof FindingClause) => clauses.filter((clause) => clause[key] !== undefined);
  const phrases = having("says").flatMap((clause) =>
    (clause.says ?? []).map((phrase) => compilePhrase(phrase, clause)),
  );

  const words = new Map<string, Watch>();
  const watch = (word: string, flag: number, { before, behind } = { before: 0, behind: 0 }) => {
    const known = words.get(word) ?? { flags: 0, before: 0, behind: 0 };
    words.set(word, {
      flags: known.flags | flag,
      before: Math.max(known.before, before),
      behind: Math.max(known.behind, behind),
    });
  };
  for (const phrase of phrases) {
    for (const word of anchorWords(phrase)) watch(watchWord(word), SEEN.phrase, reachOf(phrase));
  }
  for (const literal of having("contains").flatMap((clause) => clause.contains ?? [])) {
    // Texts with a "<" are rare enough to be searched for all of them.
    if (!literal.startsWith("<"))
      watch(longest(textWords(literal).flatMap((word) => word.text.split("_"))), SEEN.literal);
  }
  for (const word of ["http", "https"]) watch(word, SEEN.address);
  watch("data", SEEN.data);

  const characters = kinds
    .map((kind) => kind.match.filter((clause) => clause.characters))
    .filter((list) => list.length > 0)
    .map(compileCharacters);
  const hiding = characterTest(having("characters").flatMap((clause) => clause.characters ?? []));
  const scan = compileScan(words, hiding);
  const scanWords = compileWordScan(words, phrases, watchWord, hiding);
  const findPhrases = compilePhrases(phrases);
  const findTags = compileLiterals(having("contains"), true);
  const findLiterals = compileLiterals(having("contains"), false);
  const findMarkup = compileMarkup(having("markup"));
  const findAddresses = compileAddresses(clauses.filter((clause) => clause.hosts ?? clause.address));
  const findData = compileDataAddresses(
    having("dataAddress").sort((a, b) => (b.dataAddress ?? 0) - (a.dataAddress ?? 0)),
  );
  const saysSomething = (text: string) => {
    const { seen, positions } = scan(text);
    return (seen & SEEN.phrase) !== 0 && findPhrases(text, positions).length > 0;
  };
  const encodedClauses = clauses.filter((clause) => clause.encodedPhrase ?? clause.hex ?? clause.base64);
  const findEncoded = compileEncoded(encodedClauses, saysSomething);
  const blank = clauses.find((clause) => clause.markup === "blank");
  const long = having("longer").sort((a, b) => (b.longer ?? 0) - (a.longer ?? 0));
  const shortestLong = long.at(-1)?.longer ?? Number.POSITIVE_INFINITY;
  const nameTwin = clauses.find((clause) => clause.lookalike === "name");
  const textTwin = clauses.find((clause) => clause.lookalike === "text");

  return (text, isName, isIcon, read) => {
    const { seen, positions } = (read && scanWords(text, read)) ?? scan(text);
    const marked = text.length > 8 && (text.includes("<") || text.includes("[//]"));
    if (seen === 0 && !marked && text.length <= shortestLong) return NOTHING;
    const hits: Hit[] = [];
    const add = (found: readonly Hit[]) => {
      for (const hit of found) hits.push(hit);
    };
    if (seen & SEEN.phrase) {
      for (const { owner, start, end } of findPhrases(text, positions))
        hits.push({ clause: owner, start, end });
    }
    if (seen & SEEN.literal) add(findLiterals(text));
    if (marked) add(findTags(text));
    if (seen & SEEN.address) add(findAddresses(text));
    if (seen & SEEN.characters) for (const find of characters) add(find(text));
    if (seen & SEEN.blank && blank) add(findBlank(text, blank));
    if (seen & SEEN.data && !isIcon) add(findData(text));
    if (seen & SEEN.longWord && !isIcon) add(findEncoded(text));
    if (marked) add(findMarkup(text));
    const twin = isName ? nameTwin : textTwin;
    if (seen & SEEN.lookalike && twin) add(findLookalikes(text, twin, isTwin));
    if (text.length > shortestLong) {
      const clause = long.find((one) => text.length > (one.longer ?? 0));
      if (clause) hits.push({ clause, start: 0, end: text.length });
    }
    return hits;
  };
}

/** The first pass takes every underscore for a separator. */
const watchWord = (word: string): string => longest(word.split("_"));

const longest = (words: string[]): string => words.reduce((a, b) => (b.length > a.length ? b : a), "");

/** A letter that reads as a Latin one and is of another script (Unicode UTS #39). */
function isTwin(letter: string): boolean {
  const folded = textWords(letter)[0]?.text ?? "";
  return /^[a-z]$/.test(folded) && !/\p{Script=Latin}/u.test(letter);
}
