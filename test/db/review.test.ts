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
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const SERVER = "npm/@example/mail-mcp";
const OTHER = "npm/@example/post-mcp";
const send = { name: "send_mail", description: "Sends a message." };
const read = { name: "read_mail", description: "Reads one message." };
const rules = [verdictOn(send), verdictOn(read)];
const review = { stage: "model", model: "m", outcome: "raised" };

/** A verdict as a second reading leaves it. */
const reviewed = (definition: ToolDefinition = send, changes: Partial<Verdict> = {}) => ({
  ...verdictOn(definition, { category: "Execute", risk: "high", confidence: 0.4, ...changes }),
  review,
});

const crawl = (database: Database, server: string, start = day(1), tools = [send, read]) =>
  storeCrawl(database, crawlOf(tools, { server, startedAt: start }), rules);

const shown = async (database: Database, server: string) => {
  const tool = await getTool(database, server, "send_mail");
  return tool && [tool.category, tool.risk, "review" in tool.verdict];
};

describe("a reviewed verdict", () => {
  test("stands in the lists and on the tools of every server that has the definition", async () => {
    const database = await openTestDatabase();
    await crawl(database, SERVER);
    await crawl(database, OTHER);
    expect(await replaceVerdict(database, reviewed())).toBe(2);
    for (const server of [SERVER, OTHER]) {
      const tool = await getTool(database, server, "send_mail");
      expect(tool?.verdict).toEqual(reviewed());
      expect(tool?.versions[0]).toMatchObject({ category: "Execute", risk: "high" });
      expect((await getTool(database, server, "read_mail"))?.verdict).toEqual(rules[1]);
      expect((await getServer(database, server))?.byRisk).toMatchObject({ high: 1, low: 1 });
    }
    const { items } = await listTools(database);
    // By rank: the worst first.
    expect(items.map(({ name, confidence }) => [name, confidence])).toEqual([
      ["send_mail", expect.closeTo(0.4)],
      ["send_mail", expect.closeTo(0.4)],
      ["read_mail", expect.closeTo(0.9)],
      ["read_mail", expect.closeTo(0.9)],
    ]);
    expect((await listTools(database, { risk: "high" })).items).toHaveLength(2);
  });

  test("outlasts crawls that find the definition unchanged, and is no change of the server's", async () => {
    const database = await openTestDatabase();
    await crawl(database, SERVER);
    await replaceVerdict(database, reviewed());
    await crawl(database, SERVER, day(2));
    await crawl(database, OTHER, day(3));
    expect(await shown(database, SERVER)).toEqual(["Execute", "high", true]);
    expect(await shown(database, OTHER)).toEqual(["Execute", "high", true]);
    expect((await listTools(database, { category: "Execute" })).items).toHaveLength(2);
    expect((await listChanges(database)).items).toEqual([]);
  });

  test("is what a changed definition is compared with", async () => {
    const database = await openTestDatabase();
    await crawl(database, SERVER);
    await replaceVerdict(database, reviewed());
    const louder = { ...send, description: "Sends a message to everyone." };
    const verdict = verdictOn(louder, { category: "Write", risk: "medium" });
    await storeCrawl(database, crawlOf([louder], { startedAt: day(2) }), [verdict]);
    const { items } = await listChanges(database, { kind: "verdict-changed" });
    expect(items).toMatchObject([{ worse: false, before: { risk: "high" }, after: { risk: "medium" } }]);
    expect(await shown(database, SERVER)).toEqual(["Write", "medium", false]);
    await crawl(database, SERVER, day(3));
    expect(await shown(database, SERVER)).toEqual(["Execute", "high", true]);
  });

  test("gives way to newer rules, and may be stored for rules that have no verdict yet", async () => {
    const database = await openTestDatabase();
    await crawl(database, SERVER);
    await replaceVerdict(database, reviewed());
    const newer = (tool: ToolDefinition) =>
      verdictOn(tool, { rules: "test-2", category: "Write", risk: "medium" });
    await reclassify(database, newer, "test-2");
    expect(await shown(database, SERVER)).toEqual(["Write", "medium", false]);
    expect(await replaceVerdict(database, reviewed(send, { rules: "test-3" }))).toBe(1);
    expect(await shown(database, SERVER)).toEqual(["Execute", "high", true]);
    expect((await getTool(database, SERVER, "send_mail"))?.verdict.rules).toBe("test-3");
  });

  test("takes the place of an earlier one", async () => {
    const database = await openTestDatabase();
    await crawl(database, SERVER);
    await replaceVerdict(database, reviewed());
    await replaceVerdict(database, reviewed(send, { category: "Financial", risk: "critical" }));
    expect(await shown(database, SERVER)).toEqual(["Financial", "critical", true]);
  });

  test("of a definition that nobody has any more is not stored", async () => {
    const database = await openTestDatabase();
    expect(await replaceVerdict(database, reviewed())).toBe(0);
    await crawl(database, SERVER);
    expect(await shown(database, SERVER)).toEqual(["Read", "low", false]);
  });

  test("reaches a server that is being stored at the same moment", async () => {
    const database = await openTestDatabase();
    await crawl(database, SERVER);
    let review: Promise<number> | undefined;
    const settlement = {
      attempt: "1",
      settle: async () => {
        // The rows of the crawl are written, and nobody sees them yet.
        let ended = false;
        review = replaceVerdict(database, reviewed()).finally(() => {
          ended = true;
        });
        while (!ended && !(await waitsForLock(database))) {
          // Until it has read too early, or waits its turn.
        }
      },
    };
    await storeCrawl(database, crawlOf([send], { server: OTHER }), rules, settlement);
    expect(await review).toBe(2);
    expect(await shown(database, OTHER)).toEqual(["Execute", "high", true]);
  });
});

async function waitsForLock({ db }: Database): Promise<boolean> {
  const rows = await db.execute(
    sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}
