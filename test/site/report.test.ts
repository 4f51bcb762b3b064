import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CatalogReport } from "../../db/types.ts";
import { growthOf, HEIGHT, WIDTH } from "../../site/src/lib/growth.ts";
import { conflictWords, hintLines, reportFigures, riskByCategory } from "../../site/src/lib/report.ts";
import { type ReportData, reportData } from "../../site/src/lib/report-data.ts";
import { drawnWords } from "../../site/src/lib/report-figure.ts";
import { OFFICE } from "./_attacked.ts";
import { fakeCatalog } from "./_catalog.ts";
import { type SiteServer, startSite } from "./_server.ts";
import { SERVERS } from "./_servers.ts";

const REPORT: CatalogReport = {
  judged: [
    { category: "Read", risk: "low", facets: ["private-data", "egress"], tools: 30 },
    { category: "Read", risk: "medium", facets: ["private-data"], tools: 5 },
    { category: "Destructive", risk: "critical", facets: [], tools: 5 },
  ],
  confidence: [0, 0, 0, 0, 0, 4, 0, 0, 6, 30],
  sizes: [
    { tools: 1, servers: 11 },
    { tools: 7, servers: 1 },
    { tools: 22, servers: 1 },
  ],
  conflicts: 1,
  findings: [
    { kind: "hidden-characters", tools: 2 },
    { kind: "shadowed-name", tools: 0 },
  ],
  revisions: [
    { revision: "2025-11-25", servers: 12 },
    { revision: null, servers: 1 },
  ],
  sources: [{ source: "npm", servers: 13, tools: 40 }],
  outcomes: [
    { status: "ok", servers: 12 },
    { status: "needs-authorization", servers: 1 },
  ],
  growth: [
    { day: "2026-11-01", more: 30 },
    { day: "2026-11-03", more: -10 },
    { day: "2026-11-05", more: 20 },
  ],
};
const hints = { yes: 0, no: 0 };
const DATA: ReportData = {
  ...REPORT,
  takenAt: "2026-11-23T06:00:00.000Z",
  tools: 40,
  servers: 13,
  sample: {
    drawn: 4,
    tokens: [10, 60, 60, 5_000],
    declaring: 3,
    attacks: new Map([["path-traversal", { tools: 2, worst: [] }]]),
    declared: {
      readOnlyHint: { yes: 2, no: 1 },
      destructiveHint: hints,
      idempotentHint: hints,
      openWorldHint: hints,
    },
  },
  flows: {
    drawn: 3,
    byCount: new Map([
      [2, 1],
      [0, 2],
    ]),
    byKind: new Map([
      ["One", 1],
      ["Other", 1],
    ]),
  },
};
const figureOf = (id: string, data: ReportData = DATA) => {
  const found = reportFigures(data).find((figure) => figure.id === id);
  if (!found) throw new Error(`There is no figure ${id}.`);
  return found;
};
const rowsOf = (id: string) => figureOf(id).rows.map(({ label, count, share }) => [label, count, share]);

describe("figures", () => {
  test("count what was counted, and share where the parts make a whole", () => {
    expect(rowsOf("sizes")).toEqual([
      ["1", 11, "85 %"],
      ["2 to 5", 0, "0 %"],
      ["6 to 10", 1, "8 %"],
      ["11 to 20", 0, "0 %"],
      ["21 to 50", 1, "8 %"],
    ]);
    expect(figureOf("sizes").lead).toEqual(["The ten largest servers have 93 % of all tools."]);
    expect(rowsOf("facets").slice(0, 2)).toEqual([
      ["private-data", 35, undefined],
      ["egress", 30, undefined],
    ]);
    expect(figureOf("facets").lead[0]).toMatch(/^88 % of all tools touch something/);
    expect(rowsOf("pairs")).toEqual([["private-data and egress", 30, undefined]]);
    expect(rowsOf("findings").map(([, count]) => count)).toEqual([2]);
    expect(rowsOf("attacks").map(([, count]) => count)).toEqual([2]);
    expect(figureOf("attacks").rows[0]?.url).toBe("/attacks/path-traversal");
    expect(rowsOf("flows")).toEqual([
      ["none", 2, "67 %"],
      ["2", 1, "33 %"],
    ]);
    expect(rowsOf("tokens").map(([label, count]) => [label, count])).toEqual([
      ["0 to 49", 1],
      ["50 to 99", 2],
      ["100 to 199", 0],
      ["200 to 399", 0],
      ["400 to 799", 0],
      ["800 to 1,599", 0],
      ["1,600 to 3,199", 0],
      ["3,200 or more", 1],
    ]);
    expect(rowsOf("confidence")[0]).toEqual(["50 to 60 %", 4, "10 %"]);
    expect(rowsOf("revisions")).toEqual([
      ["2025-11-25", 12, "92 %"],
      ["none: a recorded answer", 1, "8 %"],
    ]);
    expect(rowsOf("outcomes").map(([label]) => label)).toEqual(["listed its tools", "needs authorization"]);
  });

  test("are drawn in the proportion of their numbers, and none at all for nothing", () => {
    for (const { rows } of reportFigures(DATA)) {
      const most = Math.max(...rows.map(({ count }) => count));
      for (const { count, width } of rows) {
        if (count === 0) expect(width).toBe(0);
        else expect(Math.abs(width - (count / most) * 100)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  test("that were not counted in time say so, and those without data say that", () => {
    const none: ReportData = {
      takenAt: DATA.takenAt,
      tools: 5,
      servers: 1,
      sample: { ...DATA.sample, drawn: 0, tokens: [] },
      flows: { drawn: 0, byCount: new Map(), byKind: new Map() },
    };
    for (const id of ["sizes", "pairs", "confidence", "tokens"])
      expect(figureOf(id, none)).toMatchObject({ rows: [], empty: expect.stringMatching(/took too long/) });
    expect(figureOf("flows", none)).toMatchObject({ rows: [], empty: "There is nothing to count yet." });
    expect(riskByCategory(none)).toBeUndefined();
    expect(conflictWords(none)).toBe("");
  });

  test("of categories add up, worst first", () => {
    expect(
      riskByCategory(DATA)?.map(({ category, total, risks }) => [category, total, risks.critical, risks.low]),
    ).toEqual([
      ["Destructive", 5, 5, 0],
      ["Read", 35, 0, 30],
    ]);
  });

  test("of what was drawn say of how many", () => {
    expect(hintLines(DATA)[0]).toMatchObject({ hint: "readOnlyHint", yes: 2, no: 1, none: 1 });
    expect(conflictWords(DATA)).toBe(
      "Of 40 tools, 1 (3 %) has a hint that the rest of the definition contradicts.",
    );
    expect(drawnWords(4, 40, "tool")).toBe("4 of 40 tools, drawn evenly");
    expect(drawnWords(40, 40, "tool")).toBe("all 40 tools");
  });
});

describe("growth", () => {
  test("is a line from the first day to the last, as high as the most there were", () => {
    expect(growthOf(REPORT.growth ?? [])).toMatchObject({
      points: [{ tools: 30 }, { tools: 20 }, { tools: 40 }],
      line: `0,${HEIGHT / 4} ${WIDTH / 2},${HEIGHT / 2} ${WIDTH},0`,
      most: 40,
    });
  });

  test("of years has few points, the first and the last day among them", () => {
    const days = Array.from({ length: 900 }, (_, index) => ({
      day: new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10),
      more: 1,
    }));
    const points = growthOf(days)?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(25);
    expect([points[0]?.tools, points.at(-1)?.tools]).toEqual([1, 900]);
  });

  test("needs two days", () => {
    expect(growthOf([])).toBeUndefined();
    expect(growthOf([{ day: "2026-11-01", more: 3 }])).toBeUndefined();
  });
});

test("figures are collected once a minute, whoever asks, and anew after a failure", async () => {
  let asked = 0;
  const catalog = fakeCatalog([...SERVERS, OFFICE]);
  const counting = {
    ...catalog,
    report: async () => (asked++ === 0 ? Promise.reject(new Error("gone")) : REPORT),
  };
  await expect(reportData({ catalog: counting })).rejects.toThrow("gone");
  const [one, other] = await Promise.all([
    reportData({ catalog: counting }),
    reportData({ catalog: counting }),
  ]);
  expect(one).toBe(other);
  expect(asked).toBe(2);
  expect(one.sample.drawn).toBe(one.tools);
  expect(one.flows.drawn).toBe(4);
  expect([...one.flows.byKind.values()].some((servers) => servers > 0)).toBe(true);
});

describe("the page", () => {
  let site: SiteServer;
  let empty: SiteServer;
  beforeAll(async () => {
    site = await startSite({ ...fakeCatalog(SERVERS), report: async () => REPORT });
    empty = await startSite(fakeCatalog([]));
  });
  afterAll(async () => {
    await site?.close();
    await empty?.close();
  });

  test("has each number of a picture in a table", async () => {
    const html = await (await fetch(`${site.url}/report`)).text();
    expect([...html.matchAll(/<desc id="stacked-[^>]+>([^<]+)/g)].map((match) => match[1])).toEqual([
      "5 tools: 5 critical",
      "35 tools: 5 medium, 30 low",
    ]);
    expect(
      html.match(
        /<tr><th scope="row"><a href="\/categories\/read">Read<\/a><\/th><td class="number">35<\/td>/,
      ),
    ).not.toBeNull();
    expect(html).toMatch(
      /<desc id="growth-desc">From 30 on 1 Nov 2026 to 40 on 5 Nov 2026; at most 40\.<\/desc>/,
    );
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("of an empty catalog says what there is not", async () => {
    const answer = await fetch(`${empty.url}/report`);
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain("The catalog lists no tool yet");
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});
