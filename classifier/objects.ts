import type { KnownText } from "./known.ts";
import type { Word } from "./text.ts";

/**
 * What verbs act on. A verb such as "create" has dozens of clauses that each ask for other objects, so words are not
 * compared clause by clause: each word says which lists of objects it is in.
 */

/** The lists a word is in, by number: alone, and together with the word behind it. */
export interface Listed {
  single: number[];
  pairs: Map<string, number[]> | undefined;
}

/** An object that was found: where in the words, and how many words it takes. */
export interface FoundObject {
  at: number;
  length: number;
}

/** The lists of objects that rules ask for. */
export class ObjectLists {
  /** Filed words; the matcher keeps what it knows of a word in one place. */
  readonly byWord = new Map<string, Listed>();
  /** What the last look found for each list, and which look that was: kept side by side, as they are asked one after the other. */
  private readonly found: FoundObject[] = [];
  private looks = new Int32Array(64);
  private look = 0;

  /**
   * Files a list of folded words and pairs of words.
   *
   * @returns its number
   */
  add(entries: readonly (readonly string[])[]): number {
    const list = this.found.push({ at: 0, length: 0 }) - 1;
    if (list >= this.looks.length) {
      const more = new Int32Array(2 * list);
      more.set(this.looks);
      this.looks = more;
    }
    for (const [first = "", second] of entries) {
      if (second === undefined) {
        for (const word of spellings(first)) this.listed(word).single.push(list);
        continue;
      }
      const listed = this.listed(first);
      listed.pairs ??= new Map();
      const { pairs } = listed;
      for (const word of spellings(second)) pairs.set(word, [...(pairs.get(word) ?? []), list]);
    }
    return list;
  }

  private listed(word: string): Listed {
    const known = this.byWord.get(word);
    if (known) return known;
    const made: Listed = { single: [], pairs: undefined };
    this.byWord.set(word, made);
    return made;
  }

  /** Forgets what was found. */
  begin(): void {
    this.look++;
  }

  /** Looks for objects of all lists at once in a stretch of words; the first of each list is found. */
  lookIn({ words, known }: KnownText, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const listed = known[at]?.listed;
      if (!listed) continue;
      if (listed.pairs && at + 1 < end) this.note(listed.pairs.get((words[at + 1] as Word).text), at, 2);
      this.note(listed.single, at, 1);
    }
  }

  private note(lists: number[] | undefined, at: number, length: number): void {
    if (!lists) return;
    for (const list of lists) {
      if (this.looks[list] === this.look) continue;
      this.looks[list] = this.look;
      const found = this.found[list] as FoundObject;
      found.at = at;
      found.length = length;
    }
  }

  /** Whether anything was found for a list since `begin`. */
  has(list: number): boolean {
    return this.looks[list] === this.look;
  }

  /** What was found for a list that has something. Holds only until `begin`. */
  of(list: number): FoundObject {
    return this.found[list] as FoundObject;
  }
}

/** Singular and plural of a word. */
export function spellings(word: string): string[] {
  const candidates = [`${word}s`, `${word}es`, `${word.slice(0, -1)}ies`];
  return [word, ...candidates.filter((candidate) => singular(candidate) === word)];
}

function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s")) return word;
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|us|is)$/.test(word)) return word;
  return /(sses|shes|ches|xes)$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
