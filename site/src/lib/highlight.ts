/** The words of a search, found again in what a list shows. */

/** A part of a text, and whether it is one of the words. */
export interface Part {
  text: string;
  isHit: boolean;
}

/**
 * Cuts a text where words that were looked for begin and end. As in the search, a word begins behind what is no letter
 * and no digit, or at a capital behind a small letter.
 * @param words in small letters.
 * @returns parts that are the text when joined.
 */
export function highlight(text: string, words: readonly string[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  const longest = words.filter((word) => word !== "").toSorted((a, b) => b.length - a.length);
  if (longest.length === 0) return [{ text, isHit: false }];
  const any = new RegExp(longest.map((word) => word.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("|"), "giu");
  for (let hit = any.exec(text); hit; hit = any.exec(text)) {
    if (!beginsWord(text, hit.index)) {
      // By a whole sign: a search that is set between the halves of a pair begins at the first one again, for ever.
      any.lastIndex = hit.index + ((text.codePointAt(hit.index) ?? 0) > 0xffff ? 2 : 1);
      continue;
    }
    if (hit.index > from) parts.push({ text: text.slice(from, hit.index), isHit: false });
    parts.push({ text: hit[0], isHit: true });
    from = hit.index + hit[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), isHit: false });
  return parts;
}

const LETTER = /[\p{L}\p{N}]/u;
/** Written without spaces: each character is a word. */
const WORD = /[\u3040-\u30ff\u3400-\u9fff]/;

function beginsWord(text: string, at: number): boolean {
  const [before, first] = [text[at - 1] ?? "", text[at] ?? ""];
  return (
    !LETTER.test(before) ||
    WORD.test(first) ||
    WORD.test(before) ||
    (/[a-z0-9]/.test(before) && /[A-Z]/.test(first))
  );
}
