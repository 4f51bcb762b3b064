import type { ExportServer, Loss } from "./types.ts";

/** Characters that act on a terminal, change direction, join or hide text; U+FE0F only picks an emoji's coloured form. */
const UNSAFE = /(?!\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu;
/** Most documents: nothing in them is to be escaped. */
const PLAIN_LINES = /^[\x20-\x7e\n]*$/;
/** As many tools as a comment names; `losses` names them all. */
const MOST_NAMED = 12;

/** JSON text in which those characters are escapes: the same value, readable by people too. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  if (PLAIN_LINES.test(text)) return text;
  return text.replace(UNSAFE, (character) =>
    // The line ends that JSON.stringify put in are the only ones there are; its strings have none.
    character === "\n" ? character : units(character),
  );
}

function units(character: string): string {
  return Array.from({ length: character.length }, (_, index) => unit(character.charCodeAt(index))).join("");
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * A double-quoted string of TOML 1.0, which is one of YAML 1.2 too: JSON's, with eight hexadecimal digits where JSON
 * would need two surrogates. In: well-formed text only; neither format can write half a surrogate pair.
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : unit(code);
  });
}

/** `quoted`, as a list of TOML with one entry a line. */
export function quotedList(texts: readonly string[]): string {
  return texts.length === 0 ? "[]" : `[\n${texts.map((text) => `  ${quoted(text)},\n`).join("")}]`;
}

/** Whether there is half a surrogate pair in a text, or in one inside a value; JSON.stringify writes it as an escape. */
export function hasHalfCharacter(value: unknown): boolean {
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/i.test(JSON.stringify(value));
}

/** A stranger's text for a comment: one line, nothing in it that acts or hides. */
function oneLine(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * The head of a document, line by line and without a comment sign: who made it, for which definitions, what it does not
 * say, and `notes` about loading it. No date: the same definitions give the same document.
 */
export function headLines(servers: ExportServer[], losses: Loss[], notes: readonly string[]): string[] {
  const digests = new Set(servers.flatMap(({ tools }) => tools.map(({ verdict }) => verdict.digest)));
  return [
    "Made by Placard. It speaks of the tools as they were defined when this was made:",
    ...servers.map(({ server, alias, tools }) =>
      oneLine(`- ${server} as ${JSON.stringify(alias)}, ${counted(tools.length, "tool")}`),
    ),
    `${counted(digests.size, "definition")} in all, told apart by digest. A server that changes needs a new export.`,
    ...notes,
    ...(losses.length > 0 ? ["Not said here, or said otherwise:"] : []),
    ...losses.map(({ what, instead, tools }) => oneLine(`- ${what}: ${instead}${named(tools)}`)),
  ];
}

/** A number of things, in words. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function named(tools: string[]): string {
  if (tools.length === 0) return "";
  const more = tools.length > MOST_NAMED ? `, and ${tools.length - MOST_NAMED} more` : "";
  return ` (${tools.slice(0, MOST_NAMED).join(", ")}${more})`;
}

/** Lines as comments of TOML and YAML. */
export function hashed(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}\n`).join("");
}
