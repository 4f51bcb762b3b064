import { describe, expect, test } from "vitest";
import { LONGEST_SEARCHED, parsePattern } from "../../policy/_pattern.ts";
import { type Random, randomFrom } from "./_random.ts";

/** Whether a text holds a pattern; undefined where it is refused or not searched. */
const search = (pattern: string, text: string) => {
  const parsed = parsePattern(pattern);
  return parsed.ok ? parsed.search(text) : undefined;
};

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
  expect(search(pattern, text)).toBe(expected);
});

describe("is RE2's, in what JavaScript does not know too", () => {
  test.each([
    ["(?i)drop", "DrOp TABLE", true],
    ["a(?i:b)c", "aBC", false],
    ["(?i)k", "\u212a", true],
    ["^[[:alpha:]]+$", "é", false],
    ["\\Ab\\z", "b\n", false],
    ["^\\Q.*\\E$", ".*", true],
    ["(?P<word>a)\\b", "a-", true],
    ["(?<word>a)\\b", "ab", false],
    ["^\\x{1F600}$", "😀", true],
    ["b$", "b\n", false],
    ["^*", "", true],
  ])("%s in %j: %s", (pattern, text, expected) => {
    expect(search(pattern, text)).toBe(expected);
  });

  test("characters beyond U+FFFF are one character each, and half a one is what Go makes of it", () => {
    expect(search("^[😀-😂]$", "😁")).toBe(true);
    expect(search("^[^a]$", "😀")).toBe(true);
    expect(search("\ude00".toWellFormed(), "😀")).toBe(false);
    expect(search("^\\x{FFFD}$", "\ud83d")).toBe(true);
    expect(search("^[^\\x{FFFD}]$", "\ude00")).toBe(false);
  });
});

describe("what RE2 refuses, and what JavaScript reads otherwise, is refused with what to write", () => {
  test.each([
    ["a.b", /\[\^\\n\]/],
    ["\\s+", /spaces/],
    ["[\\s]", /spaces/],
    ["[^\\\\\\S]", /spaces/],
    ["(a)\\1", /referred back/],
    ["\\012", /by its number/],
    ["(?=a)", /look-around/],
    ["(?<!a)b", /look-around/],
    ["(?m)a", /flags/],
    ["(?is:a)", /flags/],
    ["a**", /cannot be repeated/],
    ["*a", /repeats nothing/],
    ["a{1", /count/],
    ["a{,2}", /count/],
    ["a{3,2}", /smaller/],
    ["(a", /not closed/],
    ["a)", /closes no group/],
    ["[a", /not closed/],
    ["[]", /empty/],
    ["x[^]y[^]z", /empty/],
    ["[z-a]", /range/],
    ["[a-\\d]", /no meaning/],
    ["\\p{L}", /\\p/],
    ["[^\\P{Lu}]", /\\p/],
    ["\\cA", /no meaning/],
    ["a\\", /at the end/],
    ["\ud800", /surrogate/],
  ])("%s", (pattern, expected) => {
    expect(why(pattern)).toMatch(expected);
    expect(search(pattern, "")).toBeUndefined();
  });

  test.each([
    ["a text of 9,000 characters", "a".repeat(9000), /8192/],
    ["counts inside counts", "((a{50}){50})", /too large/],
    ["what would be a million steps", "(a{1000}){1000}", /too large/],
    ["a count that RE2 refuses too", "a{1001}", /too large/],
    ["choices many times", "(ab*|[^x]?){300}", /too large/],
    ["long quoted text", `\\Q${".".repeat(1100)}`, /too large/],
    ["groups inside groups", "(".repeat(1001) + ")".repeat(1001), /too large/],
  ])("its cost is bounded: %s", (_, pattern, expected) => {
    expect(why(pattern)).toMatch(expected);
    expect(search(pattern, "")).toBeUndefined();
  });

  test.each(["[\\\\s]", "\\\\s", "[a-c-e]", "\\{}", "[.]", "\\.", "(?:a|)", "a{2}b{3,}", "(a{30}){30}"])(
    "%s is taken",
    (pattern) => {
      expect(why(pattern)).toBe("");
    },
  );
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
    expect(why(pattern)).toBe("");
    const reference = new RegExp(pattern, "u");
    for (let round = 0; round < 6; round += 1) {
      const text = random
        .list(8, () => random.pick(["a", "b", "_", "-", "é", "😀", ".", "1", "\n"]))
        .join("");
      const expected = reference.test(text);
      if (expected) found += 1;
      expect(search(pattern, text), `${pattern} in ${JSON.stringify(text)}`).toBe(expected);
    }
  }
  expect(found).toBeGreaterThan(4000);
});

test("patterns that make others backtrack for ever come to an end", () => {
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*[bc]", "^([a-z]+)*[0-9]$"]) {
    expect(search(pattern, `${"a".repeat(LONGEST_SEARCHED - 1)}!`), pattern).toBe(false);
  }
});

test("a text of ever new characters, and one of ever new states, get the same answer each time", () => {
  const long = Array.from({ length: 15_000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join("");
  for (let round = 0; round < 3; round += 1) {
    expect(search("x[^y]{40}z", long)).toBe(false);
    expect(search("x[^y]{40}z", `${long}x${long.slice(0, 40)}z`)).toBe(true);
  }
  const random = randomFrom(2);
  const mixed = Array.from({ length: 10_000 }, () => random.pick(["a", "b"])).join("");
  expect(search("[ab]*a[ab]{90}[cd]", mixed)).toBe(false);
  expect(search("[ab]*a[ab]{90}[cd]", `${mixed}a${"b".repeat(90)}d`)).toBe(true);
});

test("a text that is too long is not searched", () => {
  expect(search("a", "a".repeat(LONGEST_SEARCHED))).toBe(true);
  expect(search("a", "a".repeat(LONGEST_SEARCHED + 1))).toBeUndefined();
});
