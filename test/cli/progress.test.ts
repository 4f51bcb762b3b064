import { expect, test } from "vitest";
import { renderOutcome, renderProgress } from "../../cli/render/progress.ts";

const state = { total: 4, done: 1, failed: 1, current: new Map([["npm/one", "installing"]]) };

test("the bar shows counts and what is being crawled", () => {
  expect(renderProgress(state, 80)).toBe("[##########----------] 2/4, 1 failed  npm/one: installing");
  expect(renderProgress({ total: 3, done: 3, failed: 0, current: new Map() }, 80)).toBe(
    "[####################] 3/3",
  );
});

test("the bar never wraps", () => {
  expect(renderProgress(state, 40)).toBe("[##########----------] 2/4, 1 failed");
});

test("a finished server is one line, whatever it says of itself", () => {
  expect(renderOutcome(state, { server: "npm/one", tools: 1, durationMs: 1234 })).toBe(
    "[2/4] npm/one: 1 tool (1.2 s)",
  );
  const evil = renderOutcome(state, { server: "npm/\x1b[2J", reason: "no\n\x1b]0;x\x07", durationMs: 1 });
  expect(evil).toBe("[2/4] npm/\\u{1b}[2J failed. no\\n\\u{1b}]0;x\\u{7}");
});

test("a server that needs authorization has not failed", () => {
  const reason = "It asks for an account.";
  expect(renderOutcome(state, { server: "npm/one", tools: 0, reason, durationMs: 1 })).toBe(
    `[2/4] npm/one: ${reason}`,
  );
});
