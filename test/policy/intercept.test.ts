import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import {
  addCounted,
  type Counters,
  evaluateCall,
  fromIntercept,
  type Policy,
  toIntercept,
} from "../../policy/index.ts";
import { call, NOON, policyFor } from "./_call.ts";
import { randomFrom } from "./_random.ts";
import { NAMES, randomArguments, randomPolicy } from "./_random-policy.ts";

const problemsOf = (rules: unknown[], name = "t") => {
  const parsed = fromIntercept({ version: "1", tools: { [name]: { rules } } });
  return parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer);
};
const back = (policy: Policy): Policy => {
  const { document } = toIntercept(policy);
  const parsed = fromIntercept(parse(stringify(document)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};

describe("reading", () => {
  test("keeps what both can say", () => {
    const parsed = fromIntercept(
      parse(`
version: "1"
hide: [drop]
tools:
  free: { rules: [] }
  pay:
    rules:
      - name: small
        conditions: [{ path: args.amount, op: lte, value: 100 }]
        on_deny: Too much.
      - name: slow
        rate_limit: 5/hour
  never: { rules: [{ name: no, action: deny }] }
  "*": { rules: [{ name: all, rate_limit: 60/minute }] }
`),
    );
    expect(parsed).toMatchObject({
      ok: true,
      policy: {
        default: "allow",
        hide: ["drop"],
        all_tools: { limits: [{ window: "minute", max: 60 }] },
        tools: {
          free: {},
          never: { deny_if: [{ conditions: [] }] },
          pay: {
            require: [{ conditions: [{ path: "args.amount", op: "lte", value: 100 }], on_deny: "Too much." }],
            limits: [{ window: "hour", max: 5 }],
          },
        },
      },
    });
  });

  const amount = { path: "args.a", op: "lt", value: 1 };
  test.each<[string, unknown, string]>([
    ["a day", { name: "x", rate_limit: "5/day" }, "rate_limit"],
    ["approval", { name: "x", action: "require_approval" }, "action"],
    ["a denial with conditions", { name: "x", action: "deny", conditions: [amount] }, "action"],
    [
      "an increment",
      {
        name: "x",
        conditions: [{ path: "state.t.c", op: "lte", value: 5 }],
        state: { counter: "c", window: "hour", increment_from: "args.a" },
      },
      "state",
    ],
    ["a counter's value", { name: "x", conditions: [{ path: "state.t.c", op: "lte", value: 5 }] }, "state"],
    ["nothing to evaluate", { name: "x", conditions: [] }, "conditions"],
    ["an unknown key", { name: "x", condition: [] }, "condition"],
  ])("%s is a problem", (_, rule, key) => {
    expect(problemsOf([rule])).toEqual([`/tools/t/rules/0/${key}`]);
  });

  test("rules for every tool by their arguments are a problem, and so are patterns that engines read differently", () => {
    expect(problemsOf([{ name: "x", conditions: [amount] }], "*")).toEqual(["/tools/*"]);
    expect(
      problemsOf([{ name: "x", conditions: [{ path: "args.a", op: "regex", value: "a.b" }] }]),
    ).toHaveLength(1);
    expect(fromIntercept({ version: "1", tools: [] }).ok).toBe(false);
  });
});

describe("writing says what is lost", () => {
  const limit = { counter: "c", window: "minute", max: 3, scope: "grant" } as const;
  test.each<[string, Policy, string[]]>([
    ["limits are not", policyFor({ limits: [limit] }), []],
    ["a denial of everything is not", policyFor({ deny_if: [{ conditions: [] }] }), []],
    [
      "turned denials",
      policyFor({ deny_if: [{ conditions: [{ path: "args.a", op: "gt", value: 1 }] }] }),
      ["denying by an argument only where it is sent", "refusing calls that can be read in two ways"],
    ],
    [
      "denials by pattern",
      policyFor({ deny_if: [{ conditions: [{ path: "args.a", op: "regex", value: "x" }] }] }),
      ["denying by several conditions, by what a text holds, or by null"],
    ],
    [
      "shared counters",
      policyFor({ limits: [limit] }, { all_tools: { limits: [limit] } }),
      ["one count for several tools"],
    ],
  ])("%s", (_, policy, expected) => {
    const { losses } = toIntercept(policy);
    expect(losses.map(({ what }) => what)).toEqual(expected);
    for (const { tools } of losses) expect(tools).toEqual(["t"]);
  });
});

test("a hidden tool with a blank name, which Intercept does not take, is denied and told", () => {
  const policy = policyFor({}, { default: "allow", hide: [" ", "gone"] });
  const { document, losses } = toIntercept(policy);
  expect(document.hide).toEqual(["gone"]);
  expect(losses.map(({ what, tools }) => [what, tools])).toEqual([
    ["hiding a tool whose name is blank", [" "]],
  ]);
  expect(call(back(policy), {}, { tool: " " }).decision).toBe("deny");
  expect(call(back(policy), {}, { tool: "gone" }).decision).toBe("hidden");
});

test("there and back never lets more through, and without a loss it decides the same, call after call", () => {
  const random = randomFrom(6);
  let same = 0;
  let allowed = 0;
  for (let round = 0; round < 3000; round += 1) {
    const policy = randomPolicy(random);
    const lossy = new Set(toIntercept(policy).losses.flatMap(({ tools }) => tools));
    const again = back(policy);
    const tool = random.pick(NAMES);
    let [counters, counters2]: [Counters, Counters] = [new Map(), new Map()];
    for (let turn = 0; turn < 4; turn += 1) {
      const args = randomArguments(random);
      const before = evaluateCall(policy, { tool, args }, counters, NOON);
      const after = evaluateCall(again, { tool, args }, counters2, NOON);
      if (after.decision === "allow") {
        allowed += 1;
        expect(before.decision, JSON.stringify({ policy, again, tool, args })).toBe("allow");
      }
      if (!lossy.has(tool)) {
        same += 1;
        expect(after.decision, JSON.stringify({ policy, again, tool, args })).toBe(before.decision);
      }
      // Both count only what both let through, so that the next call starts alike.
      if (before.decision === "allow" && after.decision === "allow") {
        counters = addCounted(counters, before.counted, NOON);
        counters2 = addCounted(counters2, after.counted, NOON);
      }
    }
  }
  expect(Math.min(same, allowed)).toBeGreaterThan(1000);
});

test("a tool of any name survives the YAML", () => {
  for (const name of [...NAMES, "a: b", "- x", "yes", "null", "#", "'\n"]) {
    const policy = policyFor(
      {},
      { tools: JSON.parse(JSON.stringify({ [name]: { deny_if: [{ conditions: [] }] } })) },
    );
    expect(call(back(policy), {}, { tool: name }).rule).toContain("deny_if/0");
  }
});
