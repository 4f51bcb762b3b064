import { describe, expect, test } from "vitest";
import { CATEGORIES, classify, RISKS } from "../../classifier/index.ts";
import { readQuery, toolQuery } from "../../site/src/lib/filters.ts";
import { footnotesOf } from "../../site/src/lib/footnotes.ts";
import { spelled } from "../../site/src/lib/hidden.ts";
import { markFile, markLabel, markSvg } from "../../site/src/lib/mark.ts";
import { riskBars, shares } from "../../site/src/lib/pictures.ts";
import { LOGOUT } from "./_servers.ts";

describe("the mark", () => {
  const filled = (svg: string) => svg.split('class="mark-on"').length - 1;

  test("as many quadrants are filled as the risk is high, and the letter is the category's", () => {
    expect(RISKS.map((risk) => filled(markSvg("Write", risk)))).toEqual([0, 1, 2, 3, 4]);
    expect(CATEGORIES.map((category) => />(.)<\/text>/.exec(markSvg(category, "low"))?.[1]).join("")).toBe(
      "?RWEDF",
    );
    expect(markSvg("Unknown", "unknown")).toContain(">?</text>");
  });

  test("says in words what it shows, unless the words stand beside it", () => {
    expect(markSvg("Execute", "high")).toContain('role="img" aria-label="Execute, high risk"');
    expect(markSvg("Execute", "high", "hidden")).toContain('aria-hidden="true"');
    expect(markLabel("Unknown", "unknown")).toBe("Unknown: the definition does not say enough");
    // Painted by attributes: three quadrants, the disc, and the letter.
    expect(markFile("Execute", "high").match(/fill="#b8430a"/g)).toHaveLength(4);
  });
});

describe("footnotes", () => {
  test("are numbered as the definition is read, one for each place", () => {
    const notes = footnotesOf(LOGOUT, classify(LOGOUT));
    const places = notes.list.map(({ pointer, start }) => `${pointer} ${String(start).padStart(4, "0")}`);
    expect(notes.list.map((note) => note.number)).toEqual(places.map((_, index) => index + 1));
    expect(new Set(places).size).toBe(places.length);
    expect(places.findIndex((place) => place.startsWith("/description"))).toBeGreaterThan(
      places.findLastIndex((place) => place.startsWith("/name")),
    );
    const without = notes.list.find((note) => note.excerpt === "without deleting");
    expect(without?.pushes[0]?.what).toBe("against Destructive");
    expect(notes.at("/description")).toContainEqual({
      start: without?.start,
      end: without?.end,
      note: without?.number,
    });
  });

  test("rules that hold on the same words share a number, the same rule is named once", () => {
    const verdict = classify(LOGOUT);
    const place = { pointer: "/name", start: 0, end: 6, excerpt: "logout" };
    const evidence = [
      { ...place, rule: "a", supports: "Execute" as const },
      { ...place, rule: "b", facet: "identity" as const },
      { ...place, rule: "a", facet: "identity" as const },
    ];
    expect(footnotesOf(LOGOUT, { ...verdict, evidence, findings: [] }).list).toEqual([
      {
        number: 1,
        ...place,
        pushes: [
          { rule: "a", what: "for Execute, shows identity" },
          { rule: "b", what: "shows identity" },
        ],
      },
    ]);
  });
});

test("pictures: shares fill the bar, and nothing that is there is drawn as nothing", () => {
  const counts = { unknown: 0, low: 3000, medium: 1, high: 0, critical: 999 };
  const parts = shares(counts);
  expect(parts.map((part) => part.risk)).toEqual(["critical", "medium", "low"]);
  expect(parts.reduce((sum, part) => sum + part.width, 0)).toBeCloseTo(100, 1);
  expect(riskBars(counts).map((row) => row.width)).toEqual([33.3, 0, 1, 0, 100]);
  expect(shares({ unknown: 0, low: 0, medium: 0, high: 0, critical: 0 })).toEqual([]);
});

test("filters: empty fields count as not given, categories are read in any case", () => {
  const read = (query: string) => readQuery(new URLSearchParams(query), toolQuery);
  expect(read("text=&category=execute&risk=&limit=7")).toEqual({
    ok: true,
    value: { category: "Execute", limit: 7 },
  });
  expect(read("limit=7&limit=8")).toMatchObject({ ok: false, problem: { parameter: "limit" } });
  expect(read("other=1")).toEqual({ ok: true, value: {} });
});

test("sentences of ours name what does not show", () => {
  expect(spelled("a\u202E\n b")).toBe("aU+202E  b");
});
