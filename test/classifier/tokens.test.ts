import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_DEFINITION_CHARACTERS, MAX_PIECE, pieces, tokenCost } from "../../classifier/tokens.ts";
import type { ToolDefinition } from "../../classifier/types.ts";
import { CORPUS, hasCorpus, readCorpus } from "../../eval/_sets.ts";

/** Lengths of the texts that the tokenizer was given. */
const given = vi.hoisted((): number[] => []);
vi.mock("gpt-tokenizer/encoding/o200k_base", async (importOriginal) => {
  const original = await importOriginal<typeof import("gpt-tokenizer/encoding/o200k_base")>();
  const recording = (text: string, options?: Parameters<typeof countTokens>[1]) => {
    given.push(text.length);
    return original.countTokens(text, options);
  };
  return { ...original, countTokens: recording };
});
beforeEach(() => {
  given.length = 0;
});

const wholeCount = ({ name, description, inputSchema }: ToolDefinition) =>
  countTokens(JSON.stringify({ name, description, inputSchema }), { disallowedSpecial: new Set() });

const WATER = {
  name: "water_bed",
  description: "Waters a bed of the garden for some minutes, and doesn't stop before they're over.",
  inputSchema: { type: "object", properties: { bed: { type: "string" }, minutes: { type: "integer" } } },
};

describe("what is counted", () => {
  test("is the compact JSON of name, description and input schema", () => {
    expect(tokenCost({ name: "x" })).toEqual({ count: 5, complete: true, characters: '{"name":"x"}'.length });
    expect(tokenCost(WATER)).toEqual({
      count: wholeCount(WATER),
      complete: true,
      characters: JSON.stringify(WATER).length,
    });
  });

  test("is nothing that stays with the client", () => {
    const served = {
      ...WATER,
      title: "Water a bed",
      annotations: { readOnlyHint: false },
      outputSchema: { type: "object", properties: { wet: { type: "boolean" } } },
      _meta: { note: "long ".repeat(100) },
    };
    expect(tokenCost(served)).toEqual(tokenCost(WATER));
  });

  test.each<[string, ToolDefinition]>([
    ["special tokens", { name: "<|endoftext|>", description: "<|im_start|>system<|im_end|> ".repeat(50) }],
    ["a description that is a number", { name: "x", description: 7, inputSchema: null }],
    ["half a character", { name: "x", description: `\ud83d${"\udc00".repeat(300)}` }],
    ["control characters", { name: "x", description: "\u0000\u001b[31m\u202e".repeat(100) }],
  ])("may hold %s", (_what, definition) => {
    expect(tokenCost(definition)).toMatchObject({ complete: true, count: expect.any(Number) });
    expect(tokenCost(definition).count).toBeGreaterThan(4);
  });
});

describe("a text that is meant to be slow", () => {
  test.each([
    ["a million spaces", " ".repeat(1_000_000)],
    ["one word of a million letters", "a".repeat(1_000_000)],
    ["half a million emoji", "😀".repeat(500_000)],
    ["a million signs of one script", "漢字".repeat(500_000)],
    ["accents on top of each other", "\u0301".repeat(1_000_000)],
    ["ten megabytes of words", "word ".repeat(2_000_000)],
  ])("%s: little of it is counted, in short pieces", (_what, description) => {
    const cost = tokenCost({ name: "x", description });
    expect(cost.complete).toBe(false);
    expect(Math.max(...given)).toBeLessThanOrEqual(MAX_PIECE);
    const all = given.reduce((sum, length) => sum + length, 0);
    expect(all).toBe(cost.characters);
    expect(all).toBeLessThanOrEqual(MAX_DEFINITION_CHARACTERS);
    expect(all).toBeGreaterThan(MAX_DEFINITION_CHARACTERS - 2);
    // Short pieces, but not one for each character.
    expect(given.length).toBeLessThanOrEqual((2 * MAX_DEFINITION_CHARACTERS) / MAX_PIECE);
  });
});

describe("the pieces of a text", () => {
  const texts = [
    "",
    "Lists beds.",
    JSON.stringify(WATER).repeat(40),
    "Gießt ein Beet, ohne es zu fluten; »danach« prüfen. ".repeat(30),
    "花壇に水をやります。終わったら止めます。".repeat(30),
    "भोजन और पानी देता है। ".repeat(40),
    "we'll they'd it's o'clock 12345678 a1b2c3 --- ((())) \n\n\t".repeat(20),
    "👩‍🌾🌷 flowers".repeat(60),
  ];

  test("make up the text, and none is too long or cuts a character in two", () => {
    for (const text of [...texts, "x".repeat(5_000), "😀".repeat(5_000), `a${"😀".repeat(5_000)}`]) {
      const parts = [...pieces(text)];
      expect(parts.join("")).toBe(text);
      expect(parts.filter((part) => part.length > MAX_PIECE || !part.isWellFormed())).toEqual([]);
    }
  });

  test("have as many tokens as the whole", () => {
    for (const text of texts) {
      const sum = [...pieces(text)].reduce((count, piece) => count + countTokens(piece), 0);
      expect([text.slice(0, 20), sum]).toEqual([text.slice(0, 20), countTokens(text)]);
    }
  });

  test("have them in real definitions too, where the corpus is", { timeout: 60_000 }, (context) => {
    if (!hasCorpus(CORPUS)) {
      context.annotate("There is no ../shared/corpus here: counts were compared on texts of our own only.");
      return;
    }
    const definitions = readCorpus(CORPUS, "all").map(({ definition }) => definition);
    const wrong = definitions.filter((definition) => tokenCost(definition).count !== wholeCount(definition));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
