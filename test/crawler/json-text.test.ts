import { expect, test } from "vitest";
import { countParts } from "../../crawler/json-text.ts";

const count = (text: string, most = 1_000): number => countParts(Buffer.from(text), most);

test.each([
  ["", 0],
  ["[]", 1],
  ["[[],[]]", 4],
  ['{"a":1,"b":[2,3]}', 6],
  ['"in a string: [,{"', 0],
  [String.raw`["a quote \" and , more","and \\",1]`, 3],
  ['["ends in a string, without end', 1],
])("%s has %i parts", (text, parts) => {
  expect(count(text)).toBe(parts);
});

test("it stops soon after the limit", () => {
  expect(count("[".repeat(100), 10)).toBe(11);
});
