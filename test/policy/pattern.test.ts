import { describe, expect, test } from "vitest";
import { compilePattern, LONGEST_SEARCHED } from "../../policy/_matcher.ts";
import { parsePattern } from "../../policy/_pattern.ts";
import { type Random, randomFrom } from "./_random.ts";

const why = (pattern: string) => {
  const parsed = parsePattern(pattern);
  return parsed.ok ? "" : parsed.why;
};

test.each([
  ["^/srv/(data|tmp)(/|$)", "/srv/data/x", true],
  ["^/srv/(data|tmp)(/|$)", "/srv/database", false],
  ["(^|[/\\\\])\\.\\.([/\\\\]|$)", "a/../b", true],
  ["(^|[/\\\\])\\.\\.([/\\\\]|$)", "a..b", false],
  ["\\b[Dd]rop\\b", "x; Drop table", true],
  ["\\b[Dd]rop\\b", "raindrops", false],
  ["^[^\\x00-\\x1f]{2,3}$", "😀é", true],
  ["^[^\\x00-\\x1f]{2,3}$", "a\nb", false],
  ["", "", true],
  ["a*?b", "aab", true],
])("%s in %j: %s", (pattern, text, expected) => {
  expect(compilePattern(pattern)?.(text) ?? false).toBe(expected);
});

describe("what engines read differently or cannot run in linear time is refused, with what to write", () => {
  test.each([
    ["a.b", /\[\^\\n\]/],
    ["\\s+", /spaces/],
    ["[\\s]", /spaces/],
    ["(a)\\1", /\\1 is not known/],
    ["(?=a)", /look-around/],
    ["(?i)a", /flags/],
    ["(?<x>a)", /names/],
    ["a**", /cannot be repeated/],
    ["^*", /cannot be repeated/],
    ["a{1", /count/],
    ["a{,2}", /count/],
    ["a{3,2}", /smaller/],
    ["(a", /not closed/],
    ["a)", /closes no group/],
    ["[a", /not closed/],
    ["[]", /empty/],
    ["[[:alpha:]]", /write \\\[/],
    ["[z-a]", /range/],
    ["[a-\\d]", /range/],
    ["\\p{L}", /\\p/],
    ["\\Aa\\z", /\\A/],
    ["a\\", /at the end/],
    ["\ud800", /surrogate/],
    ["((a{50}){50})", /too large/],
    ["(".repeat(50) + ")".repeat(50), /deep/],
  ])("%s", (pattern, expected) => {
    expect(why(pattern)).toMatch(expected);
    expect(compilePattern(pattern)).toBeUndefined();
  });
});

/** A pattern of the known kinds, at random. */
function randomPattern(random: Random, depth: number): string {
  const atom = () => {
    const kind = random.below(depth > 0 ? 8 : 5);
    if (kind < 3) return random.pick(["a", "b", "_", "-", "é", "😀", "\\.", "\\/", " "]);
    if (kind === 3) return random.pick(["[ab]", "[^a]", "[a-c_]", "\\d", "\\W", "\\w", "[^\\n]", "[\\d\\-]"]);
    if (kind === 4) return random.pick(["^", "$", "\\b", "\\B"]);
    const inside = Array.from({ length: 1 + random.below(3) }, () => randomPattern(random, depth - 1));
    return `${random.pick(["(", "(?:"])}${inside.join("|")})`;
  };
  return random
    .list(4, () => {
      const part = atom();
      const canRepeat = !["^", "$", "\\b", "\\B"].includes(part);
      return canRepeat ? part + random.pick(["", "", "*", "+", "?", "{2}", "{1,3}", "{0,}", "*?"]) : part;
    })
    .join("");
}

test("finds what JavaScript finds, for 4,000 patterns at random", () => {
  const random = randomFrom(1);
  let found = 0;
  for (let index = 0; index < 4000; index += 1) {
    const pattern = randomPattern(random, 2);
    const search = compilePattern(pattern);
    // Of what is taken here JavaScript refuses nothing.
    const reference = new RegExp(pattern, "u");
    expect(search, pattern).toBeDefined();
    for (let round = 0; round < 6; round += 1) {
      const text = random
        .list(8, () => random.pick(["a", "b", "_", "-", "é", "😀", ".", "1", "\n"]))
        .join("");
      const expected = reference.test(text);
      if (expected) found += 1;
      expect(search?.(text), `${pattern} in ${JSON.stringify(text)}`).toBe(expected);
    }
  }
  expect(found).toBeGreaterThan(4000);
});

test("patterns that make others backtrack for ever come to an end", () => {
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "^([a-z]+)*[0-9]$"]) {
    expect(compilePattern(pattern)?.(`${"a".repeat(LONGEST_SEARCHED - 1)}!`), pattern).toBe(false);
  }
});

test("a text of ever new characters does not make it remember ever more, and gets the same answer", () => {
  const search = compilePattern("x[^y]{40}z");
  const long = Array.from({ length: 15_000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join("");
  expect(search?.(long)).toBe(false);
  expect(search?.(`${long}x${long.slice(0, 40)}z`)).toBe(true);
  expect(search?.(long)).toBe(false);
});

test("a text that is too long is not searched", () => {
  expect(compilePattern("a")?.("a".repeat(LONGEST_SEARCHED + 1))).toBeUndefined();
});
