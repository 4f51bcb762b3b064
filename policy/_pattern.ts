import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";

/**
 * Patterns of the operator `regex`: RE2's, as in the gateway, which is written in Go. Refused besides what RE2 refuses
 * is what JavaScript takes too and reads otherwise, with what to write instead, so that nobody who writes or copies a
 * pattern means another one; and what would cost too much.
 */

/** Longer texts, in UTF-16 code units, are not searched; the condition then counts as not decidable. */
export const LONGEST_SEARCHED = 32_768;
/** A pattern's characters at most. */
const LONGEST_PATTERN = 8192;
/** Steps of a pattern at most, counts written out: where a search is slow, it takes each of them at each character. */
const MOST_STEPS = 1000;

/** Whether a text holds the pattern; undefined where the text is too long to be searched. */
type Search = (text: string) => boolean | undefined;

export type ParsedPattern = { ok: true; search: Search } | { ok: false; why: string };

/** A policy says the same few patterns of many tools: each is read once. Emptied when full. */
const known = new Map<string, ParsedPattern>();
const MOST_KNOWN = 100;

/**
 * Reads a pattern. Out: a search for it anywhere in a text, in time linear in the text; or in words why it is refused.
 * Half of a surrogate pair in a text is searched as U+FFFD, which Go reads for it.
 */
export function parsePattern(pattern: string): ParsedPattern {
  const before = known.get(pattern);
  if (before) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const parsed = read(pattern);
  known.set(pattern, parsed);
  return parsed;
}

function read(pattern: string): ParsedPattern {
  const why = refusal(pattern);
  if (why !== undefined) return { ok: false, why };
  try {
    const compiled = RE2JS.compile(pattern);
    return {
      ok: true,
      search: (text) => (text.length > LONGEST_SEARCHED ? undefined : compiled.test(text.toWellFormed())),
    };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const said = error instanceof RE2JSSyntaxException ? error.error : error.message;
    return { ok: false, why: IN_WORDS[said] ?? `RE2 says: ${said}` };
  }
}

const LOOK_AROUND = "look-around is not known; plain groups are ( ) or (?: )";
/** RE2's own words (those of Go's `regexp/syntax`), and what helps more. */
const IN_WORDS: Record<string, string> = {
  "invalid or unsupported Perl syntax": LOOK_AROUND,
  // Go reads the look-behind (?<= as the beginning of a name.
  "invalid named capture": LOOK_AROUND,
  "invalid nested repetition operator": "a repetition cannot be repeated without a group",
  "missing argument to repetition operator": "a mark such as * repeats nothing; write \\* for the character",
  "invalid repeat count": "a count goes from the smaller to the larger number",
  "missing closing ]": "a list in [ ] is not closed",
  "missing closing )": "a group is not closed",
  "unexpected )": "a ) closes no group",
  "trailing backslash at end of expression": "a \\ stands at the end",
  "invalid character class range": "a range in [ ] goes from one character to a later one",
  "invalid escape sequence": "a \\ stands before a letter that RE2 has no meaning for",
  "expression nests too deeply": "groups are nested too deep",
};

/** One unit of a pattern: quoted text, an escape, a whole list in [ ], a count, what opens a group, or one character. */
const TOKEN =
  /\\Q.*?(?:\\E|$)|\\(?:x\{[^}]*\}|.)|\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\]?|\{(?<least>\d+)(?<more>,(?<most>\d*))?\}|\((?:\?(?:P?<(?![=!])[^>]*>|[A-Za-z-]*[:)]))?|./gsu;

/** What RE2 takes and JavaScript reads otherwise, or engines with another Unicode do. */
const READ_OTHERWISE: readonly { token: RegExp; why: string }[] = [
  {
    token: /^\.$/,
    why: "engines disagree on which line ends . leaves out; write [^\\n] or name the characters",
  },
  { token: /^\\s$/i, why: "engines disagree on which spaces \\s means; write [ \\t\\n\\r\\f]" },
  {
    token: /^\\p$/i,
    why: "engines disagree on the characters of \\p, by their version of Unicode; write them in [ ]",
  },
  {
    token: /^\\\d$/,
    why: "groups are not referred back to; write \\x and two hexadecimal digits for a character by its number",
  },
  { token: /^\{$/, why: "{ starts a count such as {2,5}; write \\{ for the character" },
  { token: /^\[\^?\]/, why: "a list in [ ] is empty; write \\] for the character" },
  { token: /^\(\?[i-]*[^i:)P<-]/, why: "of the flags only i is read alike" },
];

function refusal(pattern: string): string | undefined {
  if (!pattern.isWellFormed()) return "it holds half a character (a lone surrogate)";
  if (pattern.length > LONGEST_PATTERN) return `it has more than ${LONGEST_PATTERN} characters`;
  const tokens = [...pattern.matchAll(TOKEN)];
  for (const [token] of tokens) {
    for (const part of [token, ...escapesIn(token)]) {
      const found = READ_OTHERWISE.find((row) => row.token.test(part));
      if (found) return found.why;
    }
  }
  return stepsOf(tokens) > MOST_STEPS
    ? `it is too large: more than ${MOST_STEPS} steps once counts are written out`
    : undefined;
}

/** The escapes inside a list in [ ]. */
function escapesIn(token: string): string[] {
  return token.startsWith("[") ? (token.match(/\\./gsu) ?? []) : [];
}

/** About as many steps as RE2's program has, known before it is made. */
function stepsOf(tokens: readonly RegExpExecArray[]): number {
  const open = [0];
  let last = 0;
  const add = (steps: number) => {
    open.push((open.pop() ?? 0) + steps);
  };
  for (const { 0: token, groups } of tokens) {
    if (groups?.least !== undefined) {
      const { least, more, most } = groups;
      const times = Math.max(1, Number(most || least));
      const repeated = last * times + (more === undefined ? 0 : times);
      add(repeated - last);
      last = repeated;
    } else if (token.startsWith("(") && !/^\(\?[A-Za-z-]*\)$/.test(token)) open.push(2);
    else if (token === ")" && open.length > 1) {
      last = open.pop() ?? 0;
      add(last);
    } else {
      last = token.startsWith("\\Q") ? token.length : 1;
      add(last);
    }
  }
  return open.reduce((sum, steps) => sum + steps, 0);
}
