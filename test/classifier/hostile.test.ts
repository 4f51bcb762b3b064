import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Category, classify, type ToolDefinition } from "../../classifier/index.ts";
import { isDangerous, type Kind, lowered, mutations, renderLowered, type Subject } from "./_hostile.ts";

/** Whatever a server adds to a definition that changes something, its verdict gets no milder. */

const root = resolve(import.meta.dirname, "../..");
const corpus = resolve(root, "../shared/corpus");

type Row = ToolDefinition & { server: string };

const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

const rowsOf = <T>(file: string): T[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

const idOf = ({ server, name }: Row) => `${server} ${name}`;

/** The definitions that change something, by a label or by their verdict, as they were served. */
function dangerousOf(toolsFile: string, labelFiles: string[]): Subject[] {
  const labels = labelFiles.flatMap((file) => rowsOf<Row & { category: Category }>(file));
  const labelled = new Set(labels.filter(({ category }) => isDangerous(category)).map(idOf));
  return rowsOf<Row>(toolsFile).flatMap((row) => {
    const id = idOf(row);
    const served = SERVED.filter((key) => key in row).map((key) => [key, row[key]]);
    const definition = Object.fromEntries(served) as ToolDefinition;
    return labelled.has(id) || isDangerous(classify(definition).category) ? [{ id, definition }] : [];
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

const own = dangerousOf(`${root}/eval/own/tools.jsonl`, [`${root}/eval/own/labels.jsonl`]);

describe("no addition lowers a verdict on the definitions in our own words", () => {
  it("of which there are enough", () => {
    expect(own.length).toBeGreaterThan(200);
  });
  tryAll("at length", own);
});

describe("no addition lowers a verdict on the corpus, where it is", () => {
  if (existsSync(corpus)) {
    const labels = [`${corpus}/labels-dev.jsonl`, `${corpus}/gold-dev.jsonl`];
    tryAll("in turn", dangerousOf(`${corpus}/tools-dev.jsonl`, labels));
  } else {
    it("of which there is none here", (context) => {
      context.annotate(
        "There is no ../shared/corpus here: only the definitions in our own words were tried.",
      );
      expect(own).not.toEqual([]);
    });
  }
});
