import { describe, expect, test } from "vitest";
import type { Verdict } from "../../classifier/index.ts";
import { catalogReport, type Database, sampleServers, sampleTools, storeCrawl } from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const tool = (name: string) => ({ name, description: `Does ${name}.` });
const FINDING = { id: "hidden-characters", severity: "error" as const, message: "It hides.", evidence: [] };

/** Two servers with tools, one of them with a tool that is gone, and one that failed. */
async function fill(database: Database): Promise<void> {
  const store = (server: string, at: string, tools: [name: string, verdict: Partial<Verdict>][], more = {}) =>
    storeCrawl(
      database,
      crawlOf(
        tools.map(([name]) => tool(name)),
        { server, startedAt: at, protocolVersion: "2025-11-25", ...more },
      ),
      tools.map(([name, verdict]) => verdictOn(tool(name), verdict)),
    );
  await store("npm/a", day(1), [
    ["one", {}],
    ["two", {}],
    ["old", { risk: "critical", category: "Execute" }],
  ]);
  await store("npm/a", day(3), [
    ["one", {}],
    ["two", {}],
    [
      "three",
      {
        category: "Write",
        risk: "medium",
        confidence: 0.55,
        facets: ["egress", "private-data"],
        findings: [FINDING],
      },
    ],
  ]);
  const conflicts = [{ hint: "readOnlyHint" as const, declared: true, suggested: false, why: "It writes." }];
  await store("remote/b.example", day(2), [
    [
      "four",
      {
        category: "Destructive",
        risk: "high",
        confidence: 1,
        annotations: { declared: { readOnlyHint: true }, suggested: {}, conflicts },
      },
    ],
    ["five", { category: "Unknown", risk: "unknown", confidence: 0 }],
  ]);
  await store("npm/c", day(2), [], {
    status: "failed",
    reason: "It ended at once.",
    protocolVersion: undefined,
  });
}

describe("the report", () => {
  test("counts what is served now", async () => {
    const database = await openTestDatabase();
    await fill(database);
    const report = await catalogReport(database, ["hidden-characters", "secrecy"]);
    expect(report.judged).toEqual(
      expect.arrayContaining([
        { category: "Read", risk: "low", facets: [], tools: 2 },
        { category: "Write", risk: "medium", facets: ["egress", "private-data"], tools: 1 },
        { category: "Destructive", risk: "high", facets: [], tools: 1 },
        { category: "Unknown", risk: "unknown", facets: [], tools: 1 },
      ]),
    );
    expect(report.judged).toHaveLength(4);
    // Of "one" and "two" it is 0.9; of the Unknown one there is nothing to say.
    expect(report.confidence).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 3]);
    expect(report.sizes).toEqual([
      { tools: 2, servers: 1 },
      { tools: 3, servers: 1 },
    ]);
    expect(report.conflicts).toBe(1);
    expect(report.findings).toEqual([
      { kind: "hidden-characters", tools: 1 },
      { kind: "secrecy", tools: 0 },
    ]);
    expect(report.revisions).toEqual([{ revision: "2025-11-25", servers: 2 }]);
    expect(report.sources).toEqual([
      { source: "npm", servers: 2, tools: 3 },
      { source: "remote", servers: 1, tools: 2 },
    ]);
    expect(report.outcomes).toEqual([
      { status: "ok", servers: 2 },
      { status: "failed", servers: 1 },
    ]);
    expect(report.growth).toEqual([
      { day: "2026-01-01", more: 3 },
      { day: "2026-01-02", more: 2 },
      { day: "2026-01-03", more: 0 },
    ]);
  });

  test("of an empty catalog is all zeros", async () => {
    const report = await catalogReport(await openTestDatabase(), []);
    expect(report).toEqual({
      judged: [],
      confidence: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      sizes: [],
      conflicts: 0,
      findings: [],
      revisions: [],
      sources: [],
      outcomes: [],
      growth: [],
    });
  });

  test("draws tools and servers, no more than asked for", async () => {
    const database = await openTestDatabase();
    await fill(database);
    const drawn = await sampleTools(database, 100);
    expect(drawn.map(({ name }) => name).sort()).toEqual(["five", "four", "one", "three", "two"]);
    expect(drawn.map(({ digest }) => digest)).toEqual(drawn.map(({ digest }) => digest).sort());
    expect(drawn[0]?.definition.description).toBe(`Does ${drawn[0]?.name}.`);
    expect(await sampleTools(database, 2)).toHaveLength(2);
    expect((await sampleServers(database, 10, 100)).sort()).toEqual(["npm/a", "remote/b.example"]);
    expect(await sampleServers(database, 10, 2)).toEqual(["remote/b.example"]);
    expect(await sampleServers(database, 1, 100)).toHaveLength(1);
  });
});
