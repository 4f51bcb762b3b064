/** Characters of a description that a list shows. */
const LENGTH = 200;
/** Of these, what stands before the first word that was looked for. */
const BEFORE = 60;

/**
 * The part of a description around the first word that was looked for.
 * @param row the name, the title and the text that words are looked up in: name, title and description, a line each.
 * @param words as they were looked up, in small letters.
 * @returns undefined when none of the words begins a word there.
 */
export function excerptOf(
  row: { name: string; title: string | null; said: string },
  words: string[],
): string | undefined {
  const description = row.said.slice(row.name.length + 1 + (row.title === null ? 0 : row.title.length + 1));
  const at = firstOf(description, words);
  if (at === undefined) return undefined;
  const from = at <= BEFORE ? 0 : wordStart(description, at - BEFORE, at);
  const end =
    from + LENGTH >= description.length ? description.length : wordEnd(description, from + LENGTH, at);
  const part = description.slice(from, end).replace(/\s+/g, " ").trim().toWellFormed();
  return `${from > 0 ? "… " : ""}${part}${end < description.length ? " …" : ""}`;
}

function firstOf(text: string, words: string[]): number | undefined {
  const low = text.toLowerCase();
  // Small letters may be longer: then places do not agree, and the beginning is shown.
  if (low.length !== text.length) return words.some((word) => low.includes(word)) ? 0 : undefined;
  const places = words.flatMap((word) => {
    let at = low.indexOf(word);
    while (at > 0 && isInside(low, at)) at = low.indexOf(word, at + 1);
    return at < 0 ? [] : [at];
  });
  return places.length === 0 ? undefined : Math.min(...places);
}

function isInside(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text[at - 1] ?? "") && /[a-z0-9]/.test(text[at] ?? "");
}

/** The next place where a word begins, not behind `latest`. */
function wordStart(text: string, from: number, latest: number): number {
  const space = text.slice(from, latest).search(/\s/);
  return space < 0 ? latest : from + space + 1;
}

/** The last place before `to` where a word ends; `to` itself where there is none behind `earliest`. */
function wordEnd(text: string, to: number, earliest: number): number {
  const space = text.lastIndexOf(" ", to);
  return space > earliest ? space : to;
}
