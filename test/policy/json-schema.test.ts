import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { OPERATORS, parsePolicy, policySchemaJson } from "../../policy/index.ts";
import { type Random, randomFrom } from "./_random.ts";
import { randomPolicy } from "./_random-policy.ts";

const schema = policySchemaJson();
const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
const agree = (document: unknown) => {
  const ours = parsePolicy(document).ok;
  expect(accepts(document), `${JSON.stringify(document)}: ${JSON.stringify(accepts.errors)}`).toBe(ours);
  return ours;
};

test("the schema is one of draft 2020-12 and survives JSON", () => {
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

const tool = (rules: unknown) => ({ version: "1", default: "deny", tools: { t: rules } });
const limit = { counter: "c", window: "minute", max: 1, scope: "grant" };
const rule = (conditions: unknown) => tool({ deny_if: [{ conditions }] });

describe("it and the parser agree", () => {
  test.each<[string, unknown, boolean]>([
    ["the smallest document", { version: "1", default: "deny" }, true],
    ["no default", { version: "1" }, false],
    ["another version", { version: "2", default: "deny" }, false],
    ["a list", [], false],
    ["null", null, false],
    ["an unknown key", { version: "1", default: "deny", tool: {} }, false],
    ["a name hidden twice", { version: "1", default: "deny", hide: ["a", "a"] }, false],
    ["an empty name hidden", { version: "1", default: "deny", hide: [""] }, false],
    ["tools as a list", { version: "1", default: "deny", tools: [] }, false],
    ["tools as null", { version: "1", default: "deny", tools: null }, false],
    ["a wildcard among the tools", { version: "1", default: "deny", tools: { "*": {} } }, false],
    ["a tool without a name", { version: "1", default: "deny", tools: { "": {} } }, false],
    [
      "a tool named __proto__",
      JSON.parse('{"version":"1","default":"deny","tools":{"__proto__":{"x":1}}}'),
      false,
    ],
    ["a misspelt key", tool({ denyIf: [] }), false],
    ["a limit", tool({ limits: [limit] }), true],
    ["a limit of none", tool({ limits: [{ ...limit, max: 0 }] }), false],
    ["half a call", tool({ limits: [{ ...limit, max: 1.5 }] }), false],
    ["a day", tool({ limits: [{ ...limit, window: "day" }] }), false],
    ["another scope", tool({ limits: [{ ...limit, scope: "user" }] }), false],
    ["no counter", tool({ limits: [{ ...limit, counter: "" }] }), false],
    ["an empty message", tool({ deny_if: [{ conditions: [], on_deny: "" }] }), false],
    ["a path without args", rule([{ path: "amount", op: "eq", value: 1 }]), false],
    ["a path with an empty part", rule([{ path: "args..a", op: "eq", value: 1 }]), false],
    ["a condition without a value", rule([{ path: "args.a", op: "eq" }]), false],
    ["an object as value", rule([{ path: "args.a", op: "eq", value: {} }]), false],
    ["all tools with another key", { version: "1", default: "deny", all_tools: { deny_if: [] } }, false],
  ])("on %s", (_, document, expected) => {
    expect(agree(document)).toBe(expected);
  });

  test("on every operator with every kind of value", () => {
    const seen = new Set<boolean>();
    for (const op of [...OPERATORS, "like"]) {
      for (const value of ["a", 1, true, null, [], ["a", 1], [["a"]]]) {
        seen.add(agree(rule([{ path: "args.a", op, value }])));
      }
    }
    expect(seen.size).toBe(2);
  });

  test("on 3,000 documents at random, whole and damaged", () => {
    const random = randomFrom(5);
    const seen = { true: 0, false: 0 };
    for (let round = 0; round < 3000; round += 1) {
      const document = JSON.parse(JSON.stringify(randomPolicy(random)));
      expect(agree(document)).toBe(true);
      damage(random, document);
      seen[`${agree(document)}`] += 1;
    }
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(300);
  });
});

/** Puts something else at one place of the document; not in a pattern, of which JSON Schema knows nothing. */
function damage(random: Random, document: Record<string, unknown>): void {
  let at: Record<string, unknown> = document;
  for (;;) {
    const key = random.pick(Object.keys(at));
    const inside = at[key];
    if (
      typeof inside === "object" &&
      inside !== null &&
      Object.keys(inside).length > 0 &&
      random.below(4) > 0
    ) {
      at = inside as Record<string, unknown>;
      continue;
    }
    if (key === "value" && at.op === "regex") return;
    if (random.below(3) === 0 && !Array.isArray(at)) delete at[key];
    else at[key] = random.pick([null, 1, "x", true, [], {}, ["x"], "minute", "1", "exists", -1]);
    return;
  }
}

test("a pattern that engines read differently is refused, and the hint says what to write", () => {
  const parsed = parsePolicy(rule([{ path: "args.a", op: "regex", value: "^.*$" }]));
  expect(parsed).toMatchObject({
    ok: false,
    problems: [
      {
        pointer: "/tools/t/deny_if/0/conditions/0/value",
        expected: "a pattern of RE2 that nobody reads otherwise",
        received: '"^.*$"',
        hint: expect.stringContaining("[^\\n]"),
      },
    ],
  });
});
