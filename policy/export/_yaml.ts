import { quoted } from "./_text.ts";

/**
 * What stands behind a key of YAML: a list of texts, one a line, to the end of the last line.
 * @param indent columns before each entry
 */
export function yamlList(texts: readonly string[], indent: number): string {
  if (texts.length === 0) return " []\n";
  return `\n${texts.map((text) => `${" ".repeat(indent)}- ${quoted(text)}\n`).join("")}`;
}
