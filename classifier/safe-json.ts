/**
 * Characters that move the cursor, change direction, join or hide text: shown as \u{…} instead of done. U+FE0F only
 * picks the coloured form of an emoji.
 */
export const UNSAFE = /(?!\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu;

/** JSON text of a value in which the same characters are written as escapes: the same JSON, harmless on a terminal. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSAFE, (character) =>
    // The line ends and indents that JSON.stringify put in are the only ones there are; its strings have none.
    character === "\n" ? character : escapeUnits(character),
  );
}

/** A text as JSON's escapes, `\\u202e`, one for each UTF-16 code unit. */
export function escapeUnits(text: string): string {
  let escapes = "";
  for (let at = 0; at < text.length; at++)
    escapes += `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
  return escapes;
}
