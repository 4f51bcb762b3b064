import { expect, test } from "vitest";
import { redactArguments } from "../../crawler/_redact.ts";
import { cleanName, plain, storableObject, storableText } from "../../crawler/_text.ts";
import { parseJsonText } from "../../crawler/json-text.ts";
import { insidePath } from "../../crawler/program.ts";

test("a stranger's text becomes one harmless line", () => {
  expect(plain("\u001b[31mred\u001b[0m\nnext\tline\u202e", 80)).toBe("red next line");
  expect(plain("x".repeat(100), 10)).toBe(`${"x".repeat(10)}…`);
  expect(plain("a\ud800b", 10)).toBe("a\ufffdb");
});

test("what is stored holds no NUL and no half characters, in keys neither", () => {
  expect(storableText("a\u0000b\ud800")).toBe("a\ufffdb\ufffd");
  expect(storableObject({ "k\u0000": ["v\udfff", "\\u0000", "😀"] })).toEqual({
    "k\ufffd": ["v\ufffd", "\\u0000", "😀"],
  });
  expect(storableObject({ long: "x".repeat(100_000) })).toEqual({});
});

test("names for ids", () => {
  expect(["a b/c", "..", "Größe", "x\u202ey"].map(cleanName)).toEqual(["a-b-c", "server", "Größe", "x-y"]);
});

test("secrets in arguments", () => {
  expect(
    redactArguments(["run", "--api-key", "k", "--port", "80", "-token=t", "postgres://u:p@h/d"]),
  ).toEqual([...["run", "--api-key", "***", "--port", "80", "-token=***", "postgres://***@h/d"]]);
});

test.each([
  ["API_KEY=s3cret", "API_KEY=***"],
  ["Authorization: Bearer s3cret", "Authorization: ***"],
  ["X-Api-Key:s3cret", "X-Api-Key:***"],
  ["https://example.com/mcp?token=s3cret", "https://example.com/mcp?***"],
  ["--database-url=postgres://me:s3cret@host/db", "--database-url=postgres://***@host/db"],
  ["ghp_s3crets3crets3cret", "ghp_***"],
  // And what is no secret stays.
  ["src/keys.js", "src/keys.js"],
  ["--port=80", "--port=80"],
  ["monkey://x", "monkey://x"],
  ["npm_config", "npm_config"],
])("secrets in the argument %s", (argument, shown) => {
  expect(redactArguments(["node", argument])).toEqual(["node", shown]);
});

test.each([
  ["", 1, 1],
  ["{", 1, 2],
  ['{"a":1,\n "b":tru }', 2, 9],
  ['["\\x"]', 1, 4],
  ["[1,\n2,\n3 4]", 3, 3],
  ["nul", 1, 4],
  [`[${"1,".repeat(5_000)}x]`, 1, 10_002],
])("the place where a text stops being JSON: %j", (text, line, column) => {
  expect(parseJsonText(text)).toMatchObject({ ok: false, line, column });
});

test("a path inside the deepest mount that holds it", () => {
  const mounts = [
    { from: "/a", to: "/x" },
    { from: "/a/b", to: "/y" },
  ];
  expect(["/a/b/c", "/a/bc", "/a", "/other"].map((path) => insidePath(path, mounts))).toEqual([
    "/y/c",
    "/x/bc",
    "/x",
    "/other",
  ]);
});
