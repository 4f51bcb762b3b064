import { visibleRuns } from "./hidden.ts";

/**
 * A text as one word of a shell: plain, or in quotes. Characters that don't show are spelled out (`$'\\u202e'`, as
 * bash and zsh read it), so that nobody pastes what they can't see.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const runs = visibleRuns(text);
  if (!runs.some((run) => "hidden" in run) && !text.includes("\n"))
    return `'${text.replaceAll("'", `'\\''`)}'`;
  const spelled = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (/^[\x20-\x7E]$/.test(character)) return /['\\]/.test(character) ? `\\${character}` : character;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `$'${spelled.join("")}'`;
}
