import { describe, expect, it } from "vitest";
import { classify, type ToolDefinition } from "../../classifier/index.ts";
import { movesOf, type Pair, renderMoves, renderSummary } from "../../eval/_moves.ts";

const read: ToolDefinition = { name: "list_kites", description: "Lists the kites of a shop." };
const deletes: ToolDefinition = { name: "delete_kite", description: "Deletes a kite for good." };

const pair = (name: string, before: ToolDefinition, now: ToolDefinition, label?: Pair["label"]): Pair => ({
  set: "own",
  server: "kites",
  name,
  before: classify(before),
  now: classify(now),
  ...(label ? { label } : {}),
});
const LOW = { category: "Read", risk: "low" } as const;

describe("verdicts that moved", () => {
  it("leaves out those that are the same", () => {
    expect(movesOf([pair("same", read, read, LOW), pair("same", deletes, deletes)])).toEqual([]);
  });

  it("says which are mended and which broken by their labels, the broken ones first", () => {
    const moves = movesOf([
      pair("unread", read, deletes),
      pair("mended", deletes, read, LOW),
      pair("broken", read, deletes, LOW),
      pair("neither", read, deletes, { category: "Write", risk: "medium" }),
    ]);
    expect(moves.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["broken", "broken"],
      ["neither", "still wrong"],
      ["mended", "mended"],
      ["unread", "not labelled"],
    ]);
    expect(renderSummary(moves, 4)).toBe(
      "4 definitions read, 4 verdicts moved. Mended, by their labels: 1; broken: 1; wrong as before: 1; not labelled: 1.",
    );
    expect(renderSummary(moves.slice(0, 1), 4)).toMatch(/^4 definitions read, 1 verdict moved\./);
  });

  it("names the rules that came and went, and how many are not shown", () => {
    const moves = movesOf([pair("kite", read, deletes, LOW), pair("other", read, deletes, LOW)]);
    expect(moves[0]?.came).toContain("delete-data");
    expect(moves[0]?.went).toContain("look-up");
    const text = renderMoves(moves, 1);
    expect(text).toContain("own  kites  kite\n  Read low → Destructive ");
    expect(text).toContain("; labelled Read low: broken\n  speaks now: ");
    expect(text).toContain("and 1 more: --limit 2 lists them all");
    expect(text).not.toContain("own  kites  other");
  });
});
