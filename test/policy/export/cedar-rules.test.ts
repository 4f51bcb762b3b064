import { describe, expect, test, vi } from "vitest";
import type { ToolDefinition } from "../../../classifier/index.ts";
import { CEDAR_MCP } from "../../../policy/export/cedar-mcp.ts";
import { TOOLHIVE_CEDAR } from "../../../policy/export/toolhive-cedar.ts";
import type { ExportFormat, ExportTool } from "../../../policy/export/types.ts";
import type { Condition, Rule, ToolPolicy } from "../../../policy/index.ts";
import { type Random, randomFrom } from "../_random.ts";
import { toolOf } from "../_verdict.ts";
import { ours } from "./_calls.ts";
import { toolhive, typed, validationFaults } from "./_cedar.ts";
import { exportServer } from "./_prepared.ts";

/** Rules about arguments at random, in the words of another engine: each decision is compared with our evaluator's. */

// Slow where other work has the processor.
vi.setConfig({ testTimeout: 60_000 });

describe("Cedar", () => {
  const TEXTS = ["a", "b", "a*b", 'q"\\\n', "", "ü"];
  const definition: ToolDefinition = {
    name: "t",
    inputSchema: {
      type: "object",
      properties: {
        text: { type: "string" },
        kind: { type: "string", enum: ["a", "b", 'q"\\\n'] },
        count: { type: "integer" },
        flag: { type: "boolean" },
        amount: { type: "number" },
        link: { type: "string", format: "uri" },
        day: { type: "string", format: "date" },
      },
    },
  };

  function randomText(random: Random, path: string): Condition {
    const op = random.pick(["eq", "neq", "in", "not_in", "contains", "regex", "exists"] as const);
    if (op === "exists") return { path, op, value: random.pick([true, false]) };
    if (op === "in" || op === "not_in") return { path, op, value: [random.pick(TEXTS), random.pick(TEXTS)] };
    return {
      path,
      op,
      value: op === "regex" ? random.pick(["^a", "b$", "\\*", "^a\\*b$", "[ab]"]) : random.pick(TEXTS),
    };
  }

  function randomTyped(random: Random): Condition {
    const key = random.pick([
      "text",
      "kind",
      "count",
      "flag",
      "amount",
      "day",
      "link",
      "text",
      "kind",
      "count",
    ]);
    const path = `args.${key}`;
    if (["text", "kind", "link", "day"].includes(key)) return randomText(random, path);
    if (key === "flag")
      return { path, op: random.pick(["eq", "neq"]), value: random.pick([true, false, null, "a"]) };
    const op = random.pick(["lt", "lte", "gt", "gte", "eq", "neq"] as const);
    return { path, op, value: random.pick([0, 1, 1.5, -2.5, -1, 10]) };
  }

  function randomRules(random: Random, condition: (random: Random) => Condition): ToolPolicy {
    const rule = (): Rule => ({
      conditions: [condition(random), ...random.list(1, () => condition(random))],
    });
    return { deny_if: random.list(2, rule), require: random.list(1, rule) };
  }

  const server = (rules: ToolPolicy) => {
    const tool: ExportTool = { ...toolOf("t"), definition, name: "t", access: "check", rules };
    return { server: exportServer("s", [tool]), tool };
  };

  function written(format: ExportFormat, rules: ToolPolicy): string | undefined {
    const one = server(rules);
    const result = format.write([one.server]);
    if (!result.ok) throw new Error(result.problem);
    return format.outcome(one.tool) === "allow" ? result.text : undefined;
  }

  test("with the official schema, decisions are our evaluator's and policies are valid, on every call that is a request", () => {
    const random = randomFrom(11);
    const servers = [{ alias: "s", tools: [definition] }];
    let [said, compared, allowed] = [0, 0, 0];
    for (let index = 0; index < 120; index += 1) {
      const rules = randomRules(random, randomTyped);
      const text = written(CEDAR_MCP, rules);
      if (text === undefined) continue;
      said += 1;
      expect(validationFaults(text, servers), text).toEqual([]);
      const decide = typed(text, servers);
      for (let number = 0; number < 12; number += 1) {
        const args = Object.fromEntries(
          random.list(
            3,
            () =>
              [
                ["text", random.pick<unknown>([...TEXTS, 1, null])],
                ["kind", random.pick<unknown>(["a", "b", 'q"\\\n', "c"])],
                ["count", random.pick<unknown>([-3, -1, 0, 1, 2, 11, 1.5])],
                ["flag", random.pick([true, false])],
                ["link", random.pick(TEXTS)],
              ][random.below(5)] as [string, unknown],
          ),
        );
        const decision = decide("s", "t", args, ["kind"]);
        if (decision === "no request") continue;
        expect(decision, `${JSON.stringify(args)} ${text}`).toBe(ours(rules, args));
        compared += 1;
        allowed += decision === "allow" ? 1 : 0;
      }
    }
    expect(said).toBeGreaterThan(50);
    expect(compared).toBeGreaterThan(500);
    expect(allowed).toBeGreaterThan(100);
  });

  test("ToolHive never allows what our evaluator denies, whatever the types", () => {
    const random = randomFrom(13);
    const values: unknown[] = [...TEXTS, 1, 0.29, 1e300, true, false, null, ["a"], { a: 1 }];
    let [compared, allowed, same] = [0, 0, 0];
    for (let index = 0; index < 400; index += 1) {
      const rules = randomRules(random, (source) => randomText(source, source.pick(["args.a", "args.b-c"])));
      const text = written(TOOLHIVE_CEDAR, rules);
      if (text === undefined) continue;
      const decide = toolhive(text);
      for (let number = 0; number < 15; number += 1) {
        const args = Object.fromEntries(
          random.list(3, () => [random.pick(["a", "b-c", "a_present", "c"]), random.pick(values)]),
        );
        const decision = decide("t", args);
        const wanted = ours(rules, args);
        if (decision === "allow") expect(wanted, `${JSON.stringify(args)} ${text}`).toBe("allow");
        compared += 1;
        allowed += decision === "allow" ? 1 : 0;
        same += decision === wanted ? 1 : 0;
      }
    }
    expect(compared).toBeGreaterThan(2000);
    expect(allowed).toBeGreaterThan(200);
    expect(same / compared).toBeGreaterThan(0.7);
  });

  test("ToolHive decides as our evaluator where only listed values are allowed, as presets recommend", () => {
    const random = randomFrom(17);
    for (const listed of [["a"], ["a", "b"], [true], ["a*b", 'q"\\\n', "ü"]]) {
      const rules: ToolPolicy = {
        deny_if: [
          { conditions: [{ path: "args.a", op: "not_in", value: listed }] },
          { conditions: [{ path: "args.a", op: "exists", value: false }] },
        ],
      };
      const decide = toolhive(written(TOOLHIVE_CEDAR, rules) ?? "");
      const values = [...TEXTS, 1, 1e300, true, false, null, ["a"], { a: 1 }];
      for (const args of [
        {},
        ...values.map((a) => ({ a })),
        ...values.map(() => ({ b: random.pick(values) })),
      ])
        expect(decide("t", args), JSON.stringify([listed, args])).toBe(ours(rules, args));
    }
  });

  test.each([
    ["numbers", { path: "args.a", op: "gt", value: 10 }],
    ["null", { path: "args.a", op: "eq", value: null }],
    ["arguments inside others", { path: "args.a.b", op: "eq", value: "x" }],
    ["patterns that are more than text", { path: "args.a", op: "regex", value: "^[ab]" }],
    ["names that another argument could stand for", { path: "args.a_present", op: "eq", value: true }],
  ] as const)("ToolHive is not told rules about %s: the tool is denied, and that is said", (_, condition) => {
    const one = server({ deny_if: [{ conditions: [condition] }] });
    expect(TOOLHIVE_CEDAR.outcome(one.tool)).toBe("deny");
    const result = TOOLHIVE_CEDAR.write([one.server]);
    expect(result).toMatchObject({ ok: true, losses: [{ what: "argument rules", tools: ["s/t"] }] });
  });
});
