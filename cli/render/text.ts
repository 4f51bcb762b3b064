import { styleText } from "node:util";
import { UNSAFE } from "../../classifier/index.ts";

export { safeJson } from "../../classifier/index.ts";

/** A stranger's text for a terminal, on one line: nothing in it can act on the terminal or hide from the reader. */
export function safe(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (character === "\r") return "\\r";
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

/** `safe`, cut to at most `length` characters with an ellipsis. */
export function brief(text: string, length: number): string {
  const shown = [...safe(text.slice(0, length * 4))];
  return shown.length > length ? `${shown.slice(0, length - 1).join("")}…` : shown.join("");
}

const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;
const NARROWEST = /\p{M}/u;

/** Terminal columns of a safe text: East Asian characters and emoji take two, combining marks none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** Terminal columns of one character. */
export function columnsOfCharacter(character: string): number {
  if (character <= "\u024F") return 1;
  if (NARROWEST.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Fills up with spaces to `columns`. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Breaks a safe text between words into lines of at most `width` columns, each after `indent`. */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && columnsOf(indent) + columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(indent + line);
  return lines.join("\n");
}

type Style = Parameters<typeof styleText>[0];

/** Colours text, or returns it as it is. */
export type Paint = (style: Style, text: string) => string;

/** @param colour whether the text goes to a terminal that shows colours */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}
