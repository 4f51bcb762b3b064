import { describe, expect, test } from "vitest";
import { annotate, cutAt, splitMarks } from "../../site/src/lib/annotate.ts";
import { toolQuery } from "../../site/src/lib/filters.ts";
import { escapeHidden, visibleRuns } from "../../site/src/lib/hidden.ts";
import { ignoredParameters, unknownParameters } from "../../site/src/lib/read-query.ts";
import { mixed } from "../../site/src/lib/riskiest.ts";
import { shellWord } from "../../site/src/lib/shell-word.ts";
import { prepareToolPage } from "../../site/src/lib/tool-page.ts";
import { reachWords, reversibleWords } from "../../site/src/lib/words.ts";
import { fakeCatalog } from "./_catalog.ts";
import { LOGOUT } from "./_servers.ts";

const plain = (text: string, marks: Parameters<typeof annotate>[1]) =>
  annotate(text, marks).map(({ runs, notes, ends }) => [
    runs.map((run) => ("text" in run ? run.text : run.hidden)).join(""),
    notes,
    ends,
  ]);

describe("marks in a text", () => {
  test("marks that overlap share a piece", () => {
    expect(
      plain("delete all files", [
        { start: 0, end: 10, note: 1 },
        { start: 7, end: 16, note: 2 },
      ]),
    ).toEqual([
      ["delete ", [1], []],
      ["all", [1, 2], [1]],
      [" files", [2], [2]],
    ]);
  });

  test("nested and equal marks keep their numbers in order", () => {
    expect(
      plain("abc", [
        { start: 1, end: 2, note: 3 },
        { start: 0, end: 3, note: 1 },
        { start: 0, end: 3, note: 2 },
      ]),
    ).toEqual([
      ["a", [1, 2], []],
      ["b", [1, 2, 3], [3]],
      ["c", [1, 2], [1, 2]],
    ]);
  });

  test("ranges outside the text do no harm, and the text is always whole", () => {
    const pieces = plain("abc", [
      { start: -5, end: 99, note: 1 },
      { start: 7, end: 9, note: 2 },
      { start: 2, end: 1, note: 3 },
    ]);
    expect(pieces.map(([text]) => text).join("")).toBe("abc");
    expect(annotate("", [])).toEqual([]);
  });

  test("a folded text keeps the marks of both halves", () => {
    expect(
      splitMarks(
        [
          { start: 3, end: 8, note: 1 },
          { start: 9, end: 10, note: 2 },
        ],
        5,
      ),
    ).toEqual({
      head: [{ start: 3, end: 5, note: 1 }],
      rest: [
        { start: 0, end: 3, note: 1 },
        { start: 4, end: 5, note: 2 },
      ],
    });
  });

  test("no cut goes through a character", () => {
    expect(cutAt("ab👩c", 3)).toBe(2);
    expect(cutAt("ab👩c", 4)).toBe(4);
    expect(cutAt("ab", 9)).toBe(2);
  });
});

describe("characters that do not show", () => {
  test.each([
    ["\u202E", "U+202E"],
    ["\u200B", "U+200B"],
    ["\u{E0041}", "U+E0041"],
    ["\u0007", "U+0007"],
    ["\u2066", "U+2066"],
    ["\uFEFF", "U+FEFF"],
    ["\u00AD", "U+00AD"],
    ["\uD800", "U+D800"],
    ["\u{E0100}", "U+E0100"],
  ])("%j is shown as %s", (hidden, code) => {
    expect(visibleRuns(`a${hidden}b`)).toEqual([{ text: "a" }, { hidden, code }, { text: "b" }]);
  });

  test("marks are piled no higher than any language piles them", () => {
    const pile = "\u0301".repeat(30);
    const kept = `e${pile.slice(0, 8)}`;
    expect(visibleRuns(`${kept}${pile.slice(8)}f`)).toEqual([
      { text: kept },
      { hidden: pile.slice(8), code: "U+0301 and 21 more" },
      { text: "f" },
    ]);
    const written = "Việt nam บִ๊ ཧཱུྃ שָׁ֖לוֹם किं";
    expect(visibleRuns(written)).toEqual([{ text: written }]);
  });

  test("line ends, tabs, other scripts and emoji are left alone", () => {
    const text = "one\n\ttwo 工具 نص naïve 👩‍💻 ⚠️ 👍🏽";
    expect(visibleRuns(text)).toEqual([{ text }]);
  });

  test("JSON with them escaped is the same JSON", () => {
    const value = { "a\u202Eb": "\u{E0041} \u200D 工具" };
    const escaped = escapeHidden(JSON.stringify(value));
    expect(escaped).toBe('{"a\\u202eb":"\\udb40\\udc41 \\u200d 工具"}');
    expect(JSON.parse(escaped)).toEqual(value);
  });

  test("a name becomes one word of a shell", () => {
    expect(shellWord("npm/@scope/name")).toBe("npm/@scope/name");
    expect(shellWord("it's $(here)")).toBe(`'it'\\''s $(here)'`);
    expect(shellWord("a\u202Eb'\n")).toBe("$'a\\u202eb\\'\\u000a'");
  });
});

test("what is read has nothing to undo, and of an Unknown tool nobody knows who feels it", () => {
  expect(reversibleWords({ category: "Read", reversible: "yes" })).toBe("There is nothing to undo.");
  expect(reversibleWords({ category: "Write", reversible: "yes" })).toMatch(/^Yes: /);
  expect(reachWords({ category: "Unknown", reach: "call" })).toMatch(/^Not known/);
});

test("a command's own arguments stay behind --, ours before it", async () => {
  const catalog = fakeCatalog([
    { id: "local/mine", tools: [LOGOUT], detail: { source: "-- node server.js" } },
    { id: "npm/theirs", tools: [LOGOUT], detail: { source: "npm:theirs@1.0.0" } },
  ]);
  const commands = async (server: string) => {
    const tool = await catalog.tool(server, LOGOUT.name);
    return tool && prepareToolPage(tool).commands.at(-1)?.command;
  };
  expect(await commands("local/mine")).toBe("npx placard crawl --json -- node server.js");
  expect(await commands("npm/theirs")).toBe("npx placard crawl npm:theirs@1.0.0 --json");
});

test("the riskiest tools are not eight of one kind", async () => {
  const deletions = Array.from({ length: 10 }, (_, index) => ({
    name: `delete_bed_${index}`,
    description: "Deletes a bed for good.",
  }));
  const { items } = await fakeCatalog([{ id: "local/a", tools: [...deletions, LOGOUT] }]).tools({
    limit: 50,
  });
  const chosen = mixed(items);
  expect(chosen).toHaveLength(8);
  expect(chosen.map(({ name }) => name)).toContain("logout_instance");
  const ranks = chosen.map(({ risk }) => ["critical", "high", "medium", "unknown", "low"].indexOf(risk));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test("a parameter that is not known is named, with the nearest that is", () => {
  const said = (query: string) =>
    unknownParameters(new URLSearchParams(query), toolQuery).map(({ detail }) => detail);
  expect(said("catgory=Execute&risk=high")).toEqual([
    'There is no parameter "catgory" here. Perhaps category is meant.',
  ]);
  expect(said("q=x")[0]).toMatch(/^There is no parameter "q" here\. Known are limit, cursor, /);
});

test("of thousands of parameters that are not known a few are named and the rest counted", () => {
  const ignored = (names: readonly string[]) =>
    ignoredParameters(new URLSearchParams(names.map((name) => [name, "x"])), toolQuery);
  expect(ignored(["risk"])).toEqual([]);
  expect(ignored(["q"])).toEqual([
    expect.stringMatching(/^There is no parameter "q" here\. .* It was ignored\.$/),
  ]);
  const many = ignored(Array.from({ length: 3_000 }, (_, index) => `p${index}`));
  expect(many).toHaveLength(6);
  expect(many.at(-1)).toBe("So were 2995 more that are not known here.");
  expect(ignored(["toString", "constructor"])).toHaveLength(2);
});
