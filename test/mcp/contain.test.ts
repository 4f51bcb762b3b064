import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNSAFE } from "../../classifier/index.ts";
import { harmlessJson, shown, shownDocument } from "../../mcp/contain.ts";

// The same texts each time.
fc.configureGlobal({ seed: 20_261_123, numRuns: 1_000 });

/** Any text at all, with what hides or acts in it more often than chance would have it. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\u202e",
        "\u200b",
        "\u{e0041}\u{e0042}",
        "\u001b[31m",
        "\0",
        "\ud83d",
        "\n\n",
        "\t",
        "\u2028",
        "\ufeff",
      ),
    ),
  )
  .map((parts) => parts.join(""));
const hides = (value: string) => value.replaceAll(/[\n\t]/g, "").search(UNSAFE) !== -1;

test.each([
  ["plain words", "plain words"],
  ["  two\n\nlines\tand tabs ", "two lines and tabs"],
  ["\u202Egnp.exe", "[U+202E]gnp.exe"],
  ["read\u{E0064}\u{E0065}\u{E007F} this", "read[U+E0064 and 2 more] this"],
  ["half \ud83d", "half \ufffd"],
  ["Größe 删除 👍", "Größe 删除 👍"],
])("%j is shown as %j", (given, expected) => {
  expect(shown(given, 200)).toBe(expected);
});

test("what is shown is one line, bounded, and the same when it is shown again", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 10, max: 60 }), (given, most) => {
      const line = shown(given, most);
      expect([...line].length).toBeLessThanOrEqual(most);
      expect(line).not.toMatch(/[\n\r\t]/);
      expect(hides(line)).toBe(false);
      expect(line).toBe(shown(line, most));
    }),
  );
});

describe("documents", () => {
  test("JSON stays the same document", () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const document = shownDocument(JSON.stringify(value, null, 2), "application/json");
        expect(hides(document ?? "\0")).toBe(false);
        expect(JSON.stringify(JSON.parse(document ?? ""))).toBe(JSON.stringify(value));
      }),
    );
  });

  test("others are given as they are or not at all", () => {
    expect(shownDocument("a:\n\t- b\n", "application/yaml")).toBe("a:\n\t- b\n");
    expect(shownDocument("a: \u202eb\n", "application/yaml")).toBeUndefined();
  });
});

test("no answer holds what hides, whatever was forgotten", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ name: text })), (items) => {
      expect(hides(harmlessJson({ items }))).toBe(false);
      expect(hides(JSON.stringify(JSON.parse(harmlessJson({ items }))))).toBe(false);
    }),
  );
});
