import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shareOf } from "../../classifier/evaluate.ts";
import { hasCorpus, readCorpus, readOwn, readTraining } from "../../eval/_sets.ts";

describe("the sets in our own words", () => {
  it("are labelled to the last definition", () => {
    const rows = [...readOwn(), ...readTraining()];
    expect(rows.filter(({ label }) => !label)).toEqual([]);
    expect(new Set(rows.map(({ set }) => set))).toEqual(new Set(["own", "training"]));
  });
});

describe("a corpus", () => {
  const folder = mkdtempSync(join(tmpdir(), "placard-corpus-"));
  const families = Array.from({ length: 50 }, (_, number) => `family-${number}`);
  const shown = families.find((family) => shareOf(family) === "tune") ?? "";
  const held = families.find((family) => shareOf(family) === "held") ?? "";
  const write = (file: string, rows: object[]) =>
    writeFileSync(join(folder, file), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const label = (name: string) => ({ server: "kites", name, category: "Read", risk: "low" });

  beforeAll(() => {
    write("tools-dev.jsonl", [
      { server: "kites", family: shown, source: "a list", name: "unread", description: "Flies." },
      { server: "kites", family: shown, source: "a list", name: "list_kites", extraHints: {} },
      { server: "strings", family: held, name: "list_kites" },
    ]);
    write("labels-dev.jsonl", [label("list_kites"), label("gone")]);
    write("gold-dev.jsonl", []);
    write("gold-dev-second.jsonl", [{ ...label("list_kites"), risk: "high", facets: ["money"] }]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is there or not", () => {
    expect(hasCorpus(folder)).toBe(true);
    expect(hasCorpus(join(folder, "elsewhere"))).toBe(false);
  });

  it("gives what was served, labelled definitions first, with the facets of the second reading", () => {
    const of = { set: "corpus", server: "kites", family: shown };
    const read = { ...label("list_kites"), alternatives: [], facets: ["money"] };
    expect(readCorpus(folder, "tune")).toEqual([
      { ...of, name: "list_kites", definition: { name: "list_kites" }, label: read },
      { ...of, name: "unread", definition: { name: "unread", description: "Flies." } },
    ]);
  });

  it("keeps families that are held back apart", () => {
    expect(readCorpus(folder, "held").map(({ server }) => server)).toEqual(["strings"]);
  });

  it.each([
    ['{"server": "kites"', "it is not JSON. Give JSON Lines, one object a line."],
    [JSON.stringify({ ...label("list_kites"), risk: "lo" }), 'at "risk": Invalid option: expected one of'],
    [
      JSON.stringify({ ...label("list_kites"), alternatives: ["Reed"] }),
      'at "alternatives.0": Invalid option: expected one of',
    ],
  ])("says which line does not fit: %s", (line, message) => {
    writeFileSync(join(folder, "gold-dev.jsonl"), `${JSON.stringify(label("list_kites"))}\n\n${line}\n`);
    expect(() => readCorpus(folder, "tune")).toThrow(`gold-dev.jsonl, line 3: ${message}`);
  });
});
