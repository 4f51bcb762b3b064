import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { ToolDefinition, Verdict } from "../../classifier/index.ts";
import {
  type Database,
  getServer,
  getTool,
  listChanges,
  listTools,
  reclassify,
  replaceVerdict,
  showCorrections,
  storeCrawl,
} from "../../db/index.ts";
import { type Corrections, correctionsOf, parseCorrections } from "../../policy/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const SERVER = "npm/@example/mail-mcp";
const OTHER = "npm/@example/post-mcp";
const send = { name: "send_mail", description: "Sends a message." };
const read = { name: "read_mail", description: "Reads one message." };
const WORSE = { category: "Execute", risk: "high", facets: ["messaging"] };
const NONE = correctionsOf([]);

function corrections(definition: ToolDefinition, changes: object = WORSE): Corrections {
  const { digest } = verdictOn(definition);
  const reader = { server: SERVER, tool: definition.name, who: "Jo", when: "2026-11-01", why: "It sends." };
  const parsed = parseCorrections([{ digest, ...reader, ...changes }]);
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return correctionsOf(parsed.value);
}

const crawl = (database: Database, list: Corrections, server = SERVER, start = day(1)) =>
  storeCrawl(
    database,
    crawlOf([send, read], { server, startedAt: start }),
    [send, read].map((tool) => list.apply(verdictOn(tool))),
  );

const show = (database: Database, { digests, apply }: Corrections) =>
  showCorrections(database, digests, apply);

const shown = async (database: Database, server = SERVER) => {
  const tool = await getTool(database, server, "send_mail");
  return tool && [tool.category, tool.risk, "correction" in tool.verdict];
};
const AS_CLASSIFIED = ["Read", "low", false];
const AS_CORRECTED = ["Execute", "high", true];

describe("a correction", () => {
  test("that is new is shown in the lists, filters and tools of every server that has the definition", async () => {
    const database = await openTestDatabase();
    await crawl(database, NONE);
    await crawl(database, NONE, OTHER);
    expect(await show(database, corrections(send))).toBe(1);
    for (const server of [SERVER, OTHER]) {
      const tool = await getTool(database, server, "send_mail");
      expect(tool?.verdict).toEqual(corrections(send).apply(verdictOn(send)));
      expect(tool?.versions[0]).toMatchObject({ category: "Execute", risk: "high" });
      expect((await getTool(database, server, "read_mail"))?.verdict).toEqual(verdictOn(read));
      expect((await getServer(database, server))?.byRisk).toMatchObject({ high: 1, low: 1 });
    }
    const { items } = await listTools(database, { facet: "messaging", risk: "high" });
    expect(items.map(({ server, name }) => [server, name])).toEqual([
      [SERVER, "send_mail"],
      [OTHER, "send_mail"],
    ]);
    // By rank: the worst first.
    expect((await listTools(database)).items.map(({ name }) => name)).toEqual([
      "send_mail",
      "send_mail",
      "read_mail",
      "read_mail",
    ]);
  });

  test("is brought up to date once: changed, moved to another definition, taken back", async () => {
    const database = await openTestDatabase();
    await crawl(database, NONE);
    const first = corrections(send);
    expect([await show(database, first), await show(database, first)]).toEqual([1, 0]);
    expect(await shown(database)).toEqual(AS_CORRECTED);
    expect(await show(database, corrections(send, { category: "Write", risk: "medium" }))).toBe(1);
    expect(await shown(database)).toEqual(["Write", "medium", true]);
    expect((await listTools(database, { facet: "messaging" })).items).toEqual([]);
    expect(await show(database, corrections(read))).toBe(2);
    expect(await shown(database)).toEqual(AS_CLASSIFIED);
    expect([await show(database, NONE), await show(database, NONE)]).toEqual([1, 0]);
    expect((await getTool(database, SERVER, "read_mail"))?.verdict).toEqual(verdictOn(read));
  });

  test("that a crawl brings is stored, and is no change of the server's", async () => {
    const database = await openTestDatabase();
    const list = corrections(send);
    await crawl(database, list);
    expect(await shown(database)).toEqual(AS_CORRECTED);
    expect(await show(database, list)).toBe(0);
    await crawl(database, list, SERVER, day(2));
    // A crawler that does not know it yet does not take it away.
    await crawl(database, NONE, OTHER, day(3));
    expect(await shown(database, OTHER)).toEqual(AS_CORRECTED);
    expect((await listChanges(database)).items).toEqual([]);
  });

  test("ends when the server changes the definition, and that is listed as a raised verdict", async () => {
    const database = await openTestDatabase();
    const milder = corrections(send, { category: "Read", risk: "low" });
    const judge = (tool: ToolDefinition) =>
      milder.apply(verdictOn(tool, { category: "Execute", risk: "high" }));
    const louder = { ...send, description: "Sends a message to all." };
    await storeCrawl(database, crawlOf([send]), [judge(send)]);
    expect(await shown(database)).toEqual(["Read", "low", true]);
    await storeCrawl(database, crawlOf([louder], { startedAt: day(2) }), [judge(louder)]);
    expect(await shown(database)).toEqual(["Execute", "high", false]);
    expect((await listChanges(database, { worse: true })).items).toHaveLength(1);
  });

  test("stands on verdicts by newer rules and on those that a model has read", async () => {
    const database = await openTestDatabase();
    const list = corrections(send);
    await crawl(database, list);
    const newer = (tool: ToolDefinition) =>
      list.apply(verdictOn(tool, { rules: "test-2", category: "Write", risk: "medium" }));
    await reclassify(database, newer, "test-2");
    expect(await shown(database)).toEqual(AS_CORRECTED);
    const review = { stage: "model", model: "m" };
    const reviewed: Verdict = {
      ...verdictOn(send, { rules: "test-2", category: "Financial" }),
      ...{ review },
    };
    await replaceVerdict(database, list.apply(reviewed));
    expect(await show(database, list)).toBe(0);
    // Also the verdict by the rules before, which is history.
    expect(await show(database, NONE)).toBe(2);
    expect((await getTool(database, SERVER, "send_mail"))?.verdict).toEqual(reviewed);
  });

  test("of a definition that nobody has does nothing", async () => {
    const database = await openTestDatabase();
    expect(await show(database, corrections(send))).toBe(0);
  });

  test("reaches a server that is being stored at the same moment", async () => {
    const database = await openTestDatabase();
    await crawl(database, NONE);
    let showing: Promise<number> | undefined;
    const settlement = {
      attempt: "1",
      settle: async () => {
        // The rows of the crawl are written, and nobody sees them yet.
        let ended = false;
        showing = show(database, corrections(send)).finally(() => {
          ended = true;
        });
        while (!ended && !(await waitsForLock(database))) {
          // Until it has read too early, or waits its turn.
        }
      },
    };
    await storeCrawl(database, crawlOf([send], { server: OTHER }), [verdictOn(send)], settlement);
    expect(await showing).toBe(1);
    expect(await shown(database, OTHER)).toEqual(AS_CORRECTED);
  });
});

test("many corrections are taken in batches, and a stop leaves the rest for the next time", async () => {
  const database = await openTestDatabase();
  // One more than a batch.
  const tools = Array.from({ length: 501 }, (_, index) => ({ name: `tool_${index}` }));
  const given = tools.map((tool) => verdictOn(tool));
  await storeCrawl(database, crawlOf(tools), given);
  const digests = given.map(({ digest }) => digest);
  const stop = new AbortController();
  const raise = (verdict: Verdict): Verdict => {
    stop.abort();
    return Object.assign({ ...verdict, risk: "high" as const }, { correction: {} });
  };
  expect(await showCorrections(database, digests, raise, { signal: stop.signal })).toBe(500);
  expect((await listTools(database, { risk: "low" })).items).toHaveLength(1);
  expect(await showCorrections(database, digests, raise)).toBe(1);
  expect((await listTools(database, { risk: "low" })).items).toEqual([]);
});

async function waitsForLock({ db }: Database): Promise<boolean> {
  const rows = await db.execute(
    sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}
