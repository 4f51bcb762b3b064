import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { REGO_OPERATORS } from "../../../policy/export/_rego-operators.ts";
import { REGO } from "../../../policy/export/rego.ts";
import type { Rule } from "../../../policy/index.ts";
import { EXPORTS, eachTool, HOSTILE, written } from "./_gateways.ts";
import { exportTool } from "./_prepared.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("Rego", () => {
  const conditions = z.array(
    z.array(z.strictObject({ path: z.array(z.string()), op: z.string(), value: z.unknown() })),
  );
  const freeSchema = z.record(z.string(), z.array(z.string()));
  const checkedSchema = z.record(
    z.string(),
    z.record(z.string(), z.strictObject({ deny_if: conditions, require: conditions })),
  );

  /** The two tables, which are JSON, and the rules below them. */
  function load(text: string) {
    const parts =
      /^import rego\.v1\n\nfree := (.*?)\n\nchecked := (.*?)\n\n(default allow := false\n.*)$/ms.exec(text);
    if (!parts) throw new Error("the document has another shape");
    const [, free = "", checked = "", rules = ""] = parts;
    return { free: JSON.parse(free), checked: JSON.parse(checked), rules };
  }

  test.each(EXPORTS)("the tables are JSON and hold every tool as the export says: %s", (_, groups) => {
    for (const servers of groups()) {
      const { free, checked } = load(written(REGO, servers).text);
      const freeTools = freeSchema.parse(free);
      expect(checkedSchema.safeParse(checked).error).toBeUndefined();
      eachTool(servers, ({ alias }, tool) => {
        const isFree = freeTools[alias]?.includes(tool.name) ?? false;
        const rules = Object.hasOwn(checked[alias], tool.name) ? checked[alias][tool.name] : undefined;
        expect(isFree || rules !== undefined ? "allow" : "deny").toBe(REGO.outcome(tool));
        expect(isFree && rules !== undefined).toBe(false);
        if (rules === undefined) return;
        const told = (list: Rule[] = []) =>
          list.map((rule) =>
            rule.conditions.map(({ path, op, value }) => ({ path: path.split(".").slice(1), op, value })),
          );
        expect(rules).toEqual({ deny_if: told(tool.rules.deny_if), require: told(tool.rules.require) });
      });
    }
  });

  test("half a character in a value denies the tool, as Rego's JSON cannot hold it", () => {
    const rulesWith = (value: string) => ({
      require: [{ conditions: [{ path: "args.kind", op: "eq" as const, value }] }],
    });
    const outcomes = ["whole", "\ud800", "\\ud800"].map((value) =>
      REGO.outcome({ ...exportTool("pick", "check"), rules: rulesWith(value) }),
    );
    expect(outcomes).toEqual(["allow", "deny", "allow"]);
  });

  test("one fixed text follows the tables: all it calls is there, and nothing calls itself in a circle", () => {
    const { rules } = load(written(REGO, HOSTILE).text);
    expect(load(written(REGO, []).text).rules).toBe(rules);
    const BUILT_IN = [
      ...[
        "abs",
        "array.slice",
        "contains",
        "count",
        "is_array",
        "is_number",
        "is_object",
        "is_string",
        "lower",
      ],
      ...["numbers.range", "object.get", "regex.match", "type_name"],
    ];
    const blocks = rules
      .split("\n\n")
      .filter((block) => !/^(#|default)/.test(block) || /^#.*\n[a-z]/.test(block));
    const calls = new Map<string, Set<string>>();
    for (const block of blocks) {
      const code = block.replace(/#.*\n/g, "").replace(/"(?:[^"\\]|\\.)*"/g, '""');
      const head = /^[a-z_]+/.exec(code)?.[0] ?? "";
      const called = [...code.slice(head.length).matchAll(/([a-z_.]+)\(/g)].map(
        (match) => match[1] as string,
      );
      calls.set(head, new Set([...(calls.get(head) ?? []), ...called]));
      expect([...code].filter((one) => one === "{").length).toBe(
        [...code].filter((one) => one === "}").length,
      );
    }
    const depth = (name: string, path: string[]): number => {
      expect(path, `${name} in a circle`).not.toContain(name);
      if (BUILT_IN.includes(name)) return 0;
      expect([...calls.keys()]).toContain(name);
      return 1 + Math.max(0, ...[...(calls.get(name) ?? [])].map((next) => depth(next, [...path, name])));
    };
    expect(depth("allow", [])).toBeGreaterThan(3);
  });
});

test("a bound beyond 2^53 decides nothing: each comparison asks for one that is exact", () => {
  const compared = REGO_OPERATORS.split("\n\n").filter((block) => /value (<|>|<=|>=) bound/.test(block));
  expect(compared).toHaveLength(8);
  for (const block of compared) expect(block).toMatch(/^ {2}exact\(bound\)$/m);
});
