import { describe, expect, test } from "vitest";
import {
  addCounted,
  type Condition,
  type Counters,
  type Operator,
  type Policy,
  takeBack,
} from "../../policy/index.ts";
import { call, NOON, policyFor, policyOf } from "./_call.ts";

const deny = (op: Operator, value: Condition["value"], path = "args.x") =>
  policyFor({ deny_if: [{ conditions: [{ path, op, value }] }] });
const require = (op: Operator, value: Condition["value"], path = "args.x") =>
  policyFor({ require: [{ conditions: [{ path, op, value }] }] });

describe("what decides, and where it stands", () => {
  const policy = policyOf({
    version: "1",
    default: "deny",
    hide: ["gone"],
    all_tools: { limits: [{ counter: "all", window: "hour", max: 1, scope: "grant" }] },
    tools: {
      free: {},
      gone: {},
      "a/b": { deny_if: [{ conditions: [], on_deny: "Never." }] },
      pay: {
        require: [{ conditions: [{ path: "args.reason", op: "exists", value: true }] }],
        deny_if: [
          { conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "Too much." },
          { conditions: [{ path: "args.amount", op: "gt", value: 10 }], on_deny: "Second." },
        ],
        limits: [{ counter: "pay", window: "minute", max: 1, scope: "grant" }],
      },
    },
  });
  const full: Counters = new Map([["hour:all", { start: NOON, calls: 1 }]]);
  const paid: Counters = new Map([["minute:pay", { start: NOON, calls: 1 }]]);
  test.each<[string, string, unknown, Counters, string, string | null]>([
    ["an entry without rules", "free", {}, new Map(), "allow", "/tools/free"],
    ["hide, before an entry", "gone", {}, new Map(), "hidden", "/hide/0"],
    ["the default", "other", {}, new Map(), "deny", "/default"],
    ["a name that is inherited", "constructor", {}, new Map(), "deny", "/default"],
    ["a denial without conditions", "a/b", {}, new Map(), "deny", "/tools/a~1b/deny_if/0"],
    ["require, before deny_if", "pay", { amount: 500 }, new Map(), "deny", "/tools/pay/require/0"],
    [
      "the first denial of two",
      "pay",
      { reason: "r", amount: 500 },
      new Map(),
      "deny",
      "/tools/pay/deny_if/0",
    ],
    ["the only denial", "pay", { reason: "r", amount: 50 }, new Map(), "deny", "/tools/pay/deny_if/1"],
    ["a limit", "pay", { reason: "r", amount: 5 }, paid, "limited", "/tools/pay/limits/0"],
    ["the limit over all tools", "free", {}, full, "limited", "/all_tools/limits/0"],
    ["arguments that are a list", "free", [], new Map(), "deny", null],
    ["a call without a name", "", {}, new Map(), "deny", null],
  ])("%s", (_, tool, args, counters, decision, rule) => {
    const result = call(policy, args, { tool, counters });
    expect(result).toMatchObject({ decision, rule });
    expect(result.message === "").toBe(decision === "allow");
    if (decision !== "allow") expect(result.counted.size).toBe(0);
  });

  test("the caller is told what the rule says", () => {
    expect(call(policy, { reason: "r", amount: 500 }, { tool: "pay" }).message).toBe("Too much.");
    expect(call(policy, { reason: "r", amount: "500" }, { tool: "pay" }).message).toMatch(
      /^Denied: args\.amount could not be compared .* Too much\.$/,
    );
  });

  test("hide with * hides every tool", () => {
    expect(call(policyFor({}, { default: "allow", hide: ["*"] })).decision).toBe("hidden");
  });

  test("default allow lets a tool through that is not listed", () => {
    expect(call(policyFor({}, { default: "allow" }), {}, { tool: "other" })).toMatchObject({
      decision: "allow",
      rule: "/default",
    });
  });
});

describe("every operator", () => {
  const nan = Number.NaN;
  /** What the condition is for the argument: true, false, or undefined where nothing can be said. */
  test.each<[Operator, Condition["value"], unknown, boolean | undefined]>([
    ["eq", "a", "a", true],
    ["eq", "a", "A", false],
    ["eq", 1, "1", undefined],
    ["eq", 0, -0, true],
    ["eq", true, "true", undefined],
    ["eq", "a", ["a"], undefined],
    ["eq", "a", { a: 1 }, undefined],
    ["eq", null, null, true],
    ["eq", null, "null", false],
    ["eq", "a", null, false],
    ["eq", 9_007_199_254_740_992, JSON.parse("9007199254740993"), undefined],
    ["neq", "a", "b", true],
    ["neq", "a", "a", false],
    ["neq", 1, "1", undefined],
    ["in", ["a", "b"], "b", true],
    ["in", ["a", "b"], "c", false],
    ["in", ["a"], ["a"], undefined],
    ["in", [], "a", false],
    ["not_in", ["a"], "b", true],
    ["not_in", ["a"], "a", false],
    ["not_in", [1, 2], "1", undefined],
    ["lt", 0, -0.01, true],
    ["lt", 0, 0, false],
    ["lte", 0, 0, true],
    ["gt", 100, 100.01, true],
    ["gt", 100, 100, false],
    ["gte", 100, 100, true],
    ["gt", 100, "500", undefined],
    ["gt", 100, nan, undefined],
    ["gt", 100, JSON.parse("1e999"), undefined],
    ["gt", 100, null, undefined],
    ["gt", 100, [500], undefined],
    ["lt", 100, true, undefined],
    ["lte", 9_007_199_254_740_992, JSON.parse("9007199254740993"), undefined],
    ["lt", 9_007_199_254_740_992, 1, undefined],
    ["gt", 9_007_199_254_740_991, JSON.parse("9007199254740993"), true],
    ["lte", 9_007_199_254_740_991, 9_007_199_254_740_992, false],
    ["regex", "^a+$", "aaa", true],
    ["regex", "^a+$", "b", false],
    ["regex", "^a+$", 1, undefined],
    ["regex", "^a+$", "a".repeat(40_000), undefined],
    ["contains", "b", "abc", true],
    ["contains", "b", "ac", false],
    ["contains", "b", ["a", "b"], true],
    ["contains", "b", ["a"], false],
    ["contains", "1", ["a", 1], undefined],
    ["contains", "b", 1, undefined],
    ["exists", true, null, true],
    ["exists", false, 0, false],
    ["exists", true, "", true],
  ])("%s %j of %j: %s", (op, value, argument, expected) => {
    const allowed = (policy: Policy) => call(policy, { x: argument }).decision === "allow";
    expect(allowed(deny(op, value)), "deny_if").toBe(expected === false);
    expect(allowed(require(op, value)), "require").toBe(expected === true);
  });

  test.each<Operator>(["eq", "neq", "lt", "lte", "gt", "gte", "regex", "contains"])(
    "%s is false for an argument that is missing",
    (op) => {
      const value = op === "regex" ? "^$" : 1;
      for (const args of [undefined, {}, { y: 1 }]) {
        expect(call(deny(op, value), args).decision).toBe("allow");
        expect(call(require(op, value), args).decision).toBe("deny");
      }
    },
  );

  test("in and not_in are false, and exists says it, for an argument that is missing", () => {
    expect(call(deny("not_in", ["a"])).decision).toBe("allow");
    expect(call(require("in", ["a"])).decision).toBe("deny");
    expect(call(deny("exists", false)).decision).toBe("deny");
    expect(call(require("exists", true)).decision).toBe("deny");
  });

  test("all conditions of a rule must hold", () => {
    const policy = policyFor({
      deny_if: [
        {
          conditions: [
            { path: "args.force", op: "eq", value: true },
            { path: "args.count", op: "gt", value: 10 },
          ],
        },
      ],
    });
    expect(call(policy, { force: true, count: 5 }).decision).toBe("allow");
    expect(call(policy, { force: false, count: 50 }).decision).toBe("allow");
    expect(call(policy, { force: true, count: 50 }).decision).toBe("deny");
  });
});

describe("paths", () => {
  test.each<[string, unknown, string]>([
    ["into objects", { to: { country: "XX" } }, "deny"],
    ["into what is not there", { to: {} }, "allow"],
    ["through null", { to: null }, "allow"],
    ["through a list", { to: [{ country: "XX" }] }, "deny"],
    ["through a text", { to: "XX" }, "deny"],
    ["beside a key with a dot in it", { "to.country": "XX" }, "allow"],
  ])("%s", (_, args, decision) => {
    expect(call(deny("eq", "XX", "args.to.country"), args).decision).toBe(decision);
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
    "%s is no argument unless sent",
    (key) => {
      const policy = deny("exists", true, `args.${key}`);
      expect(call(policy, {}).decision).toBe("allow");
      expect(call(policy, JSON.parse(`{"${key}":1}`)).decision).toBe("deny");
    },
  );

  test.each(["Amount", "AMOUNT", "aMount"])("%s beside or instead of amount denies", (key) => {
    const policy = deny("gt", 100, "args.amount");
    expect(call(policy, { amount: 1 }).decision).toBe("allow");
    expect(call(policy, { amount: 1, [key]: 1 }).decision).toBe("deny");
    expect(call(policy, { [key]: 1 }).decision).toBe("deny");
  });

  test("letters that fold to others are seen", () => {
    expect(call(deny("eq", "x", "args.sql"), { ſql: "x" }).decision).toBe("deny");
    expect(call(deny("eq", "x", "args.key"), { "\u212aey": "x" }).decision).toBe("deny");
  });
});

describe("limits", () => {
  const limit = { counter: "c", window: "minute" as const, max: 2, scope: "grant" as const };
  const policy = policyFor({ limits: [limit] });
  /** Calls one after another; the counters are kept. */
  const calls = (document: Policy, times: number[], tool = "t") => {
    let counters: Counters = new Map();
    return times.map((now) => {
      const result = call(document, {}, { tool, counters, now });
      counters = addCounted(counters, result.counted, now);
      return result.decision;
    });
  };

  test("count in windows that begin with the minute, in UTC", () => {
    expect(calls(policy, [NOON, NOON + 1, NOON + 59_999, NOON + 60_000])).toEqual([
      "allow",
      "allow",
      "limited",
      "allow",
    ]);
    const counters = new Map([["minute:c", { start: NOON, calls: 2 }]]);
    expect(call(policy, {}, { counters, now: NOON + 10 })).toMatchObject({ retryAt: NOON + 60_000 });
  });

  test("count an hour apart from a minute, though the counter is the same", () => {
    const both = policyFor({ limits: [limit, { ...limit, window: "hour", max: 3 }] });
    const minutes = [0, 1, 2, 3].map((minute) => NOON + minute * 60_000);
    expect(calls(both, minutes)).toEqual(["allow", "allow", "allow", "limited"]);
  });

  test("are shared by tools that name the same counter, and by nobody else", () => {
    const shared = policyOf({
      version: "1",
      default: "deny",
      tools: { t: { limits: [limit] }, u: { limits: [limit] }, v: { limits: [{ ...limit, counter: "d" }] } },
    });
    const counters = new Map([["minute:c", { start: NOON, calls: 2 }]]);
    const decide = (tool: string) => call(shared, {}, { tool, counters }).decision;
    expect(["t", "u", "v"].map(decide)).toEqual(["limited", "limited", "allow"]);
    // Another grant has counters of its own.
    expect(call(shared).decision).toBe("allow");
  });

  test("count a call once, however many limits name the counter", () => {
    const twice = policyFor({ limits: [limit, limit] }, { all_tools: { limits: [limit] } });
    expect(calls(twice, [NOON, NOON, NOON])).toEqual(["allow", "allow", "limited"]);
  });

  test("do not count what is denied or limited", () => {
    const strict = policyFor({
      limits: [limit],
      deny_if: [{ conditions: [{ path: "args.x", op: "exists", value: true }] }],
    });
    expect(call(strict, { x: 1 }).counted.size).toBe(0);
  });

  test("hold on when the clock is set back or the stored count is damaged", () => {
    const later = new Map([["minute:c", { start: NOON + 3_600_000, calls: 2 }]]);
    expect(call(policy, {}, { counters: later }).decision).toBe("limited");
    for (const calls of [Number.NaN, -5, 0.5]) {
      const damaged = new Map([["minute:c", { start: NOON, calls }]]);
      expect(call(policy, {}, { counters: damaged }).decision).toBe("limited");
    }
    expect(() => call(policy, {}, { now: Number.NaN })).toThrow(RangeError);
  });

  test("forget windows that are over, and change nothing in place", () => {
    const before: Counters = new Map([["minute:old", { start: NOON - 7_200_000, calls: 2 }]]);
    const { counted } = call(policy, {}, { counters: before });
    const after = addCounted(before, counted, NOON);
    expect([...after]).toEqual([["minute:c", { start: NOON, calls: 1 }]]);
    expect([...before.keys()]).toEqual(["minute:old"]);
    expect([...takeBack(after, counted).values()]).toEqual([{ start: NOON, calls: 0 }]);
  });
});

describe("a rule that a person may lift", () => {
  const policy = policyFor({
    deny_if: [
      { conditions: [{ path: "args.amount", op: "gt", value: 10 }], on_deny: "Ask." },
      { conditions: [{ path: "args.amount", op: "gt", value: 100 }] },
    ],
    limits: [{ counter: "c", window: "minute", max: 1, scope: "grant" }],
  });
  const approvable = new Set(["/tools/t/deny_if/0"]);
  const full: Counters = new Map([["minute:c", { start: NOON, calls: 1 }]]);

  test("waits for one, and counts once it is lifted", () => {
    expect(call(policy, { amount: 50 }, { approvable })).toMatchObject({
      decision: "needs-approval",
      rule: "/tools/t/deny_if/0",
      message: "Ask.",
    });
    const lifted = call(policy, { amount: 50 }, { approvable, approved: approvable });
    expect(lifted.decision).toBe("allow");
    expect(lifted.counted.size).toBe(1);
  });

  test("does not lift another denial or a limit", () => {
    expect(call(policy, { amount: 500 }, { approvable, approved: approvable }).decision).toBe("deny");
    expect(call(policy, { amount: 50 }, { approvable, counters: full }).decision).toBe("limited");
    // What nobody may lift stays, whoever says that it was lifted.
    expect(call(policy, { amount: 50 }, { approved: approvable }).decision).toBe("deny");
  });
});
