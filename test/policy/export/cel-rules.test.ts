import { describe, expect, test, vi } from "vitest";
import { celRules } from "../../../policy/export/_conditions-cel.ts";
import type { Rule, ToolPolicy } from "../../../policy/index.ts";
import { randomFrom } from "../_random.ts";
import { randomArguments, randomTool } from "../_random-policy.ts";
import { ours } from "./_calls.ts";
import { celBoth } from "./_cel.ts";

/** Rules about arguments at random, in the words of another engine: each decision is compared with our evaluator's. */

// Slow where other work has the processor.
vi.setConfig({ testTimeout: 60_000 });

type Args = Record<string, unknown>;

/** A key that differs from another, or from one a rule names, in nothing but case: our evaluator decides nothing then. */
function hasVariants(args: Args, rules: ToolPolicy): boolean {
  const named = [...(rules.deny_if ?? []), ...(rules.require ?? [])].flatMap(({ conditions }) =>
    conditions.flatMap(({ path }) => path.split(".").slice(1)),
  );
  const keys = new Set([...named, ...allKeys(args)]);
  return new Set([...keys].map((key) => key.toLowerCase())).size < keys.size;
}

function allKeys(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(Array.isArray(value) ? [] : [key]),
    ...allKeys(inner),
  ]);
}

describe("CEL", () => {
  const ARGS = "request.mcp.params.arguments";
  const inCall = (args: Args | undefined) => ({
    request: { mcp: { params: args === undefined ? {} : { arguments: args } } },
  });

  test("both libraries decide as our evaluator, on 300 tools' rules and 9,000 calls", () => {
    const random = randomFrom(5);
    let [compared, allowed] = [0, 0];
    for (let index = 0; index < 300; index += 1) {
      const rules = randomTool(random);
      const expression = celRules(rules, ARGS);
      if (expression === undefined) throw new Error(`not said: ${JSON.stringify(rules)}`);
      const { bufbuild, marcbachmann } = celBoth(expression);
      const calls = [undefined, ...Array.from({ length: 29 }, () => randomArguments(random))];
      for (const args of calls) {
        const wanted = ours(rules, args) === "allow";
        const got = { bufbuild: bufbuild(inCall(args)), marcbachmann: marcbachmann(inCall(args)) };
        const shown = `${JSON.stringify(rules)} ${JSON.stringify(args)} ${expression}`;
        if (hasVariants(args ?? {}, rules)) {
          if (!wanted) expect(got, shown).toEqual({ bufbuild: false, marcbachmann: false });
          continue;
        }
        expect(got, shown).toEqual({ bufbuild: wanted, marcbachmann: wanted });
        compared += 1;
        allowed += wanted ? 1 : 0;
      }
    }
    expect(compared).toBeGreaterThan(4000);
    expect(allowed).toBeGreaterThan(1000);
  });

  test.each([
    ["a number that JSON cannot keep apart from its neighbours", "eq", 5, 2 ** 53],
    ["a bound that JSON cannot keep apart from its neighbours", "lte", 2 ** 53, 5],
    ["a text too long to search", "regex", "x$", `${"x".repeat(40_000)}x`],
    ["a number written as text", "gt", 10, "20"],
    ["a list for a text", "neq", "a", ["a"]],
  ] as const)("%s is denied in deny_if as in require", (_, op, value, argument) => {
    const rule: Rule = { conditions: [{ path: "args.a", op, value }] };
    for (const rules of [{ deny_if: [rule] }, { require: [rule] }]) {
      expect(ours(rules, { a: argument })).toBe("deny");
      const { bufbuild, marcbachmann } = celBoth(celRules(rules, ARGS) ?? "");
      expect([bufbuild(inCall({ a: argument })), marcbachmann(inCall({ a: argument }))]).toEqual([
        false,
        false,
      ]);
    }
  });

  test("a second spelling of an argument is denied, whatever letters it is made of", () => {
    const rules: ToolPolicy = {
      deny_if: [{ conditions: [{ path: "args.task-kind", op: "neq", value: "read" }] }],
    };
    const { bufbuild, marcbachmann } = celBoth(celRules(rules, ARGS) ?? "");
    for (const other of ["Task-kind", "TASK-KIND", "tas\u212A-kind", "ta\u017Fk-kind"]) {
      const args = { "task-kind": "read", [other]: "drop" };
      expect(ours(rules, args)).toBe("deny");
      expect([bufbuild(inCall(args)), marcbachmann(inCall(args))], other).toEqual([false, false]);
    }
    expect(bufbuild(inCall({ "task-kind": "read", task: "drop" }))).toBe(true);
  });

  test("names of arguments that are not ASCII are not said", () => {
    expect(
      celRules({ deny_if: [{ conditions: [{ path: "args.größe", op: "gt", value: 1 }] }] }, ARGS),
    ).toBeUndefined();
  });
});
