import { describe, expect, it } from "vitest";
import { classify } from "../../classifier/index.ts";
import { CORPUS, hasCorpus, readCorpus, readOwn, type SetRow } from "../../eval/_sets.ts";
import { isDangerous, type Kind, lowered, mutations, renderLowered, type Subject } from "./_hostile.ts";

/** Whatever a server adds to a definition that changes something, its verdict gets no milder. */

/** The definitions that change something, by a label or by their verdict. */
function dangerousOf(rows: SetRow[]): Subject[] {
  return rows.flatMap(({ server, name, definition, label }) => {
    const isOne = (label && isDangerous(label.category)) || isDangerous(classify(definition).category);
    return isOne ? [{ id: `${server} ${name}`, definition }] : [];
  });
}

/**
 * The share of verdicts that one mutation may lower: none by text that comes after, that is not to be seen, or by
 * claims. In front and around, some of what a server writes is what the tool is, so there the aim is none and the
 * figure is what was reached: it only goes down.
 */
const ALLOWED: Record<Kind, number> = {
  "appended text": 0,
  "invisible characters": 0,
  "false annotations": 0,
  "look-alike letters": 0,
  "prepended text": 0.04,
  "harmless title": 0,
  "harmless arguments": 0.008,
};

function tryAll(texts: "at length" | "in turn", subjects: Subject[]): void {
  it.each(mutations(texts).map((mutation) => [`${mutation.kind}: ${mutation.name}`, mutation] as const))(
    "%s",
    (_, mutation) => {
      const cases = lowered(mutation, subjects);
      const most = Math.floor(ALLOWED[mutation.kind] * subjects.length);
      expect(cases.length, renderLowered(mutation, cases, subjects.length)).toBeLessThanOrEqual(most);
    },
    60_000,
  );
}

const own = dangerousOf(readOwn());

describe("no addition lowers a verdict on the definitions in our own words", () => {
  it("of which there are enough", () => {
    expect(own.length).toBeGreaterThan(200);
  });
  tryAll("at length", own);
});

describe("no addition lowers a verdict on the corpus, where it is", () => {
  if (hasCorpus(CORPUS)) tryAll("in turn", dangerousOf(readCorpus(CORPUS, "all")));
  else {
    it("of which there is none here", (context) => {
      context.annotate(
        "There is no ../shared/corpus here: only the definitions in our own words were tried.",
      );
      expect(own).not.toEqual([]);
    });
  }
});
