import type { KnownText } from "./known.ts";
import type { Word } from "./text.ts";

/** Verbs that are only mentioned: statements of a language, what an argument is for. */

/** Whether a verb is the name of a statement, in capitals in a sentence that is not: "the INSERT or DELETE it would issue". */
export function isQuoted({ text, words }: KnownText, at: number): boolean {
  const { start, end, sentence } = words[at] as Word;
  const before = words[at - 1];
  return (
    before?.sentence === sentence &&
    /^[A-Z]{3,}$/.test(text.slice(start, end)) &&
    /[a-z]/.test(text.slice(before.start, before.end))
  );
}

/** How far before a verb the name of the argument that it explains may begin, in UTF-16 code units. */
const EXPLAINED_REACH = 60;
const ARGUMENTS = ["Args:", "Arguments:", "Parameters:", "Params:"];

/** Whether a list of arguments explains one with this word: "Args: …  verbose (bool): Append the log". */
export function explainsArgument({ text, words }: KnownText, at: number): boolean {
  const { start } = words[at] as Word;
  if (text[start - 2] !== ":" || text[start - 1] !== " ") return false;
  const before = text.slice(Math.max(0, start - EXPLAINED_REACH), start);
  if (!/(?:^|\n)[ \t]*[a-z_][\w.]*(?: \([^()\n]*\))?: $/.test(before)) return false;
  return ARGUMENTS.some((heading) => text.lastIndexOf(heading, start) >= 0);
}
