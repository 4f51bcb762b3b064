/** Rounds of tidying until nothing changes; two are enough for all but text made to need more. */
const ROUNDS = 10;

/**
 * The name Claude Code 2.1 gives a tool of a server: compatibility forms of Unicode resolved, characters that do not
 * show taken out, and an underscore for each code unit that is no letter, digit, _ or - of ASCII. Rules are compared
 * with it.
 */
export function callName(alias: string, tool: string): string {
  return `mcp__${written(alias)}__${written(tidy(tool))}`;
}

/** A server's name as it is in `callName`. */
export function written(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_");
}

function tidy(name: string): string {
  let text = name;
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = text.normalize("NFKC").replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "");
    if (next === text) break;
    text = next;
  }
  return text;
}
