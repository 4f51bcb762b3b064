import { type CharacterClass, IN_NAME, IN_TEXT, kinds } from "./ascii.ts";
import { numberOf } from "./lexicon.ts";
import { plainWordEnd, spell } from "./packed-letters.ts";
import { plainWord } from "./plain-words.ts";

/**
 * Words with their places. All matching happens on these, so that a verdict can always point at characters.
 * One pass over the text, no regular expression over a stranger's string.
 */

export interface Word {
  /** Folded: lower case, compatibility forms and accents removed, apostrophes and hidden characters dropped. */
  text: string;
  /** Its number in the lexicon (`numberOf`). */
  number: number;
  /** Range in the original string, UTF-16 code units, end exclusive. */
  start: number;
  end: number;
  /** Which sentence it is in, from 0. */
  sentence: number;
  /** Something stronger than a space stands before it in its sentence: comma, colon, dash, slash, bracket. */
  clause: boolean;
}

/** Splits a tool or property name: `bulkDelete_users.v2` → bulk, delete, users, v2. */
export function nameWords(name: string): Word[] {
  return words(name, true);
}

/** Splits running text into words, knowing sentences and clauses. */
export function textWords(text: string): Word[] {
  return words(text, false);
}

function words(text: string, identifier: boolean): Word[] {
  const ascii = identifier ? IN_NAME : IN_TEXT;
  const { length } = text;
  const codes = spell(text);
  const found: Word[] = [];
  let sentence = 0;
  let clause = true;
  let start = -1;
  let end = 0;
  let folded = "";
  let previous: CharacterClass = kinds.space;
  for (let at = 0; at < length; ) {
    const code = codes[at] as number;
    if (code < 128) {
      const kind = ascii[code] as CharacterClass;
      if (start < 0 && kind >= kinds.word && kind <= kinds.digit) {
        const stop = plainWordEnd(codes, at, identifier);
        if (stop > 0) {
          found.push(plainWord(text, at, stop, sentence, clause));
          clause = false;
          at = stop;
          continue;
        }
      }
      if (kind === kinds.word || kind === kinds.digit) {
        if (start < 0) start = at;
        folded += text[at];
        end = at + 1;
      } else if (kind === kinds.upper) {
        if (identifier && start >= 0 && beginsWord(text, at, previous)) {
          found.push({ text: folded, number: numberOf(folded), start, end, sentence, clause });
          clause = false;
          folded = "";
          start = -1;
        }
        if (start < 0) start = at;
        folded += String.fromCharCode(code + 32);
        end = at + 1;
      } else if (kind !== kinds.join || start < 0) {
        if (start >= 0) {
          found.push({ text: folded, number: numberOf(folded), start, end, sentence, clause });
          clause = false;
          folded = "";
          start = -1;
        }
        if (kind === kinds.sentence && endsSentence(text, at, identifier)) {
          if (found.length > 0) sentence = (found[found.length - 1] as Word).sentence + 1;
          clause = true;
        } else if (kind === kinds.clause) {
          if (!identifier && found.length > 0 && code === BRACKET && beginsWithCapital(text, at + 1)) {
            sentence = (found[found.length - 1] as Word).sentence + 1;
          }
          clause = true;
        } else if (code === DASH && !identifier && isBetweenSpaces(text, at)) {
          if (found.length > 0) sentence = (found[found.length - 1] as Word).sentence + 1;
          clause = true;
        }
      }
      previous = kind;
      at++;
      continue;
    }
    const point = text.codePointAt(at) as number;
    const width = point > 0xffff ? 2 : 1;
    const entry = fold(point);
    if (entry.kind === "hidden") {
      at += width;
      continue;
    }
    if (entry.kind === "letter") {
      if (start < 0) start = at;
      folded += entry.text;
      end = at + width;
    } else {
      if (start >= 0) {
        found.push({ text: folded, number: numberOf(folded), start, end, sentence, clause });
        clause = false;
        folded = "";
        start = -1;
      }
      if (entry.kind === "ideograph") {
        // Languages without spaces: every pair of neighbours is a word, which is what dictionaries of two-character verbs need.
        const after = nextShown(text, at + width);
        const next = text.codePointAt(after);
        const paired = next !== undefined && next > 127 && fold(next).kind === "ideograph";
        const stop = paired ? after + (next > 0xffff ? 2 : 1) : at + width;
        if (paired || found.at(-1)?.end !== stop) {
          const pair = String.fromCodePoint(point) + (paired ? String.fromCodePoint(next) : "");
          found.push({ text: pair, number: numberOf(pair), start: at, end: stop, sentence, clause });
        }
        clause = false;
      } else if (entry.kind === "sentence" || (entry.kind === "dash" && isBetweenSpaces(text, at))) {
        sentence++;
        clause = true;
      } else if (entry.kind === "clause" || entry.kind === "dash") {
        clause = true;
      }
    }
    previous = kinds.word;
    at += width;
  }
  if (start >= 0) found.push({ text: folded, number: numberOf(folded), start, end, sentence, clause });
  return found;
}

/** Where the next character stands that is not hidden. */
function nextShown(text: string, from: number): number {
  let at = from;
  for (let point = text.codePointAt(at); point !== undefined; point = text.codePointAt(at)) {
    if (point < 128 || fold(point).kind !== "hidden") break;
    at += point > 0xffff ? 2 : 1;
  }
  return at;
}

/** A capital starts a word after a small letter or digit (`getUser`), and before a small one in a run (`HTTPServer`). */
function beginsWord(text: string, at: number, previous: CharacterClass): boolean {
  if (previous === kinds.word || previous === kinds.digit) return true;
  const next = text.charCodeAt(at + 1);
  // What is not to be seen, or only looks like a small letter, must not make other words of a name.
  if (next >= 128)
    return /^\p{Ll}/u.test(String.fromCodePoint(text.codePointAt(nextShown(text, at + 1)) ?? 0));
  return next >= 97 && next <= 122;
}

const [SPACE, BRACKET, DASH] = [32, 40, 45];

/** A dash between spaces begins another thought; in "e-mail" and "1-2" it does not. */
const isBetweenSpaces = (text: string, at: number): boolean =>
  text.charCodeAt(at - 1) === SPACE && text.charCodeAt(at + 1) === SPACE;

/** Whether a capital and then a small letter stand here: "(Deletes …" is a sentence in brackets, "(API key)" is none. */
export function beginsWithCapital(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(nextShown(text, at + 1));
  return first >= 65 && first <= 90 && second >= 97 && second <= 122;
}

/** A full stop between characters ("v1.2", "e.g.x", `config.set`) ends no sentence; a line end does only when blank or a list follows. */
function endsSentence(text: string, at: number, identifier: boolean): boolean {
  if (identifier) return false;
  const next = text.charCodeAt(at + 1);
  if (text[at] === "\n") return true;
  return Number.isNaN(next) || next <= 32 || next > 127 || next === 34 || next === 41;
}

interface Folded {
  kind: "letter" | "ideograph" | "hidden" | "sentence" | "dash" | "clause" | "space";
  text: string;
}

const folds = new Map<number, Folded>();

/** What a character outside ASCII counts as; remembered, since a text has few different ones. */
function fold(point: number): Folded {
  const known = folds.get(point);
  if (known) return known;
  const entry = computeFold(String.fromCodePoint(point));
  if (folds.size < 20_000) folds.set(point, entry);
  return entry;
}

/** Letters of other scripts that look like Latin ones (Unicode UTS #39, confusables): "dеlete" with a Cyrillic е deletes too. */
const TWINS = new Map(
  Object.entries({
    а: "a",
    е: "e",
    о: "o",
    р: "p",
    с: "c",
    у: "y",
    х: "x",
    і: "i",
    ѕ: "s",
    ј: "j",
    ԁ: "d",
    ӏ: "l",
    һ: "h",
    ԛ: "q",
    ԝ: "w",
    α: "a",
    ο: "o",
    ν: "v",
    ι: "i",
    κ: "k",
    ρ: "p",
    τ: "t",
    υ: "u",
    ɡ: "g",
    ı: "i",
  }),
);

function computeFold(character: string): Folded {
  if (/[\p{Cf}\p{Mn}\p{Default_Ignorable_Code_Point}\u{E0000}-\u{E007F}]/u.test(character))
    return { kind: "hidden", text: "" };
  if (
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u.test(character)
  ) {
    return { kind: "ideograph", text: character };
  }
  const twin = TWINS.get(character.toLowerCase());
  if (twin) return { kind: "letter", text: twin };
  const plain = character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  if (/^[\p{L}\p{N}]+$/u.test(plain)) return { kind: "letter", text: plain };
  if (character === "’") return { kind: "hidden", text: "" };
  if (/[。！？…]/u.test(character)) return { kind: "sentence", text: "" };
  if (/[–—]/u.test(character)) return { kind: "dash", text: "" };
  if (/\p{P}/u.test(character)) return { kind: "clause", text: "" };
  return { kind: "space", text: "" };
}
