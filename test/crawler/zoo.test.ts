import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CrawlOptions } from "../../crawler/index.ts";
import { crawlServerNamed } from "./_crawl.ts";
import { survivors, watchedFolder } from "./_zoo.ts";

/** One server and what a crawl of it must come to. */
interface Row {
  /** File in test/servers and its arguments. */
  server: [file: string, habit?: string, more?: string];
  /** Names of the tools, or how many there are. */
  tools?: string[] | number;
  /** Each problem in turn. */
  problems?: RegExp[];
  /** Given for a failure: what the reason says. */
  reason?: RegExp;
  limits?: CrawlOptions["limits"];
}

const odd = (habit: string): Row["server"] => ["odd", habit];
const plain = ["plain"];
/** For servers that never answer. */
const impatient = { startMs: 1_500, requestMs: 1_500 };

const rows: Row[] = [
  { server: ["good"], tools: ["read_note", "write_note"] },
  { server: odd("banner"), tools: plain },
  { server: odd("foreign-json"), tools: plain },
  { server: ["noisy"], tools: ["quiet"] },
  { server: odd("ignores-eof"), tools: plain },
  { server: odd("slow-sigterm"), tools: plain },
  { server: ["stubborn"], tools: ["stay"] },
  { server: odd("launcher"), tools: plain },
  { server: odd("children"), tools: plain },
  { server: ["detached-child"], tools: ["breed"] },
  { server: ["silent-exit"], reason: /ended with exit code 0 before .* may need arguments \(--args\)/ },
  {
    server: odd("needs-arguments-1"),
    reason: /exit code 1 before .*Please provide a database URL.*may need arguments/,
  },
  { server: ["crash"], reason: /exit code 3 .*NOTES_TOKEN is not set/ },
  {
    server: odd("opens-port"),
    limits: impatient,
    reason: /did not answer initialize within 1\.5 s.*Listening.*--stdio/,
  },
  { server: ["hang"], limits: impatient, reason: /did not answer initialize within 1\.5 s/ },
  { server: ["rubbish"], limits: impatient, reason: /text that is no JSON-RPC .*within 1\.5 s/ },
  {
    server: ["hostile", "byte-a-second"],
    limits: impatient,
    reason: /did not answer initialize within 1\.5 s/,
  },
  { server: odd("flood-of-notifications"), tools: plain },
  { server: ["list-changed"], tools: ["early", "late"] },
  { server: odd("error-0"), reason: /answered tools\/list with error 0, "not initialized"/ },
  { server: ["list-error"], reason: /error -32603, "fetch failed"/ },
  { server: odd("odd-error"), reason: /error -32000, "no way Fake: line"/ },
  { server: odd("dies-on-non-json"), tools: plain },
  { server: odd("loses-answer-at-eof"), tools: ["late"] },
  { server: odd("extra-keys"), tools: plain },
  { server: odd("writes-home"), tools: plain },
  { server: odd("huge-list"), tools: 400 },
  { server: odd("version-mismatch"), tools: plain },
  { server: odd("cursor-null"), tools: plain },
  { server: odd("cursor-number"), tools: plain },
  { server: ["pages-without-end", "empty"], tools: ["only"], problems: [/listing stopped there/] },
  { server: ["pages-without-end", "same"], tools: 2, problems: [/listing stopped there/] },
  { server: ["pages-without-end"], tools: 200, problems: [/stopped after 200 pages/] },
  { server: ["crash-listing"], reason: /Listing the tools of .*\(page 2\): .*exit code 1/ },
  { server: ["no-tools"], tools: [] },
  { server: ["no-array"], reason: /has no "tools" array/ },
  { server: odd("null-tools"), reason: /has no "tools" array/ },
  { server: odd("no-type"), tools: plain },
  { server: odd("no-schema"), tools: plain },
  { server: odd("string-ids"), tools: plain },
  { server: odd("crlf"), tools: plain },
  { server: odd("duplicate-names"), tools: ["same", "other"], problems: [/Tool 2 was left out: tool 1 has/] },
  { server: odd("proto"), tools: ["__proto__", "constructor"] },
  { server: odd("self-reference"), tools: ["tree", "root"] },
  { server: ["deep"], tools: ["fine"], problems: [/Tool 2 was left out/] },
  { server: odd("odd-characters"), tools: ["escape\u001b[31m", "zero\u200bwidth"] },
  { server: odd("single-bytes"), tools: ["näme"] },
  { server: ["bad-tools"], tools: 4, problems: [/Tool 2/, /Tool 3/, /Tool 4/, /Tool 5/, /Tool 7/] },
  { server: ["flood"], reason: /sent a message of more than 8 MiB, our limit/ },
  { server: ["flood", "lines"], reason: /sent answers of more than 16 MiB, our limit/ },
  { server: ["hostile", "huge-reply"], reason: /sent a message of more than 8 MiB/ },
  { server: ["hostile", "huge-line"], reason: /sent a message of more than 8 MiB/ },
  { server: ["hostile", "huge-log"], reason: /wrote a log of more than 16 MiB to its standard error/ },
  {
    server: ["hostile", "many-tools"],
    tools: 20_000,
    problems: [/^Tools 20001 to 50000 were left out: our limit is 20000 tools/],
  },
  { server: ["hostile", "long-description", "7"], tools: ["wordy"] },
  { server: ["hostile", "long-description", "10"], reason: /sent a message of more than 8 MiB/ },
  { server: ["hostile", "tiny-arrays"], reason: /sent JSON of more than 500000 values and keys/ },
  { server: ["hostile", "nested-arrays"], reason: /sent JSON of more than 500000 values and keys/ },
  {
    server: ["hostile", "method-names-without-end"],
    reason: /sent JSON of more than 500000 values and keys/,
  },
];

describe("the zoo", () => {
  const folder = watchedFolder();
  const home = `${process.env.TMPDIR}/placard-workspace-home`;
  beforeAll(() => expect(folder.left()).toEqual([]));
  afterAll(() => folder.remove());

  describe.concurrent("survived, and told of", () => {
    test.each(rows)(
      "$server",
      async ({ server: [file, habit = "", more], tools = [], problems = [], ...row }) => {
        const mark = crypto.randomUUID();
        const environment = { ZOO_MARK: mark };
        const options = { home, environment, limits: { stopMs: 300, ...row.limits } };
        const result = await crawlServerNamed(file, [habit, more ?? mark], options);
        const got = Array.isArray(tools) ? result.tools.map(({ name }) => name) : result.tools.length;
        expect([result.status, result.reason, got]).toEqual([
          row.reason === undefined ? "ok" : "failed",
          row.reason === undefined ? undefined : expect.stringMatching(row.reason),
          tools,
        ]);
        expect(result.problems.map(({ problem }) => problem)).toEqual(
          problems.map((problem) => expect.stringMatching(problem)),
        );
        // One line, which a terminal shows as it is.
        expect(result.reason ?? "").not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(survivors(mark)).toEqual([]);
      },
    );
  });

  test("a survivor would be seen", async () => {
    const mark = crypto.randomUUID();
    const child = spawn("sleep", ["60"], { env: { ...process.env, ZOO_MARK: mark } });
    await expect.poll(() => survivors(mark)).toEqual([child.pid]);
    child.kill();
    await expect.poll(() => survivors(mark)).toEqual([]);
  });

  test("nothing is left in the file system", () => {
    expect(folder.left()).toEqual([]);
  });

  test("no prototype was touched", () => {
    expect({}).not.toHaveProperty("polluted");
  });
});
