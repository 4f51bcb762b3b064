import { afterEach, describe, expect, it, vi } from "vitest";
import { canonicalJson, digestOf } from "../../classifier/digest.ts";
import { readOwn } from "../../eval/_sets.ts";

const definitions = readOwn().map(({ definition }) => definition);

describe("canonical JSON", () => {
  it.each([
    [
      "keys by UTF-16 code units, however many",
      { ב: 1, a: 2, "10": 3, "2": 4, A: 5 },
      '{"10":3,"2":4,"A":5,"a":2,"ב":1}',
    ],
    [
      "more keys than are sorted by hand",
      Object.fromEntries([..."nmlkjihgfedcba"].map((key) => [key, 0])),
      `{${[..."abcdefghijklmn"].map((key) => `"${key}":0`).join(",")}}`,
    ],
    ["a key that JavaScript has plans for", JSON.parse('{"b": 1, "__proto__": 2}'), '{"__proto__":2,"b":1}'],
    ["what is not there", { a: undefined, b: [undefined, Number.POSITIVE_INFINITY] }, '{"b":[null,null]}'],
    ["half a character", { a: "\ud800" }, '{"a":"\\ud800"}'],
  ])("%s", (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
    // What was quoted once is remembered.
    expect(canonicalJson(value)).toBe(text);
  });

  it("is JSON with the same content", () => {
    for (const definition of definitions) expect(JSON.parse(canonicalJson(definition))).toEqual(definition);
  });
});

describe("the digest where there is no Node", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("is the same", async () => {
    vi.stubGlobal("process", undefined);
    vi.resetModules();
    const portable = await import("../../classifier/digest.ts");
    vi.unstubAllGlobals();
    expect(portable.digestOf).not.toBe(digestOf);
    const strange = { name: "ü", description: "\ud83d \ud83d\ude00" };
    for (const definition of [...definitions, strange]) {
      expect(portable.digestOf(definition)).toBe(digestOf(definition));
    }
  });
});
