import { expect, test } from "vitest";
import { allowedValues } from "../../../policy/export/_arguments.ts";
import type { Condition, ToolPolicy } from "../../../policy/index.ts";

const rule = (...conditions: [string, Condition["op"], Condition["value"]][]) => ({
  conditions: conditions.map(([path, op, value]) => ({ path: `args.${path}`, op, value })),
});

test.each<[string, ToolPolicy, Record<string, unknown[]>]>([
  [
    "not_in and missing",
    { deny_if: [rule(["a", "not_in", [1, 2]]), rule(["a", "exists", false])] },
    { a: [1, 2] },
  ],
  ["neq and missing", { deny_if: [rule(["a", "neq", "x"]), rule(["a", "exists", false])] }, { a: ["x"] }],
  ["required", { require: [rule(["a", "in", ["x", "y"]])] }, { a: ["x", "y"] }],
  [
    "both",
    { require: [rule(["a", "in", ["x", "y"]])], deny_if: [rule(["a", "not_in", ["y", "z"]])] },
    { a: ["y"] },
  ],
  [
    "two arguments",
    { require: [rule(["a", "eq", "x"]), rule(["b", "in", [true]])] },
    { a: ["x"], b: [true] },
  ],
])("lists of allowed values are found: %s", (_name, rules, values) => {
  expect(Object.fromEntries(allowedValues(rules) ?? [])).toEqual(values);
});

test.each<[string, ToolPolicy]>([
  ["nothing", {}],
  ["a missing argument passes", { deny_if: [rule(["a", "not_in", [1]])] }],
  ["only presence", { deny_if: [rule(["a", "exists", false])] }],
  ["presence of another", { deny_if: [rule(["a", "not_in", [1]]), rule(["b", "exists", false])] }],
  [
    "one argument more, to be there",
    { deny_if: [rule(["a", "not_in", [1]]), rule(["a", "exists", false]), rule(["b", "exists", false])] },
  ],
  ["a denied value", { deny_if: [rule(["a", "eq", 1]), rule(["a", "exists", false])] }],
  ["a bound", { require: [rule(["a", "lte", 10])] }],
  [
    "two conditions together",
    { deny_if: [rule(["a", "neq", 1], ["b", "eq", 2]), rule(["a", "exists", false])] },
  ],
  ["a nested argument", { require: [rule(["a.b", "eq", 1])] }],
  ["denied always", { deny_if: [rule()] }],
])("nothing is guessed: %s", (_name, rules) => {
  expect(allowedValues(rules)).toBeUndefined();
});
