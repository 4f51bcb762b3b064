import { describe, expect, test } from "vitest";
import { code, fence, link, plain } from "../../site/src/lib/markdown-text.ts";

/** Text that means to get out of where it stands. */
const ESCAPES = [
  "```\n# Not ours\n```",
  "````\n</details>",
  "~~~\nx\n~~~",
  "` `` ``` ````",
  "`",
  "# heading",
  "- item",
  "+ item",
  "1. item",
  "=====",
  "> quote",
  "| a | b |",
  "[x](javascript:alert(1))",
  "![x](https://example.invalid/x.png)",
  "<script>alert(1)</script>",
  "<!-- x",
  "https://example.invalid and www.example.invalid",
  "*bold* _it_ **b** __b__ ~~s~~ $x$",
  "&lt;script&gt;",
  "\\",
  "a\r\n# b\rc",
  "\u2028# x",
  "\u202Eevil\u0000",
  "   ",
  "",
];

/** The lines of a document with what stands in fences left out, as CommonMark reads them (§4.5). */
function outsideFences(markdown: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const line of markdown.split("\n")) {
    const run = /^ {0,3}(`{3,})([^`]*)$/.exec(line);
    if (open === undefined && run) open = run[1];
    else if (open !== undefined) {
      if (run && run[2]?.trim() === "" && (run[1]?.length ?? 0) >= open.length) open = undefined;
    } else lines.push(line);
  }
  expect(open).toBeUndefined();
  return lines;
}

describe("a stranger's text", () => {
  test.each(ESCAPES)("%j cannot close its fence", (text) => {
    expect(outsideFences(`before\n${fence(text)}\nafter`)).toEqual(["before", "after"]);
    expect(outsideFences(`before\n${fence(JSON.stringify({ text }), "json")}\nafter`)).toEqual([
      "before",
      "after",
    ]);
  });

  test.each(ESCAPES)("%j cannot close its code span", (text) => {
    const span = code(text);
    const [, marks = "", inner = ""] = /^(`+)([\s\S]*?)\1$/.exec(span) ?? [];
    expect(marks).not.toBe("");
    expect(inner.split(/[^`]+/)).not.toContain(marks);
    expect(span).not.toContain("\n");
    expect(inner.trim()).not.toBe("");
  });

  test.each(ESCAPES)("%j is no markup in a line of ours", (text) => {
    const line = plain(text);
    // Each sign that Markdown or HTML would read stands behind an odd number of backslashes.
    expect(line.replace(/\\[!-/:-@[-`{-~]/g, "")).not.toMatch(/[`*[\]<>&|~#$\n]|https?:|www\./);
    expect(line).not.toMatch(/^\s*([-+=]|\d+[.)]\s)/);
  });

  test("is spelled where it hides", () => {
    expect(fence("a\u202Eb\u0000")).toBe("```text\na⟨U+202E⟩b⟨U+0000⟩\n```");
    expect(code("a\u202Eb")).toBe("`aU+202Eb`");
    expect(plain("a\u202Eb")).toBe("aU+202Eb");
    expect(fence('{"a":"\u202E"}', "json")).toContain('{"a":"\\u202e"}');
  });

  test("is cut where it is too long, without half a character", () => {
    expect(plain("😀".repeat(400))).toMatch(/^(😀)+ … \(shortened\)$/u);
    expect(fence("x".repeat(100_000)).length).toBeLessThan(20_100);
  });

  test("keeps words of names together", () => {
    expect(plain("delete_old_files of 2026.11.1")).toBe("delete_old_files of 2026.11.1");
  });
});

test("an address cannot end its link", () => {
  expect(link("x", "/tools/a/f(1)")).toBe("[x](/tools/a/f%281%29)");
});
