import { describe, expect, test } from "vitest";
import { OPERATORS, parsePolicy } from "../../policy/index.ts";

const problemsOf = (document: unknown) => {
  const parsed = parsePolicy(document);
  return parsed.ok ? [] : parsed.problems;
};
const tool = (rules: unknown) => ({ version: "1", default: "deny", tools: { t: rules } });
const condition = (entry: unknown) => tool({ deny_if: [{ conditions: [entry] }] });

test("a document with everything in it passes as it is", () => {
  const document = {
    version: "1",
    default: "allow",
    hide: ["drop", "*"],
    all_tools: { limits: [{ counter: "all", window: "hour", max: 600, scope: "grant" }] },
    tools: {
      free: {},
      pay: {
        require: [{ conditions: [{ path: "args.reason", op: "exists", value: true }] }],
        deny_if: [
          { conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "Too much." },
          { conditions: [{ path: "args.to.country", op: "not_in", value: ["DE", "FR"] }] },
          { conditions: [] },
        ],
        limits: [{ counter: "pay", window: "minute", max: 1, scope: "grant" }],
      },
    },
  };
  const parsed = parsePolicy(document);
  expect(parsed.ok && JSON.stringify(parsed.policy)).toBe(JSON.stringify(document));
});

test("a tool named __proto__ keeps its rules", () => {
  const parsed = parsePolicy(
    JSON.parse('{"version":"1","default":"allow","tools":{"__proto__":{"deny_if":[{"conditions":[]}]}}}'),
  );
  expect(parsed.ok && Object.entries(parsed.policy.tools ?? {})).toEqual([
    ["__proto__", { deny_if: [{ conditions: [] }] }],
  ]);
  expect(
    problemsOf(JSON.parse('{"version":"1","default":"allow","tools":{"__proto__":{"deny":[]}}}')),
  ).toHaveLength(1);
});

describe("every problem has its place, what belongs there and what to try", () => {
  const limit = { counter: "c", window: "minute", max: 1, scope: "grant" };
  test.each<[string, unknown, string, string]>([
    ["no object", [], "", "an object"],
    ["a number as version", { version: 1, default: "deny" }, "/version", '"1"'],
    ["no default", { version: "1" }, "/default", '"allow" or "deny"'],
    ["a misspelt key", { version: "1", default: "deny", tool: {} }, "/tool", "no such key"],
    ["a name hidden twice", { version: "1", default: "deny", hide: ["a", "a"] }, "/hide", "no name twice"],
    ["tools as a list", { version: "1", default: "deny", tools: [] }, "/tools", "an object"],
    [
      "a wildcard among the tools",
      { version: "1", default: "deny", tools: { "*": {} } },
      "/tools/*",
      "the exact name of a tool",
    ],
    ["a misspelt deny_if", tool({ denyIf: [] }), "/tools/t/denyIf", "no such key"],
    [
      "a limit of none",
      tool({ limits: [{ ...limit, max: 0 }] }),
      "/tools/t/limits/0/max",
      "a number of at least 1",
    ],
    ["half a call", tool({ limits: [{ ...limit, max: 0.5 }] }), "/tools/t/limits/0/max", "a whole number"],
    [
      "another window",
      tool({ limits: [{ ...limit, window: "60" }] }),
      "/tools/t/limits/0/window",
      '"minute" or "hour"',
    ],
    ["another scope", tool({ limits: [{ ...limit, scope: "user" }] }), "/tools/t/limits/0/scope", '"grant"'],
    [
      "a path without args",
      condition({ path: "amount", op: "gt", value: 1 }),
      "/tools/t/deny_if/0/conditions/0/path",
      "a path such as args.amount",
    ],
    [
      "a text compared as a number",
      condition({ path: "args.a", op: "gt", value: "1" }),
      "/tools/t/deny_if/0/conditions/0/value",
      "a number for the operator gt",
    ],
    [
      "one value for a list",
      condition({ path: "args.a", op: "in", value: "x" }),
      "/tools/t/deny_if/0/conditions/0/value",
      "a list for the operator in",
    ],
    [
      "an unknown operator",
      condition({ path: "args.a", op: ">", value: 1 }),
      "/tools/t/deny_if/0/conditions/0/op",
      OPERATORS.map((op) => `"${op}"`).join(" or "),
    ],
  ])("%s", (_, document, pointer, expected) => {
    const problem = problemsOf(document).find((entry) => entry.pointer === pointer);
    expect(problem).toMatchObject({ pointer, expected });
    expect(problem?.hint).toMatch(/\S.*[.}\]]$/);
    expect(problem?.received.length).toBeLessThanOrEqual(60);
  });
});
