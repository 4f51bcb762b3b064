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
  const cutter = new Cutter(text, identifier);
  const codes = spell(text);
  for (let at = 0; at < text.length; ) {
    const code = codes[at] as number;
    if (code >= 128) at = cutter.readOther(at);
    else at = cutter.readPlainWord(codes, at, code) || cutter.readAscii(at, code);
  }
  cutter.endWord();
  return cutter.found;
}

/** Cuts a text into words, character by character. */
class Cutter {
  readonly found: Word[] = [];
  private readonly text: string;
  private readonly isName: boolean;
  private readonly ascii: Uint8Array;
  private sentence = 0;
  private clause = true;
  /** The word that is being read: where it begins, -1 between words; where it ends so far; and its letters, folded. */
  private start = -1;
  private end = 0;
  private folded = "";
  private previous: CharacterClass = kinds.space;

  constructor(text: string, isName: boolean) {
    this.text = text;
    this.isName = isName;
    this.ascii = isName ? IN_NAME : IN_TEXT;
  }

  /**
   * Reads a whole word of ASCII letters and digits at once, as nearly all are.
   *
   * @returns where it ends; 0 where none begins
   */
  readPlainWord(codes: Uint8Array, at: number, code: number): number {
    const kind = this.ascii[code] as CharacterClass;
    if (this.start >= 0 || kind < kinds.word || kind > kinds.digit) return 0;
    const stop = plainWordEnd(codes, at, this.isName);
    if (stop === 0) return 0;
    this.found.push(plainWord(this.text, at, stop, this.sentence, this.clause));
    this.clause = false;
    return stop;
  }

  /** @returns where the next character stands */
  readAscii(at: number, code: number): number {
    const kind = this.ascii[code] as CharacterClass;
    if (kind === kinds.word || kind === kinds.digit) {
      this.addLetters(this.text[at] as string, at, 1);
    } else if (kind === kinds.upper) {
      if (this.isName && this.start >= 0 && beginsWord(this.text, at, this.previous)) this.endWord();
      this.addLetters(String.fromCharCode(code + 32), at, 1);
    } else if (kind !== kinds.join || this.start < 0) {
      this.endWord();
      this.readSign(at, code, kind);
    }
    this.previous = kind;
    return at + 1;
  }

  private readSign(at: number, code: number, kind: CharacterClass): void {
    const { text, isName } = this;
    const isDash = code === DASH && !isName && isBetweenSpaces(text, at);
    const isEnd = kind === kinds.sentence && endsSentence(text, at, isName);
    const isAside = code === BRACKET && !isName && beginsWithCapital(text, at + 1);
    const last = this.found.at(-1);
    if ((isDash || isEnd || isAside) && last) this.sentence = last.sentence + 1;
    if (isDash || isEnd || kind === kinds.clause) this.clause = true;
  }

  /** @returns where the next character stands */
  readOther(at: number): number {
    const { text } = this;
    const point = text.codePointAt(at) as number;
    const width = point > 0xffff ? 2 : 1;
    const entry = fold(point);
    if (entry.kind === "hidden") return at + width;
    this.previous = kinds.word;
    if (entry.kind === "letter") {
      this.addLetters(entry.text, at, width);
      return at + width;
    }
    this.endWord();
    if (entry.kind === "ideograph") {
      this.addIdeograph(point, at, width);
    } else if (entry.kind === "sentence" || (entry.kind === "dash" && isBetweenSpaces(text, at))) {
      this.sentence++;
      this.clause = true;
    } else if (entry.kind === "clause" || entry.kind === "dash") {
      this.clause = true;
    }
    return at + width;
  }

  /** Languages without spaces: every pair of neighbours is a word, which is what dictionaries of two-character verbs need. */
  private addIdeograph(point: number, at: number, width: number): void {
    const after = nextShown(this.text, at + width);
    const next = this.text.codePointAt(after);
    const paired = next !== undefined && next > 127 && fold(next).kind === "ideograph";
    const stop = paired ? after + (next > 0xffff ? 2 : 1) : at + width;
    if (paired || this.found.at(-1)?.end !== stop) {
      this.add(String.fromCodePoint(point) + (paired ? String.fromCodePoint(next) : ""), at, stop);
    }
    this.clause = false;
  }

  private addLetters(letters: string, at: number, width: number): void {
    if (this.start < 0) this.start = at;
    this.folded += letters;
    this.end = at + width;
  }

  /** Ends the word that is being read, if there is one. */
  endWord(): void {
    if (this.start < 0) return;
    this.add(this.folded, this.start, this.end);
    this.clause = false;
    this.folded = "";
    this.start = -1;
  }

  private add(text: string, start: number, end: number): void {
    const { sentence, clause } = this;
    this.found.push({ text, number: numberOf(text), start, end, sentence, clause });
  }
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
