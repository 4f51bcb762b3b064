import { quoted } from "./_text.ts";

/**
 * What stands behind a key of YAML: a list of texts, one a line, to the end of the last line.
 * @param indent columns before each entry
 */
export function yamlList(texts: readonly string[], indent: number): string {
  if (texts.length === 0) return " []\n";
  return `\n${texts.map((text) => `${" ".repeat(indent)}- ${quoted(text)}\n`).join("")}`;
}

/** Keys that no reader of YAML takes for anything but themselves. */
const PLAIN_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z_]+$/;

/**
 * The data of a document (JSON's, well-formed texts only) as block-style YAML, to the end of the last line: texts and
 * doubtful keys in quotes, keys without a value left out.
 *
 * @param indent columns before each line
 */
export function yamlBlock(data: object, indent = 0): string {
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const written = PLAIN_KEY.test(key) ? key : quoted(key);
      return `${" ".repeat(indent)}${written}:${behind(value, indent)}`;
    })
    .join("");
}

/** A value behind a key or a dash: on its line, or below it. */
function behind(value: unknown, indent: number): string {
  if (Array.isArray(value)) {
    const entries = value.map((entry) => `${" ".repeat(indent + 2)}-${onLine(behind(entry, indent + 2))}`);
    return entries.length === 0 ? " []\n" : `\n${entries.join("")}`;
  }
  if (typeof value === "object" && value !== null) {
    const block = yamlBlock(value, indent + 2);
    return block === "" ? " {}\n" : `\n${block}`;
  }
  return ` ${typeof value === "string" ? quoted(value) : JSON.stringify(value)}\n`;
}

/** What would stand below begins on the line itself. */
function onLine(text: string): string {
  return text.replace(/^\n +/, " ");
}
