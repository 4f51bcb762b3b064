import { describe, expect, test } from "vitest";
import {
  catalogStats,
  getServer,
  getTool,
  listServers,
  listTools,
  RefusedError,
  serverTools,
  storeCrawl,
} from "../../db/index.ts";
import { openTestDatabase } from "../database.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const SERVER = "npm/@example/mail-mcp";
const read = { name: "read_mail", description: "Reads one message.", inputSchema: { type: "object" } };
const send = { name: "send_mail", title: "Send", description: "Sends a message." };

describe("storeCrawl", () => {
  test("keeps everything a crawl found", async () => {
    const database = await openTestDatabase();
    const crawl = crawlOf([read, send], {
      package: { registry: "npm", name: "@example/mail-mcp", version: "1.0.0" },
      serverInfo: { name: "mail", title: "Mail", version: "0.9" },
      protocolVersion: "2025-11-25",
      instructions: "Be kind.",
      capabilities: { tools: {} },
      launch: { transport: "stdio", command: ["mail-mcp"], clientCapabilities: {} },
      cache: { ttlMs: 60_000 },
      problems: [{ index: 1, problem: "It has no name." }],
    });
    await storeCrawl(database, crawl, [
      verdictOn(send, { category: "Execute", risk: "high" }),
      verdictOn(read),
    ]);

    const server = await getServer(database, SERVER);
    expect(server).toMatchObject({
      id: SERVER,
      source: crawl.source,
      title: "Mail",
      version: "1.0.0",
      status: "ok",
      toolCount: 2,
      package: crawl.package,
      serverInfo: crawl.serverInfo,
      protocolVersion: "2025-11-25",
      instructions: "Be kind.",
      launch: crawl.launch,
      cache: { ttlMs: 60_000 },
      problems: crawl.problems,
      firstSeen: day(1),
      lastSeen: day(1),
    });
    expect(server?.byRisk).toEqual({ unknown: 0, low: 1, medium: 0, high: 1, critical: 0 });
    expect(server?.byCategory.Execute).toBe(1);
    expect(server?.crawls).toHaveLength(1);
    expect(server?.lastCrawl).toMatchObject({
      status: "ok",
      toolCount: 2,
      durationMs: 1200,
      version: "1.0.0",
    });

    const tools = await serverTools(database, SERVER);
    expect(tools.map((tool) => tool.name)).toEqual(["read_mail", "send_mail"]);
    const tool = await getTool(database, SERVER, "send_mail");
    expect(tool?.definition).toEqual(send);
    expect(tool?.verdict).toEqual(verdictOn(send, { category: "Execute", risk: "high" }));
    expect(tool?.provenance).toEqual({
      source: crawl.source,
      package: crawl.package,
      protocolVersion: "2025-11-25",
      launch: crawl.launch,
      cache: { ttlMs: 60_000 },
      crawledAt: day(1),
    });
  });

  test("keeps definitions as they were served, key order and all", async () => {
    const database = await openTestDatabase();
    const odd = {
      zebra: 1,
      name: "odd",
      description: "a\u0000b \ud800 c",
      __proto__x: [1.5e300],
      annotations: null,
    };
    await storeCrawl(database, crawlOf([odd]), [verdictOn(odd)]);
    const tool = await getTool(database, SERVER, "odd");
    expect(JSON.stringify(tool?.definition)).toBe(JSON.stringify(odd));
  });

  test("a removed tool is gone since that crawl, and one that comes back is not", async () => {
    const database = await openTestDatabase();
    const verdicts = [verdictOn(read), verdictOn(send)];
    await storeCrawl(database, crawlOf([read, send]), verdicts);
    await storeCrawl(database, crawlOf([read], { startedAt: day(2) }), verdicts);
    const gone = await getTool(database, SERVER, "send_mail");
    expect(gone).toMatchObject({ firstSeen: day(1), lastSeen: day(1), goneSince: day(2) });
    expect((await listTools(database)).items.map((tool) => tool.name)).toEqual(["read_mail"]);
    expect((await listTools(database, { gone: true })).items).toHaveLength(2);
    expect((await getServer(database, SERVER))?.toolCount).toBe(1);

    await storeCrawl(database, crawlOf([read, send], { startedAt: day(3) }), verdicts);
    const back = await getTool(database, SERVER, "send_mail");
    expect(back).toMatchObject({ firstSeen: day(1), lastSeen: day(3) });
    expect(back?.goneSince).toBeUndefined();
    expect(back?.versions.map((version) => [version.firstSeen, version.lastSeen])).toEqual([
      [day(3), day(3)],
      [day(1), day(1)],
    ]);
  });

  test("a changed definition starts a version, an unchanged one goes on", async () => {
    const database = await openTestDatabase();
    const louder = { ...send, description: "Sends a message to everyone." };
    const verdicts = [verdictOn(send), verdictOn(louder, { risk: "high", category: "Execute" })];
    await storeCrawl(database, crawlOf([send]), verdicts);
    await storeCrawl(database, crawlOf([send], { startedAt: day(2) }), verdicts);
    await storeCrawl(database, crawlOf([louder], { startedAt: day(3) }), verdicts);
    const tool = await getTool(database, SERVER, "send_mail");
    expect(tool?.versions).toEqual([
      { digest: verdicts[1]?.digest, firstSeen: day(3), lastSeen: day(3), category: "Execute", risk: "high" },
      { digest: verdicts[0]?.digest, firstSeen: day(1), lastSeen: day(2), category: "Read", risk: "low" },
    ]);
    expect(tool).toMatchObject({ firstSeen: day(1), risk: "high" });
  });

  test("a crawl that failed changes nothing about the tools", async () => {
    const database = await openTestDatabase();
    await storeCrawl(database, crawlOf([read]), [verdictOn(read)]);
    const reason = "Starting it: it ended with exit code 1.";
    const failed = crawlOf([], {
      status: "failed",
      reason,
      stderr: "boom\u0000",
      startedAt: day(2),
      raw: [],
    });
    await storeCrawl(database, failed, []);
    const server = await getServer(database, SERVER);
    expect(server).toMatchObject({ status: "failed", reason, toolCount: 1, lastSeen: day(1) });
    expect(server?.lastCrawl).toMatchObject({ status: "failed", stderr: "boom\uFFFD", startedAt: day(2) });
    expect(server?.crawls.map((crawl) => crawl.status)).toEqual(["failed", "ok"]);
    expect((await getTool(database, SERVER, "read_mail"))?.goneSince).toBeUndefined();
  });

  test("a server that never answered is there with its reason", async () => {
    const database = await openTestDatabase();
    const reason = "Installing it: the registry has no such package.";
    await storeCrawl(database, crawlOf([], { status: "failed", reason, raw: [] }), []);
    const server = await getServer(database, SERVER);
    expect(server).toMatchObject({ status: "failed", reason, toolCount: 0, firstSeen: day(1), problems: [] });
  });

  test("of two tools with one name the first is taken and the other is a problem", async () => {
    const database = await openTestDatabase();
    const second = { name: "read_mail", description: "Something else." };
    const crawl = crawlOf([read, second, send], { problems: [{ index: 1, problem: "It has no name." }] });
    await storeCrawl(database, crawl, [verdictOn(read), verdictOn(second), verdictOn(send)]);
    const server = await getServer(database, SERVER);
    expect(server?.toolCount).toBe(2);
    expect(server?.problems.map((problem) => [problem.index, problem.name])).toEqual([
      [1, undefined],
      [2, "read_mail"],
    ]);
    expect((await getTool(database, SERVER, "read_mail"))?.definition).toEqual(read);
  });

  test("is all or nothing", async () => {
    const database = await openTestDatabase();
    await expect(storeCrawl(database, crawlOf([read, send]), [verdictOn(read)])).rejects.toThrow(
      "no verdict",
    );
    expect(await getServer(database, SERVER)).toBeUndefined();
  });

  test("text that PostgreSQL cannot hold is stored all the same", async () => {
    const database = await openTestDatabase();
    const bad = "x\u0000y\ud800z";
    const tool = { name: "plain", title: bad, description: bad };
    const crawl = crawlOf([tool], {
      reason: bad,
      instructions: bad,
      stderr: bad,
      serverInfo: { name: bad, version: bad },
      raw: [`{"tools":"${bad}"}`],
      problems: [{ index: 1, name: bad, problem: bad }],
    });
    await storeCrawl(database, crawl, [verdictOn(tool, { summary: bad })]);
    const server = await getServer(database, SERVER);
    expect(server?.instructions).toBe("x\uFFFDy\uFFFDz");
    expect(server?.serverInfo).toEqual({ name: bad, version: bad });
    expect(await getServer(database, bad)).toBeUndefined();
    expect(await getTool(database, bad, bad)).toBeUndefined();
    expect((await listTools(database, { text: bad, server: bad })).items).toEqual([]);
  });

  test("two crawls of one server at once are stored one after the other", async () => {
    const database = await openTestDatabase();
    const verdicts = [verdictOn(read), verdictOn(send)];
    await Promise.all(
      [1, 2, 3, 4].map((number) =>
        storeCrawl(database, crawlOf([read, send], { startedAt: day(number) }), verdicts),
      ),
    );
    expect((await getServer(database, SERVER))?.crawls).toHaveLength(4);
    expect((await listTools(database)).items).toHaveLength(2);
  });

  test("a list of thousands of tools fits", async () => {
    const database = await openTestDatabase();
    const many = Array.from({ length: 1700 }, (_, index) => ({ name: `tool_${index}` }));
    const verdicts = many.map((tool) => verdictOn(tool));
    await storeCrawl(database, crawlOf(many), verdicts);
    await storeCrawl(database, crawlOf(many, { startedAt: day(2) }), verdicts);
    expect((await getServer(database, SERVER))?.toolCount).toBe(1700);
    expect((await getTool(database, SERVER, "tool_1699"))?.versions).toHaveLength(1);
  });

  test("of a crawl that was started before the last good one only the attempt is kept", async () => {
    const database = await openTestDatabase();
    const verdicts = [verdictOn(read), verdictOn(send)];
    await storeCrawl(database, crawlOf([read], { startedAt: day(3) }), verdicts);
    await storeCrawl(database, crawlOf([send], { startedAt: day(1), source: "npm:older@0.1.0" }), verdicts);
    const reason = "It ended.";
    const failed = { status: "failed" as const, reason, raw: [] };
    await storeCrawl(database, crawlOf([], { ...failed, startedAt: day(2) }), []);
    const server = await getServer(database, SERVER);
    expect(server).toMatchObject({ status: "ok", source: "npm:@example/mail-mcp@1.0.0", lastSeen: day(3) });
    expect(server?.crawls.map(({ startedAt, status }) => [startedAt, status])).toEqual([
      [day(3), "ok"],
      [day(2), "failed"],
      [day(1), "ok"],
    ]);
    expect((await listTools(database, { gone: true })).items.map(({ name }) => name)).toEqual(["read_mail"]);
    // A list that is newer than the last good one counts, though something failed after it.
    await storeCrawl(database, crawlOf([], { ...failed, startedAt: day(5) }), []);
    await storeCrawl(database, crawlOf([read, send], { startedAt: day(4) }), verdicts);
    expect(await getServer(database, SERVER)).toMatchObject({
      status: "failed",
      toolCount: 2,
      lastSeen: day(4),
    });
  });

  test("a server whose id is too long is refused in one sentence, a tool's name becomes a problem", async () => {
    const database = await openTestDatabase();
    const long = crawlOf([read], { server: `remote/${"x".repeat(2000)}` });
    await expect(storeCrawl(database, long, [verdictOn(read)])).rejects.toThrow(RefusedError);
    await expect(storeCrawl(database, long, [verdictOn(read)])).rejects.toThrow(/takes 2000/);
    const random = Array.from({ length: 500 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000)),
    );
    const wide = { name: random.join("") };
    const server = `remote/${random.join("").slice(0, 600)}`;
    await storeCrawl(database, crawlOf([wide, read], { server }), [verdictOn(wide), verdictOn(read)]);
    const stored = await getServer(database, server);
    expect(stored?.toolCount).toBe(1);
    expect(stored?.problems[0]?.problem).toContain("longer than the catalog can hold");
  });

  test("an attempt at a job is stored once, and nothing is stored when the job cannot be ended", async () => {
    const database = await openTestDatabase();
    const settlement = { attempt: "job/0", settle: async () => {} };
    await storeCrawl(database, crawlOf([read]), [verdictOn(read)], settlement);
    await expect(storeCrawl(database, crawlOf([read]), [verdictOn(read)], settlement)).rejects.toThrow();
    const lapsed = {
      attempt: "job/1",
      settle: async () => {
        throw new Error("lapsed");
      },
    };
    await expect(storeCrawl(database, crawlOf([send]), [verdictOn(send)], lapsed)).rejects.toThrow("lapsed");
    expect((await getServer(database, SERVER))?.crawls).toHaveLength(1);
    expect((await listTools(database)).items.map(({ name }) => name)).toEqual(["read_mail"]);
  });

  test("a withdrawn server is not shown, until a crawl says otherwise", async () => {
    const database = await openTestDatabase();
    await storeCrawl(database, crawlOf([read]), [verdictOn(read)]);
    const reason = "It is excluded.";
    const out = { status: "skipped" as const, reason, withdrawn: "excluded" as const, raw: [] };
    await storeCrawl(database, crawlOf([], { ...out, startedAt: day(2) }), []);
    expect(await getServer(database, SERVER)).toBeUndefined();
    expect((await listServers(database)).items).toEqual([]);
    expect((await listTools(database)).items).toEqual([]);
    expect((await listTools(database, { gone: true })).items).toEqual([]);
    expect(await getTool(database, SERVER, "read_mail")).toBeUndefined();
    expect(await serverTools(database, SERVER)).toEqual([]);
    expect(await catalogStats(database)).toMatchObject({ servers: 0, tools: 0 });
    await storeCrawl(database, crawlOf([read], { startedAt: day(3) }), [verdictOn(read)]);
    expect((await listTools(database)).items).toHaveLength(1);
  });
});
