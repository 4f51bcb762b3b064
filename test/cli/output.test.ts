import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { findJsonError } from "../../classifier/json-error.ts";
import { nearest } from "../../cli/_nearest.ts";
import { renderEvidence } from "../../cli/render/evidence.ts";
import { brief, columnsOf, safe, safeJson, wrap } from "../../cli/render/text.ts";

test("a stranger's text cannot act on the terminal or hide in it", () => {
  expect(safe("\u001b[2Ja\u202eb\u200bc\r\n\t\ud800\u{e0041}\ufe0f")).toBe(
    "\\u{1b}[2Ja\\u{202e}b\\u{200b}c\\r\\n\\t\\u{d800}\\u{e0041}\ufe0f",
  );
  expect(brief("日本語日本語", 4)).toBe("日本語…");
});

test("JSON with such characters escaped is the same JSON", () => {
  const value = { "a\u202e": ["\u{e0041}\u2028\n", "\ud83d\udc69\u200d\ud83d\udcbb", { b: 1 }] };
  for (const text of [safeJson(value), safeJson(value, 2)]) {
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(/[\u202e\u2028\u200d]/u);
  }
});

test("columns are counted as a terminal does, and text is wrapped by them", () => {
  expect(columnsOf("日本e\u0301📒")).toBe(7);
  expect(wrap("one two three", 9, "  ")).toBe("  one two\n  three");
});

test("a text that is shown from its middle on begins with …", () => {
  const description = `${"abcdefg ".repeat(40)}deletes all beds.`;
  const start = description.indexOf("deletes");
  const evidence = { rule: "r", pointer: "/description", start, end: start + 7, excerpt: "deletes" };
  const lines = renderEvidence({ name: "x", description }, [evidence], 80, (_, text) => text).split("\n");
  expect(lines[1]).toMatch(/^ {4}…\S/);
  const marked = lines.findIndex((line) => line.includes("deletes"));
  const carets = lines[marked + 1]?.indexOf("^");
  expect(carets).toBe(lines[marked]?.indexOf("deletes"));
});

test.each([
  ['{"a":1,}', 1, 8, "a key in double quotes", '"}"'],
  ['{"a" 1}', 1, 6, '":" after the key', '"1"'],
  ["[1\n 2]", 2, 2, '"," or "]"', '"2"'],
  ["[1,]", 1, 4, "a value", '"]"'],
  ['["a\n"]', 1, 4, 'the closing " of a text', '"\\n"'],
  ['["\\x"]', 1, 3, "an escape such as \\n or \\u0041", '"\\\\"'],
  ["[1", 1, 3, '"," or "]"', "the end"],
  ["{} {}", 1, 4, "nothing more after the value", '"{"'],
  ["nul", 1, 1, "a value", '"n"'],
  ["", 1, 1, "a value", "the end"],
])("%j is not JSON from line %i, column %i on", (text, line, column, expected, found) => {
  expect(findJsonError(text)).toEqual({ line, column, expected, found });
});

test("what is JSON has no error, however deep", () => {
  for (const text of [
    '{"a":[1,-2.5e3,"\\u0041",true,null,{}]}',
    `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
  ]) {
    expect(findJsonError(text)).toBeUndefined();
  }
});

test("nearest names", () => {
  expect(nearest("delete_beds", ["list", "delete_bed", "delete_weeds"])).toEqual([
    "delete_bed",
    "delete_weeds",
  ]);
  expect(nearest("x", ["alpha", "beta"])).toEqual([]);
});

test("a reader that stops reading is no error", async () => {
  const script = 'for (let i = 0; i < 20000; i++) console.log(JSON.stringify({ name: "list_" + i }))';
  const command = `"$0" -e '${script}' | "$0" cli/placard.mjs classify - --format ndjson 2>&1 | head -n 1; echo "\${PIPESTATUS[1]}"`;
  const child = spawn("bash", ["-c", command, process.execPath]);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await once(child, "close");
  const [first = "", status] = output.trimEnd().split("\n");
  expect(JSON.parse(first)).toMatchObject({ name: "list_0" });
  expect(status).toBe("0");
});
