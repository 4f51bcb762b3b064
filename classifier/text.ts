/**
 * Words with their places. All matching happens on these, so that a verdict can always point at characters.
 * One pass over the text, no regular expression over a stranger's string.
 */

export interface Word {
  /** Folded: lower case, compatibility forms and accents removed, apostrophes and hidden characters dropped. */
  text: string;
  /** Range in the original string, UTF-16 code units, end exclusive. */
  start: number;
  end: number;
  /** Which sentence it is in, from 0. */
  sentence: number;
  /** Something stronger than a space stands before it in its sentence: comma, colon, dash, slash, bracket. */
  clause: boolean;
}

const kinds = { word: 1, upper: 2, digit: 3, join: 4, clause: 5, sentence: 6, space: 0 } as const;
type CharacterClass = (typeof kinds)[keyof typeof kinds];

/** Class of every ASCII character; the rest is looked up by `fold`. */
function asciiKinds(identifier: boolean): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 97; code <= 122; code++) table[code] = kinds.word;
  for (let code = 65; code <= 90; code++) table[code] = kinds.upper;
  for (let code = 48; code <= 57; code++) table[code] = kinds.digit;
  table[39] = kinds.join;
  for (const sign of ',:;()[]{}/|"`<>*#&+=') table[sign.charCodeAt(0)] = kinds.clause;
  for (const sign of ".!?\n") table[sign.charCodeAt(0)] = kinds.sentence;
  // In running text "e-mail" is one word, and `delete_user` is another tool's name, not the verb "delete"; in a name it is two words.
  if (!identifier) {
    table["_".charCodeAt(0)] = kinds.word;
    table["-".charCodeAt(0)] = kinds.join;
  }
  return table;
}
const IN_NAME = asciiKinds(true);
const IN_TEXT = asciiKinds(false);

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
  const found: Word[] = [];
  let sentence = 0;
  let clause = true;
  let start = -1;
  let end = 0;
  let folded = "";
  let previous: CharacterClass = kinds.space;
  for (let at = 0; at < length; ) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      const kind = ascii[code] as CharacterClass;
      if (start < 0 && kind >= kinds.word && kind <= kinds.digit) {
        const stop = plainWordEnd(text, at, ascii);
        if (stop > 0) {
          found.push({ text: plainWord(text, at, stop), start: at, end: stop, sentence, clause });
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
          found.push({ text: folded, start, end, sentence, clause });
          clause = false;
          folded = "";
          start = -1;
        }
        if (start < 0) start = at;
        folded += String.fromCharCode(code + 32);
        end = at + 1;
      } else if (kind !== kinds.join || start < 0) {
        if (start >= 0) {
          found.push({ text: folded, start, end, sentence, clause });
          clause = false;
          folded = "";
          start = -1;
        }
        if (kind === kinds.sentence && endsSentence(text, at, identifier)) {
          if (found.length > 0) sentence = (found[found.length - 1] as Word).sentence + 1;
          clause = true;
        } else if (kind === kinds.clause) {
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
        found.push({ text: folded, start, end, sentence, clause });
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
          const second = paired ? String.fromCodePoint(next) : "";
          found.push({ text: String.fromCodePoint(point) + second, start: at, end: stop, sentence, clause });
        }
        clause = false;
      } else if (entry.kind === "sentence") {
        sentence++;
        clause = true;
      } else if (entry.kind === "clause") {
        clause = true;
      }
    }
    previous = kinds.word;
    at += width;
  }
  if (start >= 0) found.push({ text: folded, start, end, sentence, clause });
  return found;
}

/**
 * Words read lately, by hash: texts consist of few different words, and this saves making and hashing a string for each.
 * Of two words with one place the later one stays, so that the table does not grow.
 */
const lately: (string | undefined)[] = new Array<string | undefined>(1 << 14).fill(undefined);
const SEED = 0x811c9dc5;
const mix = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const placeOf = (hash: number): number => (hash ^ (hash >>> 15)) & (lately.length - 1);

/** ASCII in lower case. */
const LOWER = Uint8Array.from({ length: 128 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));
/** Hash of the word that `plainWordEnd` found. */
let plainHash = SEED;

/** Where a word ends that begins here; 0 when that takes more than a look at ASCII letters and digits. */
function plainWordEnd(text: string, start: number, ascii: Uint8Array): number {
  const { length } = text;
  let hash = SEED;
  let at = start;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 128) return 0;
    const kind = ascii[code] as number;
    if (kind === kinds.join) return 0;
    if (kind < kinds.word || kind > kinds.digit) break;
    if (kind === kinds.upper && ascii === IN_NAME && at > start) {
      // `getUser` are two words; what a run of capitals is depends on what comes behind it.
      if (ascii[text.charCodeAt(at - 1)] === kinds.upper) return 0;
      break;
    }
    hash = mix(hash, LOWER[code] as number);
  }
  plainHash = hash;
  return at;
}

function plainWord(text: string, start: number, end: number): string {
  const place = placeOf(plainHash);
  const known = lately[place];
  if (known !== undefined && isSameWord(known, text, start, end)) return known;
  const word = text.slice(start, end).toLowerCase();
  if (word.length <= LONGEST_KEPT) lately[place] = word;
  return word;
}

/** Long ones are rare, and a piece of a text keeps the whole text in memory. */
const LONGEST_KEPT = 12;

function isSameWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at++) {
    if (word.charCodeAt(at) !== LOWER[text.charCodeAt(start + at)]) return false;
  }
  return true;
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
  return next >= 97 && next <= 122;
}

/** A full stop between characters ("v1.2", "e.g.x", `config.set`) ends no sentence; a line end does only when blank or a list follows. */
function endsSentence(text: string, at: number, identifier: boolean): boolean {
  if (identifier) return false;
  const next = text.charCodeAt(at + 1);
  if (text[at] === "\n") return true;
  return Number.isNaN(next) || next <= 32 || next > 127 || next === 34 || next === 41;
}

interface Folded {
  kind: "letter" | "ideograph" | "hidden" | "sentence" | "clause" | "space";
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
  if (/\p{P}/u.test(character)) return { kind: "clause", text: "" };
  return { kind: "space", text: "" };
}
