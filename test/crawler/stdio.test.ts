import { describe, expect, test } from "vitest";
import { crawlServerNamed, names } from "./_crawl.ts";

describe("a server that behaves", () => {
  test("is listed, with what the list depended on", async () => {
    const stages: string[] = [];
    const result = await crawlServerNamed("good", [], { onStage: (stage) => stages.push(stage) });
    expect(result).toMatchObject({
      server: "local/good",
      status: "ok",
      problems: [],
      protocolVersion: "2025-11-25",
      serverInfo: { name: "test-server", version: "1.0.0" },
      launch: { transport: "stdio", command: ["node", "good.ts"], environment: [], clientCapabilities: {} },
    });
    expect(result.reason).toBeUndefined();
    expect(stages).toEqual(["starting", "listing"]);
    expect(names(result)).toEqual(["read_note", "write_note"]);
  });

  test("keeps keys we don't know, in the tool and in the raw result", async () => {
    const { tools, raw } = await crawlServerNamed("good");
    expect(tools[1]?.["x-own"]).toBe(1);
    expect(raw).toHaveLength(1);
    expect(JSON.parse(raw[0] ?? "")).toMatchObject({ ttlMs: 1000, tools: [{}, { "x-own": 1 }] });
  });

  test("is followed over its pages", async () => {
    const result = await crawlServerNamed("paged");
    expect(names(result)).toEqual(["tool_0", "tool_1", "tool_2", "tool_3", "tool_4", "tool_5"]);
    expect(result.raw).toHaveLength(3);
  });

  test("is listed again when it registers tools late", async () => {
    const result = await crawlServerNamed("list-changed");
    expect(names(result)).toEqual(["early", "late"]);
  });

  test("may print banners, foreign JSON, CRLF, string ids, and ask us things", async () => {
    const result = await crawlServerNamed("noisy");
    expect(result.status).toBe("ok");
    expect(result.tools).toMatchObject([{ name: "quiet", "x-answers": { ping: true, refused: true } }]);
  });

  test("may have no tools at all", async () => {
    const result = await crawlServerNamed("no-tools");
    expect(result).toMatchObject({ status: "ok", tools: [], problems: [], capabilities: { prompts: {} } });
  });
});

describe("a server with bad tools", () => {
  test("loses only those", async () => {
    const { status, tools, problems, raw } = await crawlServerNamed("bad-tools");
    expect(status).toBe("ok");
    expect(tools.map(({ name }) => name)).toEqual([
      "good_one",
      "odd_schema",
      "__proto__",
      "../a b/<i>\u202e",
    ]);
    expect(problems.map(({ index, problem }) => `${index}: ${problem}`)).toEqual([
      "1: Tool 2 was left out: it is null, not an object.",
      "2: Tool 3 was left out: its name is not a string.",
      "3: Tool 4 was left out: its name is empty.",
      "4: Tool 5 was left out: its name holds a NUL character.",
      "6: Tool 7 was left out: tool 1 has the same name.",
    ]);
    expect(JSON.parse(raw[0] ?? "").tools).toHaveLength(9);
  });

  test("may nest them 100,000 levels deep", async () => {
    const result = await crawlServerNamed("deep");
    expect(names(result)).toEqual(["fine"]);
    expect(result.problems).toHaveLength(1);
  });
});

describe("a list without an end", () => {
  test.each([
    ["", 5, "Listing stopped after 5 pages; the server has more."],
    ["same", 2, "Page 2 led back to a cursor already used; listing stopped there."],
    ["empty", 1, "Page 2 repeated an earlier one; listing stopped there."],
  ])("%s: is cut off, and says so", async (kind, count, note) => {
    const result = await crawlServerNamed("pages-without-end", [kind], { limits: { pages: 5 } });
    expect(result.status).toBe("ok");
    expect(result.tools).toHaveLength(count);
    expect(result.problems).toEqual([{ index: count, problem: note }]);
  });

  test("is cut off by the number of tools", async () => {
    const result = await crawlServerNamed("paged", [], { limits: { tools: 4 } });
    expect(result.problems[0]?.problem).toBe("Listing stopped after 4 tools; the server has more.");
  });
});

describe("a server that fails", () => {
  const limits = { startMs: 1_500, requestMs: 1_500 };

  test.each([
    [
      "crash",
      /^Starting node .*crash\.ts: the server ended with exit code 3 before it answered initialize; its last words: "Fatal: NOTES_TOKEN is not set"\. It may need arguments \(--args\)/,
    ],
    [
      "silent-exit",
      /ended with exit code 0 before it answered initialize; its last words: "usage: silent-exit <folder>"/,
    ],
    [
      "hang",
      /^Starting node .*hang\.ts: the server did not answer initialize within 1\.5 s\. It may need an argument/,
    ],
    [
      "rubbish",
      /printed text that is no JSON-RPC \("Listening on port 8080 …"\) and did not answer initialize within 1\.5 s/,
    ],
    [
      "crash-listing",
      /^Listing the tools of node .* \(page 2\): the server ended with exit code 1 before it answered tools\/list/,
    ],
    [
      "list-error",
      /the server answered tools\/list with error -32603, "fetch failed"\. It may need settings/,
    ],
    ["no-array", /answer to tools\/list has no "tools" array/],
  ])("%s: says what happened and what to try", async (name, sentence) => {
    const result = await crawlServerNamed(name, [], { limits });
    expect(result).toMatchObject({ status: "failed", tools: [] });
    expect(result.reason?.replace(process.execPath, "node")).toMatch(sentence);
    expect(result.reason).not.toMatch(/\p{Cc}/u);
  });

  test("keeps the end of its stderr, and the pages it had", async () => {
    expect((await crawlServerNamed("crash")).stderr).toContain("NOTES_TOKEN is not set");
    expect((await crawlServerNamed("crash-listing")).raw).toHaveLength(1);
  });

  test.each([
    ["one-line", /sent a message of more than 1 MiB, our limit/],
    ["lines", /sent answers of more than 2 MiB, our limit/],
  ])("flood of %s: is stopped at the limit", async (kind, sentence) => {
    const mib = 1024 * 1024;
    const result = await crawlServerNamed("flood", [kind], {
      limits: { messageBytes: mib, totalBytes: 2 * mib },
    });
    expect(result.status).toBe("failed");
    expect(result.reason).toMatch(sentence);
  });
});
