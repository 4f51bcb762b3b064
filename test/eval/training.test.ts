import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FACETS, parseDefinition, type Risk } from "../../classifier/index.ts";

const folder = resolve(import.meta.dirname, "../../eval/training");
const corpus = resolve(import.meta.dirname, "../../../shared/corpus/tools-dev.jsonl");

const text = z.string().min(1);
const categories = z.enum(["Read", "Write", "Execute", "Destructive", "Financial"]);
const lineSchema = z.strictObject({
  server: text,
  family: text,
  name: text,
  title: text.optional(),
  description: z.string().optional(),
  inputSchema: z.looseObject({ type: z.literal("object") }).optional(),
  category: categories,
  risk: z.enum(["low", "medium", "high", "critical"]),
  alternatives: z.array(categories),
  facets: z.array(z.enum(FACETS)),
});
type Line = z.infer<typeof lineSchema>;

/** The risks that the conventions of the labels know for each category. */
const RISKS: Record<Line["category"], Risk[]> = {
  Read: ["low", "medium"],
  Write: ["low", "medium", "high"],
  Execute: ["medium", "high", "critical"],
  Destructive: ["medium", "high", "critical"],
  Financial: ["high", "critical"],
};

/** Words in a row that nobody writes twice by chance. */
const ROW = 9;

const linesOf = (file: string): unknown[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);

const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
const lines = files.flatMap((file) =>
  linesOf(`${folder}/${file}`).map((line, at) => ({ at: `${file}:${at + 1}`, line })),
);
const read = lines.flatMap(({ at, line }) => {
  const parsed = lineSchema.safeParse(line);
  return parsed.success ? [{ ...parsed.data, at }] : [];
});

const rowsOf = (description = ""): string[] => {
  const words = description.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.slice(ROW - 1).map((_, from) => words.slice(from, from + ROW).join(" "));
};

describe("definitions to learn from", () => {
  it("are there, and each line fits", () => {
    expect(lines.length).toBeGreaterThan(1000);
    const misfits = lines.flatMap(({ at, line }) => {
      const { error } = lineSchema.safeParse(line);
      return error ? [`${at}: ${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`] : [];
    });
    expect(misfits).toEqual([]);
  });

  it("are definitions that a server could serve, each tool once", () => {
    expect(read.filter((line) => !parseDefinition(line).ok).map(({ at }) => at)).toEqual([]);
    const keys = read.map(({ server, name }) => JSON.stringify([server, name]));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it("have a risk that their category can have, and no alternative that is the category itself", () => {
    const odd = read.filter(
      ({ category, risk, alternatives }) =>
        !RISKS[category].includes(risk) || alternatives.includes(category),
    );
    expect(odd.map(({ at }) => at)).toEqual([]);
  });

  it("keep the tools of a server together", () => {
    const families = new Map<string, Set<string>>();
    for (const { server, family } of read) {
      const seen = families.get(server) ?? new Set();
      families.set(server, seen.add(family));
    }
    expect([...families].filter(([, seen]) => seen.size > 1).map(([server]) => server)).toEqual([]);
  });

  it(`share no ${ROW} words in a row with a definition of the corpus`, (context) => {
    if (!existsSync(corpus)) {
      context.annotate("There is no ../shared/corpus here: our texts were not compared with its texts.");
      return;
    }
    const theirs = new Set(linesOf(corpus).flatMap((tool) => rowsOf((tool as Line).description)));
    expect(theirs.size).toBeGreaterThan(10_000);
    expect(read.filter(({ description }) => rowsOf(description).some((row) => theirs.has(row)))).toEqual([]);
  });
});
