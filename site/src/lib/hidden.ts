import { escapeUnits } from "../../../classifier/safe-json.ts";

/**
 * Characters that don't show, or change how others show: a definition may use them to say one thing to a person and
 * another to a model. They are drawn as chips with their codes.
 */
export type Run = { text: string } | { hidden: string; code: string };

/**
 * Controls but tab and line feed; format characters (soft hyphen, bidi marks, zero-width, tags, byte order mark);
 * line and paragraph separators; lone surrogates; whatever else Unicode lets a font leave out; and marks on one letter
 * beyond the eighth, which no language needs and which are drawn over the lines around.
 */
const HIDDEN =
  /(?![\t\n])\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|\p{Default_Ignorable_Code_Point}|(?<=\p{M}{8})\p{M}+/gu;

/**
 * Most texts: nothing in them needs a closer look. Beside ASCII these are letters of Latin alphabets and the signs that
 * our own sentences have; the soft hyphen is none of them.
 */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\u024f–—‘’“”•…]+$/;
const PLAIN_LINES = /^[\t\n\x20-\x7e\xa1-\xac\xae-\u024f–—‘’“”•…]+$/;

/** Splits a text into what shows and what doesn't. Joined again, the runs are the text. */
export function visibleRuns(text: string): Run[] {
  if (PLAIN_LINES.test(text)) return [{ text }];
  const runs: Run[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (joinsEmoji(text, match.index)) continue;
    if (match.index > from) runs.push({ text: text.slice(from, match.index) });
    runs.push({ hidden: match[0], code: codeOf(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) runs.push({ text: text.slice(from) });
  return runs;
}

/** A text on one line with the codes of those characters in their place, for titles and sentences of ours. */
export function spelled(text: string): string {
  if (PLAIN.test(text)) return text;
  const runs = visibleRuns(text.replace(/[\t\n]+/g, " "));
  return runs.map((run) => ("text" in run ? run.text : run.code)).join("");
}

/** JSON text with those characters spelled as escapes: the same document, and nothing in it that can't be seen. */
export function escapeHidden(json: string): string {
  if (json === "" || PLAIN_LINES.test(json)) return json;
  return json.replace(HIDDEN, escapeUnits);
}

/** A zero-width joiner between two pictographs is how 👩‍💻 is spelled, and U+FE0F how ⚠️ is: they hide nothing. */
function joinsEmoji(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 8), index);
  if (text[index] === "\uFE0F") return /[\p{Extended_Pictographic}\p{Emoji}]$/u.test(before);
  return (
    text[index] === "\u200D" &&
    /\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?$/u.test(before) &&
    /^\p{Extended_Pictographic}/u.test(text.slice(index + 1, index + 5))
  );
}

/** "U+202E"; "U+0301 and 51 more" for a pile of marks. */
function codeOf(hidden: string): string {
  const code = `U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const more = Array.from(hidden).length - 1;
  return more > 0 ? `${code} and ${more} more` : code;
}
