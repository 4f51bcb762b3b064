import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { judge } from "../../cli/_judge.ts";
import type { Io } from "../../cli/io.ts";
import {
  renderChange,
  renderReviewed,
  renderReviewProgress,
  renderReviewSummary,
  renderStages,
} from "../../cli/render/review.ts";
import type { ReviewedVerdict, ReviewProgress } from "../../review/index.ts";
import { always, answer, complete, sendJson, standIn } from "../review/_endpoint.ts";
import { type Running, startPlacard } from "./_placard.ts";
import { placard, type Ran } from "./_run.ts";

const KEY = "sk-test-0123456789abcdef";
const TOOLS = [
  { name: "list_beds", description: "Lists the beds of a garden." },
  { name: "hedge" },
  { name: "delete_bed", description: "Deletes a bed." },
];

/** Runs `placard classify` on tools with a data folder of its own. */
async function classify(args: string[], env: Record<string, string>, tools: unknown[] = TOOLS): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), "placard-review-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, "tools.jsonl");
  writeFileSync(file, tools.map((tool) => JSON.stringify(tool)).join("\n"));
  return placard(["classify", file, ...args], { env: { PLACARD_HOME: home, ...env } });
}

const lines = (ran: Ran) =>
  ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ReviewedVerdict);

describe("placard classify", () => {
  test("asks nobody without --review, whatever the environment holds", async () => {
    const { url, asked } = await standIn(always({ category: "Execute", risk: "high" }));
    const env = { OPENAI_BASE_URL: url, OPENAI_API_KEY: KEY, OPENAI_MODEL: "m" };
    const ran = await classify(["--format", "ndjson"], env);
    expect(lines(ran).map((verdict) => "review" in verdict)).toEqual([false, false, false]);
    expect(asked).toEqual([]);
  });

  test("--review-all has every tool read, and prints them in the order of the input", async () => {
    const { url, asked } = await standIn(async ({ body }, response, number) => {
      // The later ones are answered first.
      await new Promise((resolve) => setTimeout(resolve, (4 - number) * 100));
      const raises = body.messages[1]?.content.includes("list_beds");
      complete(response, {
        content: answer(
          raises ? { category: "Execute", risk: "high" } : { category: "Destructive", risk: "high" },
        ),
      });
    });
    const ran = await classify(["--format", "ndjson", "--review", "--review-all"], {
      OPENAI_BASE_URL: url,
      OPENAI_MODEL: "m",
    });
    expect(ran.code).toBe(0);
    expect(asked).toHaveLength(3);
    const verdicts = lines(ran);
    expect(verdicts.map(({ name }) => name)).toEqual(["list_beds", "hedge", "delete_bed"]);
    expect(verdicts[0]).toMatchObject({
      category: "Execute",
      risk: "high",
      review: { outcome: "raised", model: "m" },
    });
    expect(verdicts[2]).toMatchObject({ category: "Destructive", review: { outcome: "confirmed" } });
    expect(ran.stderr).toMatch(/^placard: review by m: .*1 confirmed.*; 2,700 tokens, 0 from the cache\.$/m);
  });

  test("--review-below leaves the sure ones alone", async () => {
    const { url, asked } = await standIn(always({ category: "Destructive", risk: "high" }));
    const args = ["--format", "ndjson", "--review", "--review-below", "0"];
    const ran = await classify(args, { OPENAI_BASE_URL: url, OPENAI_MODEL: "m" }, [TOOLS[0], TOOLS[2]]);
    expect(lines(ran).some((verdict) => "review" in verdict)).toBe(false);
    expect(asked).toEqual([]);
    expect(ran.stderr).toContain("no tool needed it");
  });

  test("a table says on stderr what changed, and gates see the verdict as it is shown", async () => {
    const { url } = await standIn(always({ category: "Financial", risk: "critical" }));
    const env = { OPENAI_BASE_URL: url, OPENAI_MODEL: "m" };
    const ran = await classify(["--review", "--review-all", "--fail-on", "critical"], env, [TOOLS[0]]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/Financial/);
    expect(ran.stderr).toContain(
      'placard: review: "list_beds" raised from Read (low) to Financial (critical).',
    );
  });

  test("an endpoint that fails costs the second readings and nothing else; the key is never said", async () => {
    const { url } = await standIn((_asked, response) =>
      sendJson(response, 401, { error: { message: `bad ${KEY}` } }),
    );
    const env = { OPENAI_BASE_URL: url, OPENAI_API_KEY: KEY, OPENAI_MODEL: "m", OPENAI_LOG: "debug" };
    const ran = await classify(
      ["--format", "ndjson", "--review", "--review-all", "--review-concurrency", "1"],
      env,
    );
    expect(ran.code).toBe(0);
    expect(lines(ran).map(({ review }) => review?.outcome)).toEqual(["failed", "failed", "failed"]);
    expect(ran.stderr).toContain("2 tools were not reviewed: the endpoint refuses the key (401)");
    expect(ran.stdout + ran.stderr).not.toContain(KEY);
  });

  test("--review-budget stops the asking and says how many were left", async () => {
    const { url, asked } = await standIn(always({ category: "Read", risk: "low" }));
    const args = ["--format", "ndjson", "--review", "--review-all", "--review-budget", "100"];
    const ran = await classify(args, { OPENAI_BASE_URL: url, OPENAI_MODEL: "m" });
    expect(asked).toEqual([]);
    expect(ran).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("3 tools were not reviewed: the budget of 100 tokens is spent"),
    });
  });

  test.each<[string, string[], Record<string, string>, string]>([
    [
      "no model",
      ["--review"],
      { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
      "Give --review-model, or set OPENAI_MODEL",
    ],
    [
      "no key for another machine",
      ["--review", "--review-model", "m"],
      { OPENAI_BASE_URL: "https://models.example.com/v1" },
      "OPENAI_API_KEY is not set",
    ],
    [
      "a broken address",
      ["--review", "--review-model", "m"],
      { OPENAI_BASE_URL: "models", OPENAI_API_KEY: KEY },
      "OPENAI_BASE_URL is not an http or https address",
    ],
    ["an option without --review", ["--review-all"], {}, "Add --review"],
    [
      "a confidence above 1",
      ["--review", "--review-below", "2"],
      {},
      "--review-below takes a number from 0 to 1",
    ],
    ["a budget of nothing", ["--review", "--review-budget", "0"], {}, "--review-budget takes a whole number"],
    [
      "two ways of choosing",
      ["--review", "--review-all", "--review-below", "0.5"],
      {},
      "cannot be used with",
    ],
  ])("refuses %s", async (_, args, env, why) => {
    const ran = await classify(args, env);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(why) });
  });
});

test("Ctrl-C ends the questions that are open", async () => {
  const home = mkdtempSync(join(tmpdir(), "placard-review-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, "tools.json");
  writeFileSync(file, JSON.stringify(TOOLS));
  const env = { PLACARD_HOME: home, OPENAI_MODEL: "m" };
  let running: Running | undefined;
  // Once: several questions are out, and a second Ctrl-C ends the command without further ado.
  let asked = 0;
  const { url } = await standIn(() => void (asked++ === 0 && running?.child.kill("SIGINT")));
  running = startPlacard(["classify", file, "--review", "--review-all"], { ...env, OPENAI_BASE_URL: url });
  expect(await running.exit()).toBe(130);
  expect(running.stderr()).not.toContain("went wrong");
});

test("a terminal shows a bar while it waits, and nothing of it stays", async () => {
  const { url } = await standIn(always({ category: "Execute", risk: "high" }));
  const home = mkdtempSync(join(tmpdir(), "placard-review-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  let shown = "";
  const write = (text: string) => {
    shown += text;
    return true;
  };
  const io = {
    env: { OPENAI_BASE_URL: url, OPENAI_MODEL: "m", PLACARD_HOME: home },
    stderr: { isTTY: true, columns: 80, write },
    note: (line: string) => void write(`${line}\n`),
    signal: () => new AbortController().signal,
  } as unknown as Io;
  async function* entries() {
    yield { ok: true as const, definition: { name: "list_beds", description: "Lists the beds." } };
  }
  for await (const judged of judge(entries(), { review: true, reviewAll: true }, io, true)) {
    expect(judged).toMatchObject({ ok: true, verdict: { category: "Execute" } });
  }
  expect(shown).toContain("\r\x1b[K[--------------------] 0/500,000 tokens  0 reviewed, 1 asked");
  const screen = shown
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r\x1b[K") + 1).replace("\x1b[K", ""));
  expect(screen.join("\n")).not.toContain("[-");
});

describe("in words", () => {
  const progress: ReviewProgress = {
    asking: 2,
    outcomes: { confirmed: 3, raised: 1, lowered: 0, kept: 0, failed: 1 },
    cached: 1,
    unasked: 0,
    tokens: 12_400,
    budget: 50_000,
    failures: [{ note: "The model refused.", tools: 2 }],
    cacheNotes: [],
  };

  test("the bar is the part of the budget that is spent, and never wraps", () => {
    expect(renderReviewProgress(progress, 100)).toBe(
      "[####----------------] 12,400/50,000 tokens  4 reviewed, 1 from the cache, 1 failed, 2 asked",
    );
    expect(renderReviewProgress(progress, 60)).toBe(
      "[####----------------] 12,400/50,000 tokens  4 reviewed",
    );
  });

  test("a summary names what stopped it, and what is wrong with the cache", () => {
    const stopped = {
      ...progress,
      unasked: 1,
      stopped: "the endpoint refuses the key (401)",
      cacheNotes: ["Bad\u001b[2J."],
    };
    expect(renderReviewSummary(stopped, "m\u202e")).toEqual([
      "review by m\\u{202e}: 3 confirmed, 1 raised, 1 failed; 12,400 tokens, 1 from the cache.",
      "review: The model refused. (2 tools)",
      "review: 1 tool was not reviewed: the endpoint refuses the key (401). Run it again to go on; answers are kept.",
      "review: Bad\\u{1b}[2J.",
    ]);
  });

  test("only a change is told", () => {
    const review = { outcome: "confirmed", offline: { category: "Read", risk: "low" } };
    const verdict = { name: "a\nb", category: "Write", risk: "medium", review } as unknown as ReviewedVerdict;
    expect(renderChange(verdict)).toBeUndefined();
    const lowered = { ...verdict, review: { ...review, outcome: "lowered" } } as ReviewedVerdict;
    expect(renderChange(lowered)).toBe('"a\\nb" lowered from Read (low) to Write (medium)');
  });

  const review = {
    stage: "model" as const,
    model: "m\u001b[2J",
    promptVersion: "7",
    outcome: "kept" as const,
    note: "The rules' verdict stays, because it quotes nothing.",
    offline: { category: "Write" as const, risk: "medium" as const },
    said: { category: "Read" as const, risk: "low" as const },
    evidence: [{ pointer: "/description", start: 3, end: 12, excerpt: "a\u202eb\n\u001b[31mc" }],
  };
  const verdict = { name: "put", category: "Write", risk: "medium", review } as unknown as ReviewedVerdict;

  test("both stages are told, and quotes stand there as text", () => {
    expect(renderStages(verdict, 200)).toBe(
      [
        "  The rules said Write, medium risk. The model m\\u{1b}[2J, asked with prompt version 7, said Read, low risk. The rules' verdict stays, because it quotes nothing.",
        "  It quotes, from the definition:",
        "    /description 3–12: “a\\u{202e}b\\n\\u{1b}[31mc”",
      ].join("\n"),
    );
    const failed = {
      ...review,
      outcome: "failed" as const,
      said: undefined,
      note: "Nobody was asked.",
      evidence: [],
    };
    expect(renderStages({ ...verdict, review: failed }, 200)).toMatch(
      /gave no answer that can be used\. Nobody was asked\.$/,
    );
    expect(renderStages({ ...verdict, review: undefined }, 200)).toBe("");
  });

  test("a verdict that stays is told with the reason", () => {
    expect(renderReviewed("npm/x", verdict, 200)).toBe(`npm/x "put" stays Write (medium). ${review.note}`);
  });
});
